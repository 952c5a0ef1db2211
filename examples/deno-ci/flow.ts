/** A flow as an expectation has it, in the forms that the `netverdict` command reads too. */
import type { Flow, FlowEnd, Protocol } from "./deps.ts";
import { repeatedKey } from "./json.ts";

export const FLOW_FIELDS = ["from", "to", "port", "protocol", "family"] as const;

export type FlowFields = Readonly<Partial<Record<(typeof FLOW_FIELDS)[number], unknown>>>;

const FORMS: readonly string[] = ["pod", "ip", "workload", "service", "node"];
const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP", "SCTP", "ICMP", "ICMPv6"];

/** The flow, or the sentence that says what is wrong with it. What is null is not given. Whether its ends exist is for the engine to say. */
export function readFlow(fields: FlowFields): Flow | string {
  try {
    const from = readEnd("from", fields.from);
    const to = readEnd("to", fields.to);
    const { port, protocol: spoken } = readPort(fields.port ?? undefined);
    const protocol = readProtocol(fields.protocol ?? undefined) ?? spoken;
    const family = readFamily(fields.family ?? undefined);
    if (spoken !== undefined && spoken !== protocol) {
      throw new FlowError(`the port says \`${spoken}\` and the protocol says \`${protocol}\``);
    }
    return {
      from,
      to,
      ...(port !== undefined && { port }),
      ...(protocol !== undefined && { protocol }),
      ...(family !== undefined && { family }),
    };
  } catch (error) {
    if (error instanceof FlowError) return error.message;
    throw error;
  }
}

class FlowError extends Error {}

/** `shop/web-0` and addresses stay text, `service:shop/web` becomes `{ service: "shop/web" }`, and an object is one already. */
function readEnd(field: "from" | "to", given: unknown): FlowEnd {
  if (given === undefined || given === null) throw new FlowError(`\`${field}\` is missing`);
  if (isObject(given)) return given as FlowEnd;
  // The engine takes numbers too: indices of pods, which mean something else whenever a pod is added.
  if (typeof given !== "string") throw new FlowError(`\`${field}\` must be text or an object, not ${quote(given)}`);
  const text = given.trim();
  if (text === "") throw new FlowError(`\`${field}\` is empty`);
  if (text.startsWith("{")) return readObject(field, text);
  const colon = text.indexOf(":");
  const form = text.slice(0, Math.max(0, colon));
  if (FORMS.includes(form)) return { [form]: text.slice(colon + 1) } as unknown as FlowEnd;
  // An address has no slash with its colons, and names have no colon.
  if (form !== "" && text.includes("/")) {
    throw new FlowError(`\`${form}:\` is no form of an end: give one of ${FORMS.map((name) => `${name}:`).join(", ")}`);
  }
  return text;
}

function readObject(field: string, text: string): FlowEnd {
  let end: FlowEnd;
  try {
    end = JSON.parse(text);
  } catch {
    throw new FlowError(`\`${field}\` begins as a JSON object and is none`);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new FlowError(`\`${field}\` has \`${twice}\` twice`);
  return end;
}

/** `5432`, `"5432"`, `"5432/UDP"`, `"http"`, `"http/TCP"`. */
function readPort(given: unknown): { port?: number | string; protocol?: Protocol | undefined } {
  if (given === undefined) return {};
  if (typeof given === "number") return { port: given };
  const [, text, spoken] = (typeof given === "string" && /^([^/\s]+)(?:\/([^/\s]+))?$/.exec(given.trim())) || [];
  if (text === undefined) throw new FlowError(`${quote(given)} is no port: give a number or a name, or as in "53/UDP"`);
  return { port: /^\d+$/.test(text) ? Number(text) : text, protocol: readProtocol(spoken) };
}

function readProtocol(given: unknown): Protocol | undefined {
  if (given === undefined) return undefined;
  const name = typeof given === "string" ? given.trim().toLowerCase() : undefined;
  const protocol = PROTOCOLS.find((known) => known.toLowerCase() === name);
  if (protocol === undefined)
    throw new FlowError(`${quote(given)} is no protocol: give one of ${PROTOCOLS.join(", ")}`);
  return protocol;
}

function readFamily(given: unknown): 4 | 6 | undefined {
  if (given === undefined) return undefined;
  const family = typeof given === "string" && given.trim() !== "" ? Number(given) : given;
  if (family === 4 || family === 6) return family;
  throw new FlowError(`${quote(given)} is no address family: give 4 or 6`);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function quote(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
