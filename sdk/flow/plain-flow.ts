/** Flows as their callers wrote them, read once: what a getter says the next time is another flow. */
import type { Flow } from "../types.ts";

const KEYS = ["from", "to", "port", "protocol", "family"] as const;

/**
 * A flow with fields of its own, however they were given: by a class, by a prototype. Fields that no flow has stay, to be
 * refused; so does what is no flow at all.
 */
export function plainFlow(flow: Flow): Flow {
  if (typeof flow !== "object" || flow === null) return flow;
  const plain: Record<string, unknown> = { ...flow };
  for (const key in flow) if (!Object.hasOwn(plain, key)) put(plain, key, flow[key as keyof Flow]);
  for (const key of KEYS) {
    if (Object.hasOwn(plain, key)) continue;
    const value = flow[key];
    if (value !== undefined) put(plain, key, value);
  }
  return plain as unknown as Flow;
}

function put(plain: object, key: string, value: unknown): void {
  Object.defineProperty(plain, key, { value, enumerable: true, configurable: true, writable: true });
}
