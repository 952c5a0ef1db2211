/** From the fields that a user wrote (options, a CSV record, a JSON object) to a flow. */
import type { Flow, Issue, Protocol } from "../bindings/inline.ts";
import { didYouMean } from "../sdk/read/nearest.ts";
import type { AskedEnd, AskedFlow } from "./documents.ts";
import { formatEnd, parseEnd } from "./ends.ts";
import { issue } from "./issues.ts";

/** What a flow can be made of, each as written; `undefined` and `null` mean that it is not given. */
export const FLOW_FIELDS = ["from", "to", "port", "protocol", "family"] as const;

export type FlowFields = Readonly<Partial<Record<(typeof FLOW_FIELDS)[number], unknown>>>;

export const PROTOCOL_NAMES: readonly Protocol[] = ["TCP", "UDP", "SCTP", "ICMP", "ICMPv6"];

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map(
  PROTOCOL_NAMES.map((protocol) => [protocol.toLowerCase(), protocol]),
);

/** Makes a flow of `fields`, or adds what is wrong with them to `issues` and returns nothing. `namespace` is as for `parseEnd`. */
export function toFlow(fields: FlowFields, issues: Issue[], namespace: string | undefined): AskedFlow | undefined {
  const before = issues.length;
  const from = required(fields.from, "from", issues, namespace);
  const to = required(fields.to, "to", issues, namespace);
  const connection = toConnection(fields, issues);
  if (from === undefined || to === undefined || issues.length > before) return undefined;
  return { from, to, ...connection };
}

/** What a flow is beside its ends. What is wrong with it is added to `issues`. */
export function toConnection(fields: FlowFields, issues: Issue[]): Pick<AskedFlow, "port" | "protocol" | "family"> {
  const port = parsePort(fields.port, issues);
  const protocol = parseProtocol(fields.protocol, issues);
  const family = parseFamily(fields.family, issues);
  if (port.protocol !== undefined && protocol !== undefined && port.protocol !== protocol) {
    const message = `the port says \`${port.protocol}\` and the protocol says \`${protocol}\``;
    issues.push(issue("invalid-flow", message, ["protocol"]));
  }
  const spoken = protocol ?? port.protocol;
  return {
    ...(port.port !== undefined && { port: port.port }),
    ...(spoken !== undefined && { protocol: spoken }),
    ...(family !== undefined && { family }),
  };
}

/** Renders the port and the protocol as `--port` reads them: `5432/TCP`, `http/TCP`, `ICMP`. */
function formatPort(port: number | string | undefined, protocol: Protocol = "TCP"): string {
  return port === undefined ? protocol : `${port}/${protocol}`;
}

/** Renders a flow on one line. */
export function formatFlow(flow: Flow): string {
  const family = flow.family === undefined ? "" : ` over IPv${flow.family}`;
  return `${formatEnd(flow.from)} → ${formatEnd(flow.to)} ${formatPort(flow.port, flow.protocol)}${family}`;
}

function required(
  given: unknown,
  field: "from" | "to",
  issues: Issue[],
  namespace: string | undefined,
): AskedEnd | undefined {
  if (given !== undefined && given !== null) return parseEnd(given, field, issues, namespace);
  issues.push(issue("required", `\`${field}\` is missing`, [field]));
  return undefined;
}

/** A list, or a range of numbers; a port's name may have digits and hyphens, but not these alone. */
const SEVERAL_PORTS = /,|^\d+\s*-\s*\d+(?:\/|$)/;

interface ParsedPort {
  readonly port?: number | string;
  readonly protocol?: Protocol;
}

/** Reads `5432`, `5432/UDP`, `http` or `http/TCP`. Whether the number or the name is valid is for the evaluation to say. */
function parsePort(given: unknown, issues: Issue[]): ParsedPort {
  if (given === undefined || given === null) return {};
  if (typeof given === "number") return { port: given };
  const parts = typeof given === "string" ? /^([^/\s]+)(?:\/([^/\s]+))?$/.exec(given.trim()) : null;
  const text = parts?.[1];
  if (typeof given === "string" && SEVERAL_PORTS.test(given.trim())) {
    issues.push(issue("invalid-port", `\`${given}\` is not a port: give one port, not a list or a range`, ["port"]));
    return {};
  }
  if (text === undefined || /^[+-]/.test(text)) {
    const message = `${quoted(given)} is not a port: give a number or a name, with or without a protocol, as in \`53/UDP\``;
    issues.push(issue("invalid-port", message, ["port"]));
    return {};
  }
  const protocol = parts?.[2] === undefined ? undefined : parseProtocol(parts[2], issues);
  return { port: /^\d+$/.test(text) ? Number(text) : text, ...(protocol !== undefined && { protocol }) };
}

function parseProtocol(given: unknown, issues: Issue[]): Protocol | undefined {
  if (given === undefined || given === null) return undefined;
  const protocol = typeof given === "string" ? PROTOCOLS.get(given.trim().toLowerCase()) : undefined;
  if (protocol === undefined) {
    const hint = typeof given === "string" ? didYouMean(given, PROTOCOL_NAMES) : "";
    const message = `${quoted(given)} is not a protocol: give one of ${PROTOCOL_NAMES.join(", ")}${hint}`;
    issues.push(issue("invalid-flow", message, ["protocol"]));
  }
  return protocol;
}

function parseFamily(given: unknown, issues: Issue[]): 4 | 6 | undefined {
  if (given === undefined || given === null) return undefined;
  const family = typeof given === "string" ? Number(given.trim() || Number.NaN) : given;
  if (family === 4 || family === 6) return family;
  issues.push(issue("invalid-flow", `${quoted(given)} is not an address family: give 4 or 6`, ["family"]));
  return undefined;
}

function quoted(given: unknown): string {
  return `\`${typeof given === "string" ? given : JSON.stringify(given)}\``;
}
