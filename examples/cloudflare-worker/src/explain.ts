/** `GET /explain`: a flow out of a query, and why it passes or not, as JSON or as text. */
import { explain, NetverdictError, renderExplanation } from "netverdict";
import { preferred } from "./accept.ts";
import { about, asking, type Cluster } from "./cluster.ts";
import { checkFlow } from "./flow.ts";
import { repeatedKey } from "./json.ts";
import { Problem } from "./problem.ts";
import { type StateCaveat, snapshotHeaders } from "./snapshot-info.ts";
import { unavailable } from "./store.ts";

const FLOW_FIELDS: readonly string[] = ["from", "to", "port", "protocol", "family"];
const FIELDS: readonly string[] = [...FLOW_FIELDS, "changes", "format"];

/** What a request asks for; whether its fields are a flow is not looked at before there is a cluster to ask. */
export interface Question {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Look for changes that would turn the verdict: each is tried on a copy of the cluster. */
  readonly changes: boolean;
  readonly format: "json" | "text";
}

/**
 * The question in a request's query: a flow's fields as `/check` has them, an end that is an object as JSON.
 *
 * @throws Problem 400 for a query that is none, 414 for one of more than `longest` bytes.
 */
export function readQuestion(request: Request, longest: number): Question {
  const { search, searchParams } = new URL(request.url);
  if (search.length > longest) throw new Problem(414, "too-long", `the limit of a query is ${longest} bytes`);
  const fields = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (!FIELDS.includes(name)) throw invalid(`a query has no other fields than ${FIELDS.join(", ")}`);
    if (fields.has(name)) throw invalid(`\`${name}\` is given twice`);
    fields.set(name, value);
  }
  return {
    fields: Object.fromEntries([...fields].filter(([name]) => FLOW_FIELDS.includes(name)).map(fieldOf)),
    changes: oneOf("changes", fields.get("changes") ?? "false", ["true", "false"]) === "true",
    format: oneOf("format", fields.get("format") ?? accepted(request), ["json", "text"]),
  };
}

/** @throws Problem 422 when the question has no flow, 503 when the snapshot was made without what explanations come from. */
export function answerWhy(cluster: Cluster, { fields, changes, format }: Question): Response {
  const flow = checkFlow(fields);
  const explanation = asking(() => {
    try {
      return explain(cluster.state, flow, { changes });
    } catch (error) {
      const code = error instanceof NetverdictError ? error.code : undefined;
      if (code === "needs-full-state") throw unavailable("snapshot-cannot-explain", "publish one made with --explain");
      if (code === "invalid-snapshot") throw unavailable("unusable-snapshot", error);
      throw error;
    }
  });
  const headers = snapshotHeaders(cluster.info);
  return format === "json"
    ? Response.json({ explanation, ...about(cluster) }, { headers })
    : new Response(renderExplanation(explanation) + cluster.caveats.map(note).join(""), {
        headers: { "Content-Type": "text/plain;charset=utf-8", ...headers },
      });
}

function fieldOf([name, text]: [string, string]): [string, unknown] {
  if ((name === "port" || name === "family") && /^\d+$/.test(text)) return [name, Number(text)];
  if ((name !== "from" && name !== "to") || !text.startsWith("{")) return [name, text];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(`\`${name}\` begins as JSON and is none`);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw invalid(`the key \`${twice}\` of \`${name}\` is given twice`);
  return [name, value];
}

function accepted(request: Request): "json" | "text" {
  const type = preferred(request.headers.get("Accept") ?? "", ["application/json", "text/plain"]);
  return type === "text/plain" ? "text" : "json";
}

/** What the command writes on standard error. */
function note({ code, message, more }: StateCaveat): string {
  return `note: ${message}${more === undefined ? "" : ` (and ${more} more)`} [${code}]\n`;
}

function oneOf<Value extends string>(name: string, value: string, values: readonly Value[]): Value {
  const found = values.find((one) => one === value);
  if (found === undefined) throw invalid(`\`${name}\` must be ${values.join(" or ")}`);
  return found;
}

function invalid(detail: string): Problem {
  return new Problem(400, "invalid-query", detail);
}
