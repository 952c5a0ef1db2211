/** Questions to a compiled build, for specs. */
import {
  ANSWER_EGRESS_OPEN_SHIFT,
  ANSWER_EGRESS_REASON_SHIFT,
  ANSWER_EGRESS_SHIFT,
  ANSWER_INGRESS_OPEN_SHIFT,
  ANSWER_INGRESS_REASON_SHIFT,
  ANSWER_INGRESS_SHIFT,
  ANSWER_OPEN_MASK,
  ANSWER_REASON_MASK,
  ANSWER_VERDICT_MASK,
  SLOT_TCP,
} from "../abi";
import { Build } from "../build";
import { endpointClass, evaluateFlow } from "../evaluate";
import { matchTerm } from "../term";
import { termCertain, termPossible, termReaches } from "../term-bits";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "../match";

/** The whole answer's bits; IPv4 and TCP unless told otherwise. */
export function answer(
  build: Build,
  source: u32,
  destination: u32,
  port: u32 = 80,
  slot: u32 = SLOT_TCP,
  family: u32 = 4,
  distinct: u32 = 0,
): u32 {
  return evaluateFlow(build.arena, source, destination, family, slot, port, distinct);
}

export function verdict(build: Build, source: u32, destination: u32, port: u32 = 80, slot: u32 = SLOT_TCP): u32 {
  return answer(build, source, destination, port, slot) & ANSWER_VERDICT_MASK;
}

export function egressOf(bits: u32): u32 {
  return (bits >> ANSWER_EGRESS_SHIFT) & ANSWER_VERDICT_MASK;
}

export function ingressOf(bits: u32): u32 {
  return (bits >> ANSWER_INGRESS_SHIFT) & ANSWER_VERDICT_MASK;
}

export function egressReasonOf(bits: u32): u32 {
  return (bits >> ANSWER_EGRESS_REASON_SHIFT) & ANSWER_REASON_MASK;
}

export function ingressReasonOf(bits: u32): u32 {
  return (bits >> ANSWER_INGRESS_REASON_SHIFT) & ANSWER_REASON_MASK;
}

export function class4(build: Build, endpoint: u32): u32 {
  return endpointClass(build.arena, endpoint, 4);
}

export function class6(build: Build, endpoint: u32): u32 {
  return endpointClass(build.arena, endpoint, 6);
}

/** The facts that the source's egress waits for. */
export function openFactsOfEgress(build: Build, source: u32, destination: u32, port: u32): u32 {
  return (answer(build, source, destination, port) >> ANSWER_EGRESS_OPEN_SHIFT) & ANSWER_OPEN_MASK;
}

/** The facts that the destination's ingress waits for. */
export function openFactsOfIngress(build: Build, source: u32, destination: u32, port: u32): u32 {
  return (answer(build, source, destination, port) >> ANSWER_INGRESS_OPEN_SHIFT) & ANSWER_OPEN_MASK;
}

/** Whether a class is in a term, as the term's sets say; they must agree with matching the class alone. */
export function termMatch(build: Build, term: u32, id: u32): u32 {
  const reached = termReaches(build, term, id >> 9);
  const certain = reached && bitOf(termCertain(build, term), id);
  const possible = reached && bitOf(termPossible(build, term), id);
  assert(!certain || possible, "what is certain is possible");
  const match = certain ? MATCH_YES : possible ? MATCH_OPEN : MATCH_NO;
  assert(match == matchTerm(build, term, id), "a term's sets agree with matching");
  return match;
}

function bitOf(bits: usize, index: u32): bool {
  return ((load<u8>(bits + (index >> 3)) >> <u8>(index & 7)) & 1) != 0;
}

/** The endpoint of what has its longest match in prefix `number`. */
export function external(build: Build, number: u32 = 0): u32 {
  return number - build.firstEndpoint;
}
