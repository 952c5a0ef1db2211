/** Flows as their callers wrote them, read once: what a getter says the next time, or does, is no part of the answer. */
import type { Flow, FlowEnd } from "../types.ts";

const FLOW_KEYS = ["from", "to", "port", "protocol", "family"] as const;
/** Of pods that do not exist yet, and of their ports. */
const END_KEYS = ["namespace", "labels", "ports", "ips", "node"] as const;
const PORT_KEYS = ["name", "containerPort", "protocol"] as const;
/** An end has lists, which have objects. */
const END_DEPTH = 3;

/**
 * A flow with fields of its own, however they were given: by a class, by a prototype. Fields that no flow has stay, to be
 * refused; so does what is no flow at all.
 */
export function plainFlow(flow: Flow): Flow {
  if (typeof flow !== "object" || flow === null) return flow;
  const plain = copyOf(flow, FLOW_KEYS, (value) => value) as Record<"from" | "to", FlowEnd>;
  for (const side of ["from", "to"] as const) if (Object.hasOwn(plain, side)) plain[side] = plainEnd(plain[side]);
  return plain;
}

/** The same of one end. */
export function plainEnd(end: FlowEnd): FlowEnd {
  return plainValue(end, END_DEPTH, END_KEYS) as FlowEnd;
}

/** Deeper than any end goes, nothing is looked at: whoever goes in circles does not get far. */
function plainValue(value: unknown, depth: number, keys: readonly string[] = []): unknown {
  if (typeof value !== "object" || value === null || depth === 0) return value;
  const plain = (inner: unknown): unknown => plainValue(inner, depth - 1);
  if (Array.isArray(value)) return value.map((entry) => plainValue(entry, depth - 1, PORT_KEYS));
  return copyOf(value, keys, plain);
}

/** All fields that can be listed, and those of `keys` that cannot. */
function copyOf(object: object, keys: readonly string[], plain: (value: unknown) => unknown): object {
  const given = object as Readonly<Record<string, unknown>>;
  const copy = {};
  // As it is: `__proto__` is a field like any other.
  const put = (key: string, value: unknown): void => {
    Object.defineProperty(copy, key, { value: plain(value), enumerable: true, configurable: true, writable: true });
  };
  for (const key in given) put(key, given[key]);
  for (const key of keys) {
    if (Object.hasOwn(copy, key)) continue;
    const value = given[key];
    if (value !== undefined) put(key, value);
  }
  return copy;
}
