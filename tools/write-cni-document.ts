/** `npm run docs:cni` */
import { writeFileSync } from "node:fs";
import { cniDocument } from "./cni-document.ts";

writeFileSync(new URL("../docs/cni.md", import.meta.url), cniDocument());
