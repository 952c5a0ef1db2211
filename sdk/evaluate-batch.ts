/** Many flows at once: columns of numbers answered by codes, or any iterable of flows answered by decisions. */

import { BATCH_DONE, PROTOCOL_SCTP, PROTOCOL_TCP, PROTOCOL_UDP } from "../assembly/abi.ts";
import { refuseEnded, runnerOf } from "./columns.ts";
import { NetverdictError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { internalsOf, type State } from "./state.ts";
import { isUint8Array, isUint16Array, isUint32Array } from "./typed-arrays.ts";
import type { BatchColumns, Decision, Flow } from "./types.ts";
import type { EndColumn } from "./wasm/columns.ts";

const KNOWN: ReadonlySet<string> = new Set([
  "from",
  "to",
  "fromIPv4",
  "toIPv4",
  "fromIPv6",
  "toIPv6",
  "port",
  "protocol",
]);

/**
 * Answers columns of flows with verdict codes: 0 deny, 1 allow, 2 undetermined. Between pods and addresses only; each pair as
 * `evaluate` answers it, but that nothing is followed: neither a Service's address nor a port that a node hands on. Addresses that `evaluate` refuses (loopback, unspecified; multicast and broadcast as a source) are
 * not looked for: they are judged as any address outside.
 *
 * @param out takes the codes; made where it is not given
 * @throws NetverdictError `invalid-flow` for columns that do not fit together, and for the first flow that can have no
 * verdict (an index out of range, port 0, no common family); `out` then holds nothing of use
 */
export function evaluateBatch(state: State, columns: BatchColumns, out?: Uint8Array): Uint8Array {
  const internals = internalsOf(state);
  if (typeof columns !== "object" || columns === null) throw failure([], "columns must be an object of typed arrays");
  for (const key in columns) {
    if (!KNOWN.has(key) && key !== "out")
      throw failure([key], `\`${key}\` is no column: there are ${[...KNOWN].join(", ")}`);
  }
  const from = endColumn(columns.from, columns.fromIPv4, columns.fromIPv6, "from");
  const to = endColumn(columns.to, columns.toIPv4, columns.toIPv6, "to");
  const { port, protocol } = columns;
  if (!isUint16Array(port)) throw failure(["port"], "`port` must be a Uint16Array");
  if (!isUint8Array(protocol)) throw failure(["protocol"], "`protocol` must be a Uint8Array");
  // Columns of the engine's come with a place for the codes.
  const codes = out ?? (columns as { readonly out?: Uint8Array }).out ?? new Uint8Array(port.length);
  if (!isUint8Array(codes)) throw failure(["out"], "`out` must be a Uint8Array");
  const count = port.length;
  // What has ended is empty.
  if (Math.min(count, from.values.length, to.values.length, protocol.length, codes.length) === 0)
    refuseEnded({ from: from.values, to: to.values, port, protocol, out: codes });
  checkLength(columnName("from", from), lengthOf(from), count);
  checkLength(columnName("to", to), lengthOf(to), count);
  checkLength("protocol", protocol.length, count);
  if (codes.length < count) throw failure(["out"], `\`out\` has room for ${codes.length} flows of ${count}`);

  for (const [name, column] of Object.entries({
    [columnName("from", from)]: from.values,
    [columnName("to", to)]: to.values,
    port,
    protocol,
  })) {
    if (overlap(column, codes, count))
      throw failure(["out"], `\`out\` lies over \`${name}\`: give it a place of its own`);
  }

  const failed = runnerOf(internals).run({
    from,
    to,
    port,
    protocol,
    out: codes,
    count,
    family: familyOf(from, to),
  });
  if (failed !== BATCH_DONE)
    throw failure([failed], `this flow can have no verdict: ${faultOf(state, columns, failed)}`);
  return codes;
}

/** What is wrong with a flow of the columns: between pods, what is told where it is asked alone. */
function faultOf(state: State, { from, to, port, protocol }: BatchColumns, row: number): string {
  const flow = { from: from?.[row], to: to?.[row], port: port[row], protocol: NAMES[protocol[row] ?? 0] } as Flow;
  try {
    if (from !== undefined && to !== undefined && flow.protocol !== undefined) evaluate(state, flow);
  } catch (error) {
    if (error instanceof NetverdictError) return error.issues[0]?.message ?? error.message;
    throw error;
  }
  return "a pod index out of range, port 0, or ends without a common family";
}

const NAMES: Readonly<Record<number, Flow["protocol"]>> = {
  [PROTOCOL_TCP]: "TCP",
  [PROTOCOL_UDP]: "UDP",
  [PROTOCOL_SCTP]: "SCTP",
  1: "ICMP",
  58: "ICMPv6",
};

/**
 * Answers flows one by one, as they are asked for.
 *
 * @throws NetverdictError as `evaluate`, at the flow in question
 * @example
 * for (const decision of evaluateAll(state, flows)) console.log(decision.verdict);
 */
export function evaluateAll(state: State, flows: Iterable<Flow>): Generator<Decision, void, undefined> {
  internalsOf(state);
  if (typeof flows !== "object" || typeof flows?.[Symbol.iterator] !== "function")
    throw failure([], "flows must be an iterable of them");
  return decisions(state, flows);
}

function* decisions(state: State, flows: Iterable<Flow>): Generator<Decision, void, undefined> {
  for (const flow of flows) yield evaluate(state, flow);
}

function endColumn(
  pods: Uint32Array | undefined,
  ipv4: Uint32Array | undefined,
  ipv6: Uint8Array | undefined,
  side: "from" | "to",
): EndColumn {
  const given = Number(pods !== undefined) + Number(ipv4 !== undefined) + Number(ipv6 !== undefined);
  if (given !== 1) {
    const hint = given === 3 ? ": of `state.columns`, pass on those that you have filled" : "";
    throw failure([side], `give one of \`${side}\`, \`${side}IPv4\` and \`${side}IPv6\`, not ${given}${hint}`);
  }
  if (ipv6 !== undefined) {
    if (!isUint8Array(ipv6)) throw failure([`${side}IPv6`], `\`${side}IPv6\` must be a Uint8Array`);
    return { kind: "ipv6", values: ipv6 };
  }
  const values = pods ?? ipv4;
  const name = pods === undefined ? `${side}IPv4` : side;
  if (!isUint32Array(values)) throw failure([name], `\`${name}\` must be a Uint32Array`);
  return { kind: pods === undefined ? "ipv4" : "pods", values };
}

/** Whether the codes of so many flows would be written over a column. */
function overlap(column: ArrayBufferView, codes: Uint8Array, count: number): boolean {
  return (
    column.buffer === codes.buffer &&
    codes.byteOffset < column.byteOffset + column.byteLength &&
    column.byteOffset < codes.byteOffset + count
  );
}

const columnName = (side: "from" | "to", { kind }: EndColumn): string =>
  `${side}${{ pods: "", ipv4: "IPv4", ipv6: "IPv6" }[kind]}`;

function lengthOf({ kind, values }: EndColumn): number {
  return kind === "ipv6" ? values.length / 16 : values.length;
}

function checkLength(name: string, length: number, count: number): void {
  if (length !== count) throw failure([name], `\`${name}\` has ${length} flows, \`port\` ${count}`);
}

/** The family that addresses fix. */
function familyOf(from: EndColumn, to: EndColumn): 0 | 4 | 6 {
  if (from.kind !== to.kind && from.kind !== "pods" && to.kind !== "pods")
    throw failure([], "one end is given by IPv4 addresses, the other by IPv6 ones");
  const kind = from.kind === "pods" ? to.kind : from.kind;
  return kind === "pods" ? 0 : kind === "ipv4" ? 4 : 6;
}

function failure(path: (string | number)[], message: string): NetverdictError {
  return new NetverdictError([{ code: "invalid-flow", message, path }]);
}
