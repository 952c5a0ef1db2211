/**
 * Files of many flows: JSON lines, or CSV with a header. Which of the two, the first line tells, not the file's name.
 *
 *   {"from":"shop/web-0","to":"shop/db-0","port":5432}        from,to,port,protocol
 *                                                             shop/web-0,shop/db-0,5432,TCP
 */
import { CsvError } from "csv-parse";
import { parse as parseCsv } from "csv-parse/sync";
import type { Issue } from "../bindings/inline.ts";
import type { AskedFlow } from "./documents.ts";
import { FLOW_FIELDS, type FlowFields, toFlow } from "./flow.ts";
import { issue } from "./issues.ts";
import { parseJson } from "./json.ts";
import { type Line, readLines } from "./lines.ts";

/** One line of a file of flows: a flow, or what is wrong with it. */
export type FlowLine =
  | { readonly line: number; readonly flow: AskedFlow }
  | { readonly line: number; readonly issues: readonly Issue[] };

type Field = (typeof FLOW_FIELDS)[number];

/** Reads the fields of one line, or adds to `issues` and returns nothing. */
type ReadFields = (text: string, issues: Issue[]) => FlowFields | undefined;

/**
 * Reads flows from bytes, in order, those of one chunk together. A bad line does not stop the reading; a bad CSV header
 * does, because without it no line has a meaning.
 */
export async function* readFlows(
  chunks: AsyncIterable<Uint8Array>,
  namespace?: string,
): AsyncGenerator<readonly FlowLine[]> {
  let read: ReadFields | undefined;
  for await (const lines of readLines(chunks)) {
    const flows: FlowLine[] = [];
    for (const line of lines) {
      if (read === undefined && "text" in line && !line.text.trimStart().startsWith("{")) {
        const header = readHeader(line.text);
        if (Array.isArray(header)) {
          yield [...flows, { line: line.number, issues: header }];
          return;
        }
        read = header;
        continue;
      }
      if (read === undefined && "text" in line) read = readJson;
      flows.push(toFlowLine(line, namespace, read));
    }
    yield flows;
  }
}

function toFlowLine(line: Line, namespace: string | undefined, read: ReadFields = readJson): FlowLine {
  const issues: Issue[] = [];
  if ("problem" in line) issues.push(issue(line.code, line.problem));
  else {
    const fields = read(line.text, issues);
    const flow = fields && toFlow(fields, issues, namespace);
    if (flow !== undefined && issues.length === 0) return { line: line.number, flow };
  }
  return { line: line.number, issues };
}

function readJson(text: string, issues: Issue[]): FlowFields | undefined {
  let value: unknown;
  try {
    value = parseJson(text, [], issues);
  } catch (error) {
    issues.push(issue("invalid-syntax", `not a JSON object on one line: ${(error as Error).message}`));
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    issues.push(issue("invalid-type", "a flow is a JSON object"));
    return undefined;
  }
  // A misspelt `protocol` would mean TCP: what is unknown must not pass.
  for (const key of Object.keys(value)) {
    if (!isField(key)) issues.push(issue("unknown-field", `a flow has ${FLOW_FIELDS.join(", ")}`, [key]));
  }
  return value;
}

/** Reads a CSV header: gives the reader of the records below it, or what is wrong with it. */
function readHeader(text: string): ReadFields | Issue[] {
  if (text.trimStart().startsWith("[")) {
    const form = '`{"from":"shop/web-0","to":"shop/db-0","port":5432}`';
    const message = `this is a JSON array, and flows are read one a line, each an object such as ${form}: \`jq -c ".[]"\` makes lines of an array`;
    return [issue("invalid-syntax", message)];
  }
  const issues: Issue[] = [];
  const columns = (readRecord(text, issues) ?? []).map((name) => name.toLowerCase());
  if (issues.length > 0) return issues;
  const isHeader = columns.includes("from") && columns.includes("to");
  const unknown = columns.filter((name, index) => !isField(name) || columns.indexOf(name) !== index);
  if (!isHeader || unknown.length > 0) {
    const what = isHeader ? `unknown or repeated column \`${unknown[0]}\`` : "neither a JSON object nor a CSV header";
    return [
      issue("invalid-syntax", `${what}: a CSV file starts with \`from,to,port,protocol\` (and \`family\`, if needed)`),
    ];
  }
  return (record, found) => toFields(columns as Field[], record, found);
}

function toFields(columns: readonly Field[], text: string, issues: Issue[]): FlowFields | undefined {
  const record = readRecord(text, issues);
  if (record === undefined) return undefined;
  if (record.length !== columns.length) {
    issues.push(issue("invalid-syntax", `${record.length} fields, where the header has ${columns.length}`));
    return undefined;
  }
  return Object.fromEntries(columns.map((name, index) => [name, record[index] === "" ? undefined : record[index]]));
}

/** Reads one CSV record. A quoted field ends on the line that it starts on: no end or port holds a line end. */
function readRecord(text: string, issues: Issue[]): string[] | undefined {
  if (!text.includes('"')) return text.split(",").map((field) => field.trim());
  try {
    return parseCsv(text, { relax_column_count: true, trim: true })[0] ?? [];
  } catch (error) {
    const code = error instanceof CsvError ? error.code : undefined;
    const what = code === "CSV_QUOTE_NOT_CLOSED" ? "a quote is not closed on its line" : "a quote is out of place";
    issues.push(issue("invalid-syntax", `not a CSV record: ${what}`));
    return undefined;
  }
}

function isField(name: string): name is Field {
  return (FLOW_FIELDS as readonly string[]).includes(name);
}
