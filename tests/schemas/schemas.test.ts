/** The schemas are those of the types, and what the command prints has them, wherever it is asked. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SCHEMA_NAMES, SCHEMA_VERSION, schemaId } from "../../cli/document-names.ts";
import { schemaTexts } from "../../tools/schemas.ts";
import { folder, netverdict, ROOT } from "../cli/command.ts";
import { FILES, RUNS } from "./runs.ts";
import { changed, type Schema, Walker } from "./walk.ts";

const textOf = (name: string): string =>
  readFileSync(join(ROOT, "schemas", SCHEMA_VERSION, `${name}.schema.json`), "utf8");
const NAMES = SCHEMA_NAMES.map(({ name }) => name);

/** Only a state's own caveats have a source, and the command tells those as notes. */
const NEVER: ReadonlySet<string> = new Set(["Caveat.source"]);

describe("schemas", () => {
  it("are what the types make: `npm run docs:schemas` writes them", () => {
    const texts = schemaTexts();
    expect([...texts.keys()]).toEqual(NAMES);
    for (const [name, text] of texts) expect(textOf(name), name).toBe(text);
  });

  it.each(NAMES)("%s is draft 2020-12, names its version, and describes all that it has", (name) => {
    const schema: Schema & { readonly $schema?: string } = JSON.parse(textOf(name));
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(schema.$id).toBe(schemaId(name));
    expect(schema.$id).toContain(`/${SCHEMA_VERSION}/`);
    const said = (part: Schema): boolean =>
      part.description !== undefined ||
      said(schema.$defs?.[part.$ref?.replace("#/$defs/", "") ?? ""] ?? { description: "" });
    for (const [where, part] of [["the whole", schema] as const, ...Object.entries(schema.$defs ?? {})]) {
      expect(part.description, where).toBeTruthy();
      for (const [key, member] of Object.entries(part.properties ?? {}))
        expect(said(member), `${where}.${key}`).toBe(true);
    }
  });

  it.each(NAMES)("%s is printed by `netverdict schema`", async (name) => {
    const { status, stdout } = await netverdict(["schema", name]);
    expect(status).toBe(0);
    expect(stdout).toBe(textOf(name));
  });
});

describe("the Worker's API", () => {
  const text = readFileSync(join(ROOT, "examples/cloudflare-worker/openapi.json"), "utf8");
  const components: Record<string, Schema> = JSON.parse(text).components.schemas;
  // What the command adds to an answer is not the library's.
  const { flow: _, ...explanation } = defsOf("explain").ExplainAnswer?.properties ?? {};

  it("has what the schemas have of what both tell", () => {
    const compared = NAMES.flatMap((name) =>
      Object.entries(defsOf(name)).flatMap(([type, { properties = {} }]) => {
        const own = components[type]?.properties;
        if (own === undefined) return [];
        expect(Object.keys(own).sort(), `${type} of ${name}`).toEqual(Object.keys(properties).sort());
        return [type];
      }),
    );
    expect(compared).toContain("SuggestedChange");
    expect(Object.keys(components.Explanation?.properties ?? {}).sort()).toEqual(Object.keys(explanation).sort());
  });
});

function defsOf(name: string): Record<string, Schema> {
  return JSON.parse(textOf(name)).$defs;
}

describe.each(NAMES)("what is printed by schema %s", async (name) => {
  const cwd = await folder(FILES);
  const walker = new Walker(JSON.parse(textOf(name)));
  const documents: { what: string; document: unknown }[] = [];
  for (const { args, input = "" } of RUNS.filter(({ schema }) => schema === name)) {
    const placed = args.map((arg) => (arg.startsWith("@") ? join(cwd, arg.slice(1)) : arg));
    const { stdout } = await netverdict([...placed, "--json"], { input });
    for (const line of stdout.trimEnd().split("\n"))
      documents.push({ what: args.join(" "), document: JSON.parse(line) });
  }

  it("fits it", () => {
    expect(documents.length).toBeGreaterThan(1);
    for (const { what, document } of documents) {
      expect(walker.validate(document) || walker.validate.errors, what).toBe(true);
    }
  });

  it("shows every member that there is", () => {
    for (const { document } of documents) for (const _ of walker.objects(document));
    expect([...walker.members()].filter((member) => !walker.met.has(member) && !NEVER.has(member))).toEqual([]);
  });

  it("fits no more with a member too many, too few, or of another type", () => {
    let refused = 0;
    for (const { what: run, document } of documents) {
      for (const { what, document: other } of changed(walker, document)) {
        if (refused++ > 5000) return;
        expect(walker.validate(other), `${run}: ${what}`).toBe(false);
      }
    }
    expect(refused).toBeGreaterThan(10);
  });
});
