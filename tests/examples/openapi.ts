/** Answers held against `openapi.json` of examples/cloudflare-worker. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { EXAMPLES } from "./example.ts";

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
}

interface Described {
  readonly content: Readonly<Record<string, { schema: { $ref: string } | { type: "string" } }>>;
  readonly headers?: Readonly<Record<string, { schema: object }>>;
}

interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, Described | { $ref: string }> }>>;
  readonly components: { responses: Record<string, Described> };
}

const FILE = "openapi.json";
const document = JSON.parse(readFileSync(join(EXAMPLES, "cloudflare-worker", FILE), "utf8")) as Document;
// Not strict: the document holds more than schemas.
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(document, FILE);

/** What is wrong with an answer by its description: nothing, or one sentence each. */
export function complaints(method: string, path: string, { status, headers, text }: Answer): string[] {
  const operations = document.paths[path];
  if (operations === undefined) return isProblem(status, headers, text);
  // Methods that a path has not are refused as its own method says.
  // HEAD is as GET; what it has no body of is not described.
  const verb = method === "HEAD" ? "get" : method.toLowerCase();
  const operation = operations[verb] ?? Object.values(operations)[0];
  if (operation === undefined) return [`${path} is described without a method`];
  const entry = operation.responses[status];
  if (entry === undefined) return [`${method} ${path} does not describe ${status}`];
  const described = "$ref" in entry ? document.components.responses[entry.$ref.split("/").at(-1) ?? ""] : entry;
  const [type = ""] = (headers.get("Content-Type") ?? "").split(";");
  const schema = described?.content[type]?.schema;
  if (schema === undefined) return [`${method} ${path} does not describe ${status} as \`${type}\``];
  if (method === "HEAD" && text !== "") return [`HEAD ${path} has a body`];
  const bodies = method === "HEAD" ? [] : type === "application/x-ndjson" ? text.trimEnd().split("\n") : [text];
  return [
    // What is described as a text is one, whatever it says.
    ...bodies.flatMap((body) => ("$ref" in schema ? invalid(schema.$ref, JSON.parse(body)) : [])),
    ...Object.entries(described?.headers ?? {}).flatMap(([name, { schema }]) =>
      ajv.validate(schema, headers.get(name)) ? [] : [`header ${name}: ${ajv.errorsText()}`],
    ),
  ];
}

/** What is wrong with a value by one of the document's schemas, such as `#/components/schemas/Flow`. */
export function invalid(schema: string, value: unknown): string[] {
  const validate = ajv.getSchema(`${FILE}${schema}`);
  if (validate === undefined) return [`there is no ${schema}`];
  return validate(value) === true ? [] : [`${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`];
}

/** Every path that is described, with its statuses, as in `/check 200`. */
export function describedAnswers(): string[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.values(operations).flatMap(({ responses }) => Object.keys(responses).map((status) => `${path} ${status}`)),
  );
}

/** Paths that nothing describes have one answer: a problem. */
function isProblem(status: number, headers: Answer["headers"], text: string): string[] {
  const type = headers.get("Content-Type");
  if (status !== 404 || type !== "application/problem+json") return [`not a problem 404: ${status} ${type}`];
  return invalid("#/components/schemas/Problem", JSON.parse(text));
}
