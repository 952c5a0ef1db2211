/** The JSON schemas of what the command prints, made from the types in `cli/documents.ts`. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";
import { SCHEMA_NAMES, schemaId } from "../cli/document-names.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Each schema's text by its name. */
export function schemaTexts(): ReadonlyMap<string, string> {
  const generator = createGenerator({
    path: join(ROOT, "cli", "documents.ts"),
    tsconfig: join(ROOT, "tsconfig.json"),
    // `npm run typecheck` does that, with the project's own compiler.
    skipTypeCheck: true,
    topRef: false,
    encodeRefs: false,
    additionalProperties: false,
  });
  return new Map(
    SCHEMA_NAMES.map(({ name, type }) => {
      const { $schema: _, definitions = {}, ...shape } = generator.createSchema(type);
      const schema = {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $id: schemaId(name),
        title: `netverdict ${name}`,
        ...modern(shape),
        ...(Object.keys(definitions).length > 0 && { $defs: modern(definitions) }),
      };
      return [name, `${JSON.stringify(schema, null, 2)}\n`];
    }),
  );
}

/** From draft 7, which the generator writes, to 2020-12, as far as our shapes need it. No document has a fraction or a negative number. */
function modern(value: object): object {
  return JSON.parse(JSON.stringify(value), (key, part) => {
    if (key === "$ref") return part.replace("#/definitions/", "#/$defs/");
    // A pair, as a range of ports is.
    if (Array.isArray(part?.items)) {
      const { items, minItems, maxItems: _, ...rest } = part;
      return { ...rest, prefixItems: items, items: false, minItems };
    }
    if (key === "type" && Array.isArray(part)) return part.map((one) => (one === "number" ? "integer" : one));
    if (part?.type !== "number") return part;
    return { ...part, type: "integer", ...(part.enum === undefined && { minimum: 0 }) };
  });
}
