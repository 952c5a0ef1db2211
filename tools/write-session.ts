/** `npm run docs:session` */
import { readFileSync, writeFileSync } from "node:fs";
import { sessionSvg, withSession } from "./session-document.ts";

const readme = new URL("../README.md", import.meta.url);
writeFileSync(new URL("../docs/session.svg", import.meta.url), sessionSvg());
writeFileSync(readme, withSession(readFileSync(readme, "utf8")));
