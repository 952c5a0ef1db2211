/** The pairs that a flow consists of: each source with each destination that it comes to, in one address family, answered by the core. */

import { didYouMean } from "../read/nearest.ts";
import type { Internals } from "../state.ts";
import { type Answer, decodeAnswer } from "../wasm/decode.ts";
import type { PairFlow } from "../wasm/engine.ts";
import type { Candidate } from "./candidate.ts";
import type { End } from "./ends.ts";
import { flowError } from "./flow-error.ts";
import { deadEnd, destinationFor } from "./local-backends.ts";
import { type FlowSpec, isQuotedNumber } from "./parse-flow.ts";
import { nameOf } from "./services.ts";

/** One evaluated pair. */
export interface Pair {
  readonly from: Candidate;
  readonly to: Candidate;
  readonly flow: PairFlow;
  readonly answer: Answer;
}

/** Every source with every destination, each pair in one address family. */
export function pairsOf(state: Internals, spec: FlowSpec, from: End, whole: End): Pair[] {
  if (from.oneHost) return pairsOfHost(state, spec, from, whole);
  return from.candidates.flatMap((source) => {
    const to = destinationFor(source, whole);
    // Among the pods of a group, a flow is from one to another; through a Service's own address it can come back.
    const others = to.candidates.filter((candidate) => !isSame(source, candidate));
    const isAlone = from.candidates.length === 1 && (others.length === 0 || isLeftToItself(spec, source, others, to));
    const asked = isAlone ? to.candidates : others;
    if (asked.length === 0) return [];
    // A Service is one destination, and so is a host: what has no address of the family that is used is no part of it.
    const destinations = to.service || to.oneHost ? [asked] : asked.map((candidate) => [candidate]);
    return destinations.flatMap((members) => {
      const family = familyOf(spec, source, members);
      const service = deadEnd(to, members, family);
      if (service !== undefined) {
        const message = `port ${spec.port} is a node port of Service \`${nameOf(service)}\`, which has no ready backend for it over IPv${family}`;
        throw flowError("no-backend", ["to"], message);
      }
      return members
        .filter((destination) => destination.families.includes(family))
        .map((destination) => evaluatePair(state, spec, source, destination, family));
    });
  });
}

/** The same of a host with several addresses: it sends to each destination in one family, from any address of that. */
function pairsOfHost(state: Internals, spec: FlowSpec, from: End, whole: End): Pair[] {
  const families = [...new Set(from.candidates.flatMap((source) => source.families))];
  const [first] = from.candidates;
  const to = destinationFor(first!, whole);
  const host = { ...first!, display: first!.node ?? first!.display, families };
  const destinations = to.service || to.oneHost ? [to.candidates] : to.candidates.map((candidate) => [candidate]);
  return destinations.flatMap((members) => {
    const family = familyOf(spec, host, members);
    const sources = from.candidates.filter((source) => source.families.includes(family));
    const used = { ...to, candidates: members.filter((destination) => destination.families.includes(family)) };
    return pairsOf(state, { ...spec, family }, { ...from, candidates: sources, oneHost: false }, used);
  });
}

/** Whether of a Service's backends none but the source itself can be reached in a family that it has: the others are no part of it. */
function isLeftToItself(spec: FlowSpec, source: Candidate, others: readonly Candidate[], to: End): boolean {
  if (!to.service || others.length === to.candidates.length) return false;
  const usable = source.families.filter((family) => spec.family === undefined || spec.family === family);
  return !others.some(({ families }) => families.some((family) => usable.includes(family)));
}

function isSame(source: Candidate, destination: Candidate): boolean {
  return (
    source.pod !== undefined &&
    source.pod === destination.pod &&
    source.representative !== true &&
    destination.translated !== true
  );
}

/**
 * The family asked for, else the first of the source's addresses that a destination shares: of a node that hands the flow on,
 * one that is behind it, as the node has the port in that family alone.
 */
function familyOf(spec: FlowSpec, source: Candidate, destinations: readonly Candidate[]): 4 | 6 {
  const offered = source.families.filter((candidate) => spec.family === undefined || spec.family === candidate);
  const sharedBy = (some: readonly Candidate[]): 4 | 6 | undefined =>
    offered.find((candidate) => some.some(({ families }) => families.includes(candidate)));
  const family = sharedBy(destinations.filter(({ nodePort }) => nodePort !== undefined)) ?? sharedBy(destinations);
  if (family !== undefined) return family;
  const wanted = spec.family === undefined ? "address family" : `IPv${spec.family} address`;
  const names = destinations.map(({ display }) => `\`${display}\``).join(", ");
  throw flowError("no-common-family", [], `\`${source.display}\` shares no ${wanted} with ${names}`);
}

export function evaluatePair(state: Internals, spec: FlowSpec, from: Candidate, to: Candidate, family: 4 | 6): Pair {
  const flow: PairFlow = {
    source: from.endpointFor(family),
    destination: to.endpointFor(family),
    family,
    slot: spec.slot,
    port: destinationPort(spec, to),
    distinct: to.translated === true || from.representative === true,
  };
  const bits = state.engine.evaluatePair(flow.source, flow.destination, family, flow.slot, flow.port, flow.distinct);
  return { from, to, flow, answer: decodeAnswer(bits) };
}

/** The port on the destination: a Service's target, a number, or a name that the destination pod gives a port. */
function destinationPort(spec: FlowSpec, to: Candidate): number {
  if (to.port !== undefined) return to.port;
  if (typeof spec.port === "number") return spec.port;
  if (spec.port === undefined) return 0;
  const declared = to.pod?.ports.find(({ name, protocol }) => name === spec.port && protocol === spec.protocol);
  if (declared !== undefined) return declared.containerPort;
  const message =
    to.pod === undefined
      ? `\`${spec.port}\` can only be resolved on a pod, which \`${to.display}\` is not: give a number${isQuotedNumber(spec.port) ? " as a number" : ""}`
      : `pod \`${to.display}\` has no ${spec.protocol} port named \`${spec.port}\`${isQuotedNumber(spec.port) ? ": give a number as a number" : didYouMean(spec.port, portNames(to, spec))}`;
  throw flowError("unknown-port", ["port"], message);
}

function portNames({ pod }: Candidate, { protocol }: FlowSpec): readonly string[] {
  return (pod?.ports ?? []).flatMap((port) => (port.protocol === protocol && port.name !== undefined ? port.name : []));
}
