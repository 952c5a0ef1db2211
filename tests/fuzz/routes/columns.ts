/** Flows as rows of numbers, and rows as the columns of a batch. */
import type { BatchColumns, Flow, FlowEnd, StateColumns } from "../../../sdk/types.ts";
import { parseAddress } from "../../reference/address.ts";
import { isSpecial } from "../../reference/special.ts";
import type { State } from "../compare.ts";
import { leadsOn } from "./led-on.ts";
import { indices } from "./pod-index.ts";

/** A pod by its index, or an address. */
export interface ColumnEnd {
  readonly kind: "pod" | "4" | "6";
  readonly value: bigint;
}

export interface Row {
  /** Place among the flows that were asked. */
  readonly place: number;
  readonly from: ColumnEnd;
  readonly to: ColumnEnd;
  readonly port: number;
  readonly protocol: number;
}

const NUMBERS = { TCP: 6, UDP: 17, SCTP: 132, ICMP: 1, ICMPv6: 58 } as const;
/** What stands in the port column for a protocol without ports: nothing should look at it. */
const UNUSED = 80;

/** Rows of the flows that columns can hold, by the kinds of their ends: pods and addresses, ports by number, no family. */
export function rowsOf(state: State, objects: readonly object[], flows: readonly Flow[]): Map<string, Row[]> {
  const isLedOn = leadsOn(objects);
  const indexOf = indices(state);
  const addresses = new Map<string, ColumnEnd | undefined>();
  const endOf = (end: FlowEnd): ColumnEnd | undefined => {
    const index = indexOf(end);
    if (index !== undefined) return { kind: "pod", value: BigInt(index) };
    const text = typeof end === "string" ? end : typeof end === "object" && "ip" in end ? end.ip : undefined;
    if (text === undefined) return undefined;
    if (!addresses.has(text)) addresses.set(text, addressEnd(text));
    return addresses.get(text);
  };
  const groups = new Map<string, Row[]>();
  for (const [place, flow] of flows.entries()) {
    const [from, to] = [endOf(flow.from), endOf(flow.to)];
    const numbers = numbersOf(flow);
    if (from === undefined || to === undefined || numbers === undefined || flow.family !== undefined) continue;
    // A batch does not look what an address is for.
    if (isSpecial(flow.from, true) || isSpecial(flow.to, false)) continue;
    // A batch does not follow a Service's address or a node's port, and its addresses are of one family.
    if (to.kind !== "pod" && isLedOn(`${to.kind} ${to.value}`, numbers.port, numbers.protocol)) continue;
    if (from.kind !== to.kind && from.kind !== "pod" && to.kind !== "pod") continue;
    const key = `${from.kind} ${to.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ place, from, to, ...numbers }]);
    else group.push({ place, from, to, ...numbers });
  }
  return groups;
}

/** Columns of rows of one kind, in memory of their own. */
export function newColumns(rows: readonly Row[]): BatchColumns {
  return fill(rows, {
    from: new Uint32Array(rows.length),
    to: new Uint32Array(rows.length),
    fromIPv4: new Uint32Array(rows.length),
    toIPv4: new Uint32Array(rows.length),
    fromIPv6: new Uint8Array(rows.length * 16),
    toIPv6: new Uint8Array(rows.length * 16),
    port: new Uint16Array(rows.length),
    protocol: new Uint8Array(rows.length),
  });
}

/** Columns of rows of one kind, in the engine's memory: the first part of `room`. */
export function columnsIn(room: StateColumns, rows: readonly Row[]): BatchColumns {
  const { length } = rows;
  return fill(rows, {
    from: room.from.subarray(0, length),
    to: room.to.subarray(0, length),
    fromIPv4: room.fromIPv4.subarray(0, length),
    toIPv4: room.toIPv4.subarray(0, length),
    fromIPv6: room.fromIPv6.subarray(0, length * 16),
    toIPv6: room.toIPv6.subarray(0, length * 16),
    port: room.port.subarray(0, length),
    protocol: room.protocol.subarray(0, length),
  });
}

/** Writes rows into those columns that their kind needs. */
function fill(rows: readonly Row[], room: Omit<StateColumns, "out">): BatchColumns {
  const [first] = rows;
  rows.forEach(({ port, protocol }, index) => {
    room.port[index] = port;
    room.protocol[index] = protocol;
  });
  return {
    ...fillEnd(
      first?.from.kind ?? "pod",
      rows.map(({ from }) => from.value),
      {
        pod: ["from", room.from],
        4: ["fromIPv4", room.fromIPv4],
        6: ["fromIPv6", room.fromIPv6],
      },
    ),
    ...fillEnd(
      first?.to.kind ?? "pod",
      rows.map(({ to }) => to.value),
      {
        pod: ["to", room.to],
        4: ["toIPv4", room.toIPv4],
        6: ["toIPv6", room.toIPv6],
      },
    ),
    port: room.port,
    protocol: room.protocol,
  };
}

type Named<T> = readonly [keyof BatchColumns, T];

function fillEnd(
  kind: ColumnEnd["kind"],
  values: readonly bigint[],
  columns: { readonly pod: Named<Uint32Array>; readonly 4: Named<Uint32Array>; readonly 6: Named<Uint8Array> },
): Partial<BatchColumns> {
  if (kind === "6") {
    const [name, bytes] = columns[6];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    values.forEach((value, index) => {
      view.setBigUint64(index * 16, value >> 64n);
      view.setBigUint64(index * 16 + 8, value & 0xffffffffffffffffn);
    });
    return { [name]: bytes };
  }
  const [name, words] = columns[kind];
  values.forEach((value, index) => {
    words[index] = Number(value);
  });
  return { [name]: words };
}

function addressEnd(text: string): ColumnEnd | undefined {
  const address = parseAddress(text);
  return address && { kind: `${address.family}`, value: address.value };
}

function numbersOf({ port, protocol = "TCP" }: Flow): { port: number; protocol: number } | undefined {
  const number = Object.hasOwn(NUMBERS, protocol) ? NUMBERS[protocol] : undefined;
  if (number === undefined) return undefined;
  if (protocol.startsWith("ICMP")) return { port: UNUSED, protocol: number };
  const fits = typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65535;
  return fits ? { port, protocol: number } : undefined;
}
