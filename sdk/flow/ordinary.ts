/**
 * Ordinary flows: between two pods given by name or index, with a port's number over TCP, UDP or SCTP, and nothing else said.
 * Most flows are; they are answered without being taken apart, and nothing is allocated for them.
 */
import { LOOK_CLOSER, SLOT_SCTP, SLOT_TCP, SLOT_UDP } from "../../assembly/abi.ts";
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
  return engine.evaluatePods(endpointOf(directory, from), endpointOf(directory, to), slotOf(protocol), portOf(port));
}

/** 1 or 0, or LOOK_CLOSER for any flow that is not ordinary. */
export function allowsBetween(
  { engine, directory }: Internals,
  from: Flow["from"] | undefined,
  to: Flow["to"] | undefined,
  port: Flow["port"],
  protocol: Flow["protocol"],
): number {
  return engine.allowsPods(endpointOf(directory, from), endpointOf(directory, to), slotOf(protocol), portOf(port));
}

/**
 * Decisions on ordinary flows by their answer. Those with the same answer have the same decision, caveats and all, unless
 * policies are loaded that are not modelled; so the first one is decided in full and kept. They are frozen: callers share them.
 */
export class OrdinaryDecisions {
  readonly #all = new Map<number, Decision>();
  /** Those that were asked for last, by a hash of their answers: read in less time than the Map looks one up. */
  readonly #answers = new Int32Array(PLACES).fill(LOOK_CLOSER);
  readonly #decisions: (Decision | undefined)[] = new Array(PLACES).fill(undefined);

  get(bits: number): Decision | undefined {
    const place = placeOf(bits);
    return this.#answers[place] === bits ? this.#decisions[place] : this.#find(bits, place);
  }

  keep(bits: number, decision: Decision): Decision {
    this.#all.set(bits, decision);
    return decision;
  }

  #find(bits: number, place: number): Decision | undefined {
    const decision = this.#all.get(bits);
    if (decision === undefined) return undefined;
    this.#answers[place] = bits;
    this.#decisions[place] = decision;
    return decision;
  }
}

const PLACE_BITS = 8;
const PLACES = 1 << PLACE_BITS;

/** By the golden ratio's bits: an answer's own lie wherever abi put them. */
function placeOf(bits: number): number {
  return Math.imul(bits, 0x9e3779b1) >>> (32 - PLACE_BITS);
}

/** Whether a flow has nothing but what ordinary ones have; its fields may still be anything. */
export function isOrdinary(flow: Flow): boolean {
  if (typeof flow !== "object" || flow === null) return false;
  for (const key in flow) if (key !== "from" && key !== "to" && key !== "port" && key !== "protocol") return false;
  // By a class it may be there though it is not listed.
  return flow.family === undefined;
}

// What is none of these the core is asked about as NONE: it has to look at the numbers itself, and says LOOK_CLOSER.
const NONE = -1;

function slotOf(protocol: Flow["protocol"]): number {
  // Not a `switch` with `case undefined`: V8 compares that case by type, and takes twice the time for all of them.
  if (protocol === undefined || protocol === "TCP") return SLOT_TCP;
  if (protocol === "UDP") return SLOT_UDP;
  return protocol === "SCTP" ? SLOT_SCTP : NONE;
}

/** A whole number; the core checks that it is a port. */
function portOf(port: Flow["port"]): number {
  return typeof port === "number" && (port | 0) === port ? port : NONE;
}

/** A pod's endpoint by name or index. The core checks that an index is a pod's. */
function endpointOf(directory: Internals["directory"], end: FlowEnd | undefined): number {
  if (typeof end === "string") return directory.podEndpoint(end);
  return typeof end === "number" && (end | 0) === end ? end : NONE;
}
