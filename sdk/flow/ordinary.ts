/**
 * Ordinary flows: between two pods given by name or index, with a port's number over TCP, UDP or SCTP, and nothing else said.
 * Most flows are; they are answered without being taken apart, and nothing is allocated for them.
 */
import {
  ANSWER_BASELINE_BESIDE_POLICY,
  ANSWER_BOTH_APIS,
  ANSWER_EGRESS_OPEN_SHIFT,
  ANSWER_EGRESS_REASON_SHIFT,
  ANSWER_OTHER_VERDICT_SHIFT,
  LOOK_CLOSER,
  SLOT_SCTP,
  SLOT_TCP,
  SLOT_UDP,
} from "../../assembly/abi.ts";
import type { Internals } from "../state.ts";
import type { Decision, Flow, FlowEnd } from "../types.ts";

/** The core's answer (abi: ANSWER_…), or LOOK_CLOSER for any flow that is not ordinary, right or wrong. */
export function answerBetween(
  { engine, directory }: Internals,
  from: Flow["from"] | undefined,
  to: Flow["to"] | undefined,
  port: Flow["port"],
  protocol: Flow["protocol"],
): number {
  const slot = ordinarySlot(port, protocol);
  if (slot < 0) return LOOK_CLOSER;
  const source = endpointOf(directory, from);
  const destination = endpointOf(directory, to);
  return source < 0 || destination < 0 ? LOOK_CLOSER : engine.evaluatePods(source, destination, slot, port as number);
}

/** 1 or 0, or LOOK_CLOSER for any flow that is not ordinary. */
export function allowsBetween(
  { engine, directory }: Internals,
  from: Flow["from"] | undefined,
  to: Flow["to"] | undefined,
  port: Flow["port"],
  protocol: Flow["protocol"],
): number {
  const slot = ordinarySlot(port, protocol);
  if (slot < 0) return LOOK_CLOSER;
  const source = endpointOf(directory, from);
  const destination = endpointOf(directory, to);
  return source < 0 || destination < 0 ? LOOK_CLOSER : engine.allowsPods(source, destination, slot, port as number);
}

/**
 * Decisions on ordinary flows by their answer. Those with the same answer have the same decision, caveats and all, unless
 * policies are loaded that are not modelled; so the first one is decided in full and kept. They are frozen: callers share them.
 */
export class OrdinaryDecisions {
  /** By what the answer says of the other family and of tiers, then by reasons and flags; the reasons imply the verdicts. */
  readonly #decisions: (Decision | undefined)[][] = Array.from({ length: PLACES }, () => []);

  get(bits: number): Decision | undefined {
    return this.#decisions[placeOf(bits)]?.[detailOf(bits)];
  }

  keep(bits: number, decision: Decision): Decision {
    const place = placeOf(bits);
    if (this.#decisions[place]?.length === 0) this.#decisions[place] = new Array(DETAILS).fill(undefined);
    const decisions = this.#decisions[place];
    if (decisions !== undefined) decisions[detailOf(bits)] = decision;
    return decision;
  }
}

const TIER_FLAGS = ANSWER_BOTH_APIS | ANSWER_BASELINE_BESIDE_POLICY;
const TIER_FLAGS_SHIFT = 31 - Math.clz32(ANSWER_BOTH_APIS);
const PLACES = 64;
const DETAILS = 1 << (ANSWER_EGRESS_OPEN_SHIFT - ANSWER_EGRESS_REASON_SHIFT);

/** No side of an ordinary flow's answer is open: four bits on the other family are the highest. */
function placeOf(bits: number): number {
  return ((bits >>> ANSWER_OTHER_VERDICT_SHIFT) << 2) | ((bits & TIER_FLAGS) >>> TIER_FLAGS_SHIFT);
}

/** Reasons and flags; no side of an ordinary flow's answer is open. */
function detailOf(bits: number): number {
  return (bits >>> ANSWER_EGRESS_REASON_SHIFT) & (DETAILS - 1);
}

/** Whether a flow has nothing but what ordinary ones have; its fields may still be anything. */
export function isOrdinary(flow: Flow): boolean {
  if (typeof flow !== "object" || flow === null) return false;
  for (const key in flow) if (key !== "from" && key !== "to" && key !== "port" && key !== "protocol") return false;
  // By a class it may be there though it is not listed.
  return flow.family === undefined;
}

/** The protocol's slot if it is one of those with ports and the port is a number; else -1. */
function ordinarySlot(port: Flow["port"], protocol: Flow["protocol"]): number {
  if (typeof port !== "number" || (port | 0) !== port || port < 1 || port > 65535) return -1;
  switch (protocol) {
    case undefined:
    case "TCP":
      return SLOT_TCP;
    case "UDP":
      return SLOT_UDP;
    case "SCTP":
      return SLOT_SCTP;
    default:
      return -1;
  }
}

/** A pod's endpoint by name or index; -1 for any other end. The core checks that an index is a pod's. */
function endpointOf(directory: Internals["directory"], end: FlowEnd | undefined): number {
  if (typeof end === "string") return directory.podEndpoint(end);
  return typeof end === "number" && (end | 0) === end ? end : -1;
}
