/** Which missing facts an undetermined answer waits for: a trace over the same rows and terms, not a second opinion. */
import { Build } from "./build";
import { egressRowOf, endpointClass, ingressRowOf, isOwnNode } from "./evaluate";
import { rowSteps, rowStepWords } from "./row";
import { STEP_OPEN_SUBJECT } from "./step";
import { openFactsOfTerm } from "./term";
import { OPEN_NAMESPACE_LABELS } from "./abi";
import { word } from "./vec";

/** The open facts (abi: OPEN_…) about the destination that the source's egress waits for. */
export function openFactsOfEgress(build: Build, source: u32, destination: u32, family: u32, slot: u32, port: u32): u32 {
  const row = egressRowOf(build.arena, endpointClass(build.arena, source, family), slot, port);
  return openFactsOfRow(build, row, endpointClass(build.arena, destination, family));
}

/** The open facts about the source that the destination's ingress waits for. */
export function openFactsOfIngress(
  build: Build,
  source: u32,
  destination: u32,
  family: u32,
  slot: u32,
  port: u32,
): u32 {
  const ownNode = isOwnNode(build.arena, source, destination);
  const row = ingressRowOf(build.arena, endpointClass(build.arena, destination, family), slot, port, ownNode);
  return openFactsOfRow(build, row, endpointClass(build.arena, source, family));
}

function openFactsOfRow(build: Build, row: u32, id: u32): u32 {
  const steps = rowSteps(build, row);
  const words = rowStepWords(build, row);
  let facts: u32 = 0;
  let step: u32 = 0;
  while (step < words) {
    const terms = word(steps, step + 1);
    if (word(steps, step) & STEP_OPEN_SUBJECT) facts |= OPEN_NAMESPACE_LABELS;
    for (let i: u32 = 0; i < terms; ++i) facts |= openFactsOfTerm(build, word(steps, step + 2 + i), id);
    step += 2 + terms;
  }
  return facts;
}
