/** `npm run docs:lint` */
import { writeFileSync } from "node:fs";
import { lintDocument } from "./lint-document.ts";

writeFileSync(new URL("../docs/lint.md", import.meta.url), lintDocument());
