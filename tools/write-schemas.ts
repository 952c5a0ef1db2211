/** `npm run docs:schemas` */
import { writeFileSync } from "node:fs";
import { SCHEMA_VERSION } from "../cli/document-names.ts";
import { schemaTexts } from "./schemas.ts";

for (const [name, text] of schemaTexts()) {
  writeFileSync(new URL(`../schemas/${SCHEMA_VERSION}/${name}.schema.json`, import.meta.url), text);
}
