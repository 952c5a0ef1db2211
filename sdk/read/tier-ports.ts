/** `protocols` of ClusterNetworkPolicy and `ports` of its predecessors. [CNP types 429-526; ANP shared_types] */

import type { Caveat } from "../types.ts";
import { type Fields, isAbsent, type Raw } from "./fields.ts";
import type { TierPort, TransportProtocol } from "./objects.ts";
import { readPortNumber, readProtocol } from "./ports.ts";

const PROTOCOL_KEYS: ReadonlySet<string> = new Set(["tcp", "udp", "sctp", "destinationNamedPort"]);
const TRANSPORT_KEYS: ReadonlySet<string> = new Set(["destinationPort"]);
const DESTINATION_KEYS: ReadonlySet<string> = new Set(["number", "range"]);
const RANGE_KEYS: ReadonlySet<string> = new Set(["start", "end"]);
const PORT_KEYS: ReadonlySet<string> = new Set(["portNumber", "portRange", "namedPort"]);
const PORT_NUMBER_KEYS: ReadonlySet<string> = new Set(["protocol", "port"]);
const PORT_RANGE_KEYS: ReadonlySet<string> = new Set(["protocol", "start", "end"]);

const TRANSPORTS = { tcp: "TCP", udp: "UDP", sctp: "SCTP" } as const;
const NONE: readonly TierPort[] = [];

/** The list at `key`, of 1 to `most` items; absent is any port of any protocol. */
export function readTierPorts(
  fields: Fields,
  value: unknown,
  key: "protocols" | "ports",
  most: number,
  caveats: Caveat[],
): readonly TierPort[] {
  if (isAbsent(value)) return NONE;
  const list = fields.list(value, key);
  if (Array.isArray(value)) checkCount(fields, list.length, key, most);
  const ports: TierPort[] = [];
  fields.enter(key);
  for (let i = 0; i < list.length; i++) {
    const item = fields.item(list[i], i);
    if (item === undefined) continue;
    fields.enter(i);
    const port = key === "protocols" ? readProtocolItem(fields, item, caveats) : readPortItem(fields, item);
    if (port !== undefined) ports.push(port);
    fields.leave();
  }
  fields.leave();
  return ports;
}

/** A list that is given has one item at least. */
export function checkCount(fields: Fields, count: number, key: string, most: number): void {
  if (count === 0) fields.fail("required", `\`${key}\` must have at least 1 item`, key);
  if (count > most) fields.fail("too-many", `${count} items are more than ${most}`, key);
}

/** The one field of an object that must have exactly one of them; reports anything else. */
export function onlyField(fields: Fields, object: Raw, known: ReadonlySet<string>): string | undefined {
  const given = [...known].filter((key) => !isAbsent(object[key]));
  const [first] = given;
  if (given.length === 1) return first;
  const names = [...known].map((key) => `\`${key}\``).join(", ");
  if (given.length > 1) return fields.fail("forbidden", `only one of ${names} may be given`);
  return fields.fail("required", `one of ${names} is needed`);
}

function readProtocolItem(fields: Fields, item: Raw, caveats: Caveat[]): TierPort | undefined {
  if (fields.onlyKnown(item, PROTOCOL_KEYS)) return undefined;
  const key = onlyField(fields, item, PROTOCOL_KEYS);
  if (key === undefined) return undefined;
  if (key === "destinationNamedPort") return readName(fields, item[key], key);
  const transport = fields.object(item[key], key);
  if (transport === undefined) return undefined;
  const protocol = TRANSPORTS[key as keyof typeof TRANSPORTS];
  fields.enter(key);
  const port = readDestination(fields, transport, protocol, caveats);
  fields.leave();
  return port;
}

/** `tcp: {}` stands for every port of the protocol, with a caveat: the documentation says so, though the CRD refuses it. */
function readDestination(
  fields: Fields,
  transport: Raw,
  protocol: TransportProtocol,
  caveats: Caveat[],
): TierPort | undefined {
  if (fields.onlyKnown(transport, TRANSPORT_KEYS)) return undefined;
  const destination = fields.object(transport.destinationPort, "destinationPort");
  if (destination === undefined) {
    if (!isAbsent(transport.destinationPort)) return undefined;
    const source = fields.source();
    caveats.push({
      code: "every-port",
      message: `${protocol} without a \`destinationPort\` is taken for every port: the API says so, and its CRD refuses it`,
      objects: [fields.reference],
      ...(source && { source }),
    });
    return { protocol };
  }
  fields.enter("destinationPort");
  const port = readNumberOrRange(fields, destination, protocol);
  fields.leave();
  return port;
}

function readNumberOrRange(fields: Fields, destination: Raw, protocol: TransportProtocol): TierPort | undefined {
  if (fields.onlyKnown(destination, DESTINATION_KEYS)) return undefined;
  const key = onlyField(fields, destination, DESTINATION_KEYS);
  if (key === undefined) return undefined;
  if (key === "number") {
    const number = readPortNumber(fields, destination.number, "number");
    return number === undefined ? undefined : { protocol, first: number, last: number };
  }
  const range = fields.object(destination.range, "range");
  if (range === undefined) return undefined;
  fields.enter("range");
  fields.onlyKnown(range, RANGE_KEYS);
  const ends = readEnds(fields, range, "strictly");
  fields.leave();
  return ends && { protocol, ...ends };
}

function readPortItem(fields: Fields, item: Raw): TierPort | undefined {
  if (fields.onlyKnown(item, PORT_KEYS)) return undefined;
  const key = onlyField(fields, item, PORT_KEYS);
  if (key === undefined) return undefined;
  if (key === "namedPort") return readName(fields, item[key], key);
  const written = fields.object(item[key], key);
  if (written === undefined) return undefined;
  fields.enter(key);
  fields.onlyKnown(written, key === "portNumber" ? PORT_NUMBER_KEYS : PORT_RANGE_KEYS);
  const protocol = readProtocol(fields, written.protocol, "rule") ?? "TCP";
  const implied = isAbsent(written.protocol) && { impliedProtocol: true as const };
  let ends: { first: number; last: number } | undefined;
  if (key === "portRange") ends = readEnds(fields, written, "loosely");
  else {
    const number = readPortNumber(fields, written.port, "port");
    if (number !== undefined) ends = { first: number, last: number };
  }
  fields.leave();
  const isRange = key === "portRange" && ends?.first === ends?.last && { range: true as const };
  return ends && { protocol, ...ends, ...isRange, ...implied };
}

/** v1alpha2 refuses `start` = `end`; v1alpha1 says so only in a comment, so a range of one port may be in a cluster. */
function readEnds(
  fields: Fields,
  range: Raw,
  order: "strictly" | "loosely",
): { first: number; last: number } | undefined {
  const first = readPortNumber(fields, range.start, "start");
  const last = readPortNumber(fields, range.end, "end");
  if (first === undefined || last === undefined) return undefined;
  if (last < first || (order === "strictly" && first === last)) {
    return fields.fail("invalid-port-range", `\`start\` ${first} is not below \`end\` ${last}`, "start");
  }
  return { first, last };
}

/** Any text: the CRDs hold it to no grammar, and one that no container's port can have matches none. */
function readName(fields: Fields, value: unknown, key: string): TierPort | undefined {
  const name = fields.string(value, key);
  if (name === "") return fields.fail("invalid-port-name", "the port name is empty", key);
  return name === undefined ? undefined : { name };
}
