/** A flow out of bytes of JSON. */
import type { Flow } from "netverdict";
import { Problem } from "./problem.ts";

const FIELDS: readonly string[] = ["from", "to", "port", "protocol", "family"];

/** @throws Problem 400 when the bytes are no JSON in UTF-8, 422 when they are no flow. */
export function parseFlow(bytes: Uint8Array): Flow {
  return checkFlow(parse(bytes));
}

/** @throws Problem 422 when a value is no flow. */
export function checkFlow(value: unknown): Flow {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem(422, "invalid-flow", "a flow must be a JSON object");
  }
  // A misspelt `protocol` would mean TCP: what is unknown must not pass.
  if (Object.keys(value).some((key) => !FIELDS.includes(key))) {
    throw new Problem(422, "invalid-flow", `a flow has no other fields than ${FIELDS.join(", ")}`);
  }
  const { from, to } = value as Readonly<Record<string, unknown>>;
  for (const [name, end] of Object.entries({ from, to })) {
    // The engine takes numbers too: indices of pods, which mean something else in every snapshot.
    if (end === undefined || typeof end === "number") {
      throw new Problem(422, "invalid-flow", `\`${name}\` must be a text or an object`);
    }
  }
  // The engine checks what a flow is made of, and says what it should be.
  return value as Flow;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Problem(400, "malformed-json", "the text must be JSON in UTF-8");
  }
}
