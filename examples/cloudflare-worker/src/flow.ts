/** A flow out of bytes of JSON. */
import type { Flow } from "netverdict";
import { repeatedKey } from "./json.ts";
import { Problem } from "./problem.ts";

const FIELDS: readonly string[] = ["from", "to", "port", "protocol", "family"];

/** @throws Problem 422 when a value is no flow. */
export function checkFlow(value: unknown): Flow {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem(422, "invalid-flow", "a flow must be a JSON object");
  }
  // A misspelt `protocol` would mean TCP: what is unknown must not pass.
  const unknown = Object.keys(value).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) throw invalid(unknown, `a flow has no other fields than ${FIELDS.join(", ")}`);
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name of ["from", "to"]) {
    const end = fields[name];
    // The engine takes numbers too: indices of pods, which mean something else in every snapshot.
    if (end === undefined || end === null || typeof end === "number") {
      throw invalid(name, `\`${name}\` must be a text or an object`);
    }
  }
  for (const name of ["port", "protocol", "family"]) {
    if (fields[name] === null) throw invalid(name, `\`${name}\` must not be null: leave it out`);
  }
  // The engine checks what a flow is made of, and says what it should be.
  return value as Flow;
}

/** @throws Problem 400 when the bytes are no JSON in UTF-8, or an object has a key twice. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new Problem(400, "malformed-json", "the text must be JSON in UTF-8");
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new Problem(400, "malformed-json", `the key \`${twice}\` is given twice`);
  return value;
}

function invalid(field: string, detail: string): Problem {
  return new Problem(422, "invalid-flow", detail, { path: [field] });
}
