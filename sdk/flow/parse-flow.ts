/** A flow as the caller wrote it, checked: what each end names, and what flows. Nothing is looked up yet. */
import { SLOT_PORTLESS } from "../../assembly/abi.ts";
import { type Address, formatAddress, parseAddress } from "../address.ts";
import type { Path } from "../errors.ts";
import { isPort, SLOTS } from "../ports.ts";
import type { Flow, FlowEnd, FuturePod, Protocol } from "../types.ts";
import { flowError } from "./flow-error.ts";
import { checkFuturePod } from "./future-pod.ts";
import { refuseSpecial } from "./special-address.ts";

export type EndSpec =
  | { readonly kind: "pod"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "ip"; readonly ip: string; readonly address: Address }
  | { readonly kind: "workload"; readonly name: string }
  | { readonly kind: "service"; readonly name: string }
  | { readonly kind: "node"; readonly name: string }
  | { readonly kind: "future"; readonly pod: FuturePod };

export interface FlowSpec {
  readonly from: EndSpec;
  readonly to: EndSpec;
  /** Undefined for protocols without ports. */
  readonly port: number | string | undefined;
  readonly protocol: Protocol;
  /** One of abi's SLOT_…. */
  readonly slot: number;
  readonly family: 4 | 6 | undefined;
}

const FLOW_KEYS: ReadonlySet<string> = new Set(["from", "to", "port", "protocol", "family"]);

/** No namespace has a colon in its name. */
const COMMAND_FORM = /^(pod|ip|workload|service|node):(.*)$/s;

/** @throws NetverdictError `invalid-flow` */
export function parseFlow(flow: Flow): FlowSpec {
  if (typeof flow !== "object" || flow === null) throw flowError("invalid-flow", [], "a flow must be an object");
  for (const key of Object.keys(flow)) {
    if (!FLOW_KEYS.has(key)) {
      throw flowError("invalid-flow", [key], `\`${key}\` is no part of a flow: there are ${[...FLOW_KEYS].join(", ")}`);
    }
  }
  const protocol = flow.protocol ?? "TCP";
  const slot = protocolSlot(protocol);
  return {
    from: parseEnd(flow.from, "from"),
    to: parseEnd(flow.to, "to"),
    port: parsePort(flow.port, slot),
    protocol,
    slot,
    family: parseFamily(flow.family),
  };
}

/** The slot of a protocol's name. */
function protocolSlot(protocol: Protocol): number {
  const slot = Object.hasOwn(SLOTS, protocol) ? SLOTS[protocol] : undefined;
  if (slot !== undefined) return slot;
  throw flowError("invalid-flow", ["protocol"], `\`${protocol}\` is no protocol: use ${Object.keys(SLOTS).join(", ")}`);
}

function parsePort(port: unknown, slot: number): number | string | undefined {
  if (slot === SLOT_PORTLESS) {
    if (port === undefined || port === null) return undefined;
    throw flowError("invalid-flow", ["port"], "this protocol has no ports: leave `port` out");
  }
  if (isPort(port) || (typeof port === "string" && port !== "")) return port;
  if (port === undefined || port === null) {
    throw flowError(
      "invalid-flow",
      ["port"],
      "TCP, UDP and SCTP need a `port`: a number, or a name on the destination",
    );
  }
  throw flowError("invalid-flow", ["port"], `\`${String(port)}\` is no port: 1 to 65535, or a name`);
}

/** Of a name that is no port: whether it is a number in quotes, which is a name like any other. */
export function isQuotedNumber(port: FlowSpec["port"]): boolean {
  return typeof port === "string" && /^\d+$/.test(port);
}

function parseFamily(family: unknown): 4 | 6 | undefined {
  if (family === undefined || family === null) return undefined;
  if (family === 4 || family === 6) return family;
  throw flowError("invalid-flow", ["family"], `\`${String(family)}\` is no address family: 4 or 6`);
}

/** One end of a flow. */
export function parseEnd(end: FlowEnd, side: "from" | "to"): EndSpec {
  if (typeof end === "string") {
    const address = parseAddress(end);
    if (address !== undefined) return addressEnd(address, side, [side]);
    const [, form, rest = ""] = COMMAND_FORM.exec(end) ?? [];
    if (form !== undefined) {
      const message = `\`${end}\` is how the command writes an end: give \`{ ${form}: ${JSON.stringify(rest)} }\``;
      throw flowError("invalid-flow", [side], message);
    }
    return { kind: "pod", name: named(end, 2, [side], "namespace/pod, or an IP address") };
  }
  if (typeof end === "number") {
    if (Number.isInteger(end) && end >= 0) return { kind: "index", index: end };
    throw flowError("invalid-flow", [side], `\`${end}\` is no pod index: they come from \`state.podIndex\``);
  }
  if (typeof end !== "object" || end === null) throw unknownEnd(side);
  if ("namespace" in end) return { kind: "future", pod: checkFuturePod(end, side) };
  const keys = Object.keys(end);
  const key = keys[0];
  const value: unknown = key === undefined ? undefined : (end as Record<string, unknown>)[key];
  if (keys.length !== 1 || typeof value !== "string") throw unknownEnd(side);
  const path: Path = [side, key ?? ""];
  switch (key) {
    case "pod":
      return { kind: "pod", name: named(value, 2, path, "namespace/pod") };
    case "ip": {
      const address = parseAddress(value);
      if (address === undefined) throw flowError("invalid-flow", path, `\`${value}\` is not an IP address`);
      return addressEnd(address, side, path);
    }
    case "workload":
      return { kind: "workload", name: named(value, 3, path, "namespace/Kind/name") };
    case "service":
      if (side === "from") throw flowError("invalid-flow", path, "a Service is no source: only `to` can be one");
      return { kind: "service", name: named(value, 2, path, "namespace/service") };
    case "node":
      return { kind: "node", name: value };
    default:
      throw unknownEnd(side);
  }
}

function addressEnd(address: Address, side: "from" | "to", path: Path): EndSpec {
  refuseSpecial(address, side, path);
  return { kind: "ip", ip: formatAddress(address.bytes), address };
}

function named(text: string, parts: number, path: Path, form: string): string {
  const steps = text.split("/");
  if (steps.length === parts && steps.every((step) => step !== "")) return text;
  throw flowError("invalid-flow", path, `\`${text}\` must be ${form}`);
}

function unknownEnd(side: "from" | "to") {
  const forms =
    "a pod index, { pod }, { ip }, { workload }, { service }, { node } or { namespace, labels, ports?, ips?, node? }";
  return flowError("invalid-flow", [side], `\`${side}\` must be "namespace/pod", an IP address or one of ${forms}`);
}
