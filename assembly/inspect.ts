/**
 * The Wasm surface that looks into a build arena which another instance has made, over that instance's memory: a module of its
 * own, so that only those who ask why carry it. It reads; what it writes goes where the host says. It has no data and no heap.
 */
import { ABI_VERSION } from "./abi";
import { Build } from "./build";
import { writeMatched, writeSelected, writeSelecting } from "./selects";
import { traceFlow } from "./trace";

export function abiVersion(): u32 {
  return ABI_VERSION;
}

/**
 * Writes to `out` what one direction's policies make of a flow (abi: TRACE_…), behind TRACE_LEAD_BYTES, as far as its
 * `bytes` bytes go. Gives the words that there are to tell. The flow is as in `evaluate`.
 */
export function trace(
  build: usize,
  direction: u32,
  source: u32,
  destination: u32,
  family: u32,
  slot: u32,
  port: u32,
  out: usize,
  bytes: u32,
): u32 {
  return traceFlow(changetype<Build>(build), direction, source, destination, family, slot, port, out, bytes);
}

/** Writes to `out`, for each policy, a byte that says whether it selects the endpoint (abi: SELECTS_…). */
export function selecting(build: usize, endpoint: u32, out: usize): void {
  writeSelecting(changetype<Build>(build), endpoint, out);
}

/** Writes to `out`, for each of the first `count` endpoints, whether a policy selects it: 0 no, 1 open, 2 yes. */
export function selected(build: usize, policy: u32, count: u32, out: usize): void {
  writeSelected(changetype<Build>(build), policy, count, out);
}

/** The same of a peer of one of the policy's rules. */
export function matched(build: usize, policy: u32, rule: u32, peer: u32, count: u32, out: usize): void {
  writeMatched(changetype<Build>(build), policy, rule, peer, count, out);
}
