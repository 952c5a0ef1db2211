/** Verdicts: flows resolved to pairs of endpoints, judged by the core, joined. */

import { LOOK_CLOSER, SLOT_PORTLESS, VERDICT_ALLOW } from "../assembly/abi.ts";
import type { NetverdictError } from "./errors.ts";
import type { Candidate } from "./flow/candidate.ts";
import { caveatsOf, type Pair } from "./flow/caveats.ts";
import { type End, resolveDestination, resolveSource } from "./flow/ends.ts";
import { flowError } from "./flow/flow-error.ts";
import { joinSides, joinVerdicts } from "./flow/join.ts";
import { destinationFor } from "./flow/local-backends.ts";
import { allowsBetween, answerBetween, isOrdinary, OrdinaryDecisions } from "./flow/ordinary.ts";
import { type FlowSpec, isQuotedNumber, parseFlow } from "./flow/parse-flow.ts";
import { plainFlow } from "./flow/plain-flow.ts";
import { frozen } from "./frozen.ts";
import { LIMITS } from "./limits.ts";
import { didYouMean } from "./read/nearest.ts";
import { inQuestion } from "./settle.ts";
import { type Internals, internalsOf, type State } from "./state.ts";
import type { Caveat, Decision, Flow, FlowEnd, Member, Protocol, Verdict } from "./types.ts";
import { decodeAnswer } from "./wasm/decode.ts";
import type { PairFlow } from "./wasm/engine.ts";

/**
 * Decides whether a flow would pass: the source's egress and the destination's ingress must both let it.
 *
 * A verdict says what the policies mean; enforcing them is the CNI plugin's part. Who asks often gives the flow in parts: names
 * or indices (`state.podIndex`) of pods, the port and the protocol, which cost no object.
 *
 * @throws NetverdictError for flows that no verdict can be given on: `invalid-flow`, `unknown-pod`, `finished-pod`,
 * `unknown-workload`, `no-pods`, `unknown-service`, `unknown-service-port`, `no-backend`, `unknown-node`, `unknown-port`,
 * `no-common-family`, `limit-exceeded`
 * @example
 * const decision = evaluate(state, { from: "shop/web-0", to: "shop/db-0", port: 5432 });
 * decision.verdict; // "allow" | "deny" | "undetermined"
 */
export function evaluate(
  state: State,
  from: string | number,
  to: FlowEnd,
  port?: Flow["port"],
  protocol?: Protocol,
  family?: Flow["family"],
): Decision;
export function evaluate(state: State, flow: Flow): Decision;
export function evaluate(
  state: State,
  flow: Flow | string | number,
  to?: FlowEnd,
  port?: Flow["port"],
  protocol?: Protocol,
  family?: Flow["family"],
): Decision {
  const internals = internalsOf(state);
  if (typeof flow === "string" || typeof flow === "number") {
    if (family === undefined) return evaluateParts(internals, flow, to, port, protocol);
    return evaluateWhole(internals, { ...wholeFlow(flow, to, port, protocol), family });
  }
  if (to !== undefined) throw notBoth();
  return isOrdinary(flow)
    ? evaluateParts(internals, flow.from, flow.to, flow.port, flow.protocol)
    : evaluateWhole(internals, flow);
}

/** Of a flow that has no more than these; each was read once. */
function evaluateParts(
  internals: Internals,
  from: FlowEnd | undefined,
  to: FlowEnd | undefined,
  port: Flow["port"],
  protocol: Flow["protocol"],
): Decision {
  const bits = internals.unmodelled.length > 0 ? LOOK_CLOSER : answerBetween(internals, from, to, port, protocol);
  if (bits === LOOK_CLOSER) return evaluateWhole(internals, wholeFlow(from, to, port, protocol));
  internals.decisions ??= new OrdinaryDecisions();
  const decision = internals.decisions.get(bits) ?? keepDecision(internals, bits, wholeFlow(from, to, port, protocol));
  return internals.enforcement === undefined
    ? decision
    : withEnforced(internals, wholeFlow(from, to, port, protocol), decision);
}

/**
 * Whether a flow would pass for certain: `evaluate(state, flow).verdict === "allow"`. For two pods, by name or by index, it
 * allocates nothing; in parts, as `evaluate` takes them too, it is at its fastest.
 *
 * @throws NetverdictError as `evaluate`
 * @example
 * const [web, db] = [state.podIndex("shop", "web-0"), state.podIndex("shop", "db-0")];
 * allows(state, web, db, 5432); // true | false
 */
export function allows(
  state: State,
  from: string | number,
  to: FlowEnd,
  port?: Flow["port"],
  protocol?: Protocol,
  family?: Flow["family"],
): boolean;
export function allows(state: State, flow: Flow): boolean;
export function allows(
  state: State,
  flow: Flow | string | number,
  to?: FlowEnd,
  port?: Flow["port"],
  protocol?: Protocol,
  family?: Flow["family"],
): boolean {
  const internals = internalsOf(state);
  if (typeof flow === "string" || typeof flow === "number") {
    if (family === undefined) return allowsParts(internals, flow, to, port, protocol);
    return askInFull(internals, plainFlow({ ...wholeFlow(flow, to, port, protocol), family })).verdict === "allow";
  }
  if (to !== undefined) throw notBoth();
  return isOrdinary(flow)
    ? allowsParts(internals, flow.from, flow.to, flow.port, flow.protocol)
    : askInFull(internals, plainFlow(flow)).verdict === "allow";
}

function allowsParts(
  internals: Internals,
  from: FlowEnd | undefined,
  to: FlowEnd | undefined,
  port: Flow["port"],
  protocol: Flow["protocol"],
): boolean {
  const allowed = allowsBetween(internals, from, to, port, protocol);
  if (allowed !== LOOK_CLOSER) return allowed === VERDICT_ALLOW;
  return askInFull(internals, plainFlow(wholeFlow(from, to, port, protocol))).verdict === "allow";
}

function notBoth(): NetverdictError {
  return flowError("invalid-flow", [], "a flow comes as one object or in parts: both were given");
}

/** A flow of its parts; what is missing is left to be refused. */
function wholeFlow(
  from: FlowEnd | undefined,
  to: FlowEnd | undefined,
  port: Flow["port"],
  protocol: Flow["protocol"],
): Flow {
  return { from, to, port, protocol } as Flow;
}

// Each in a function of its own: a closure in the functions above would cost every call the room for what it holds.
function askInFull(internals: Internals, flow: Flow): Decision {
  return frozen(inQuestion(internals, () => evaluateInFull(internals, flow)));
}

function evaluateWhole(internals: Internals, flow: Flow): Decision {
  const plain = plainFlow(flow);
  return withEnforced(internals, plain, askInFull(internals, plain));
}

function keepDecision(internals: Internals, bits: number, flow: Flow): Decision {
  const decision = askInFull(internals, flow);
  internals.decisions?.keep(bits, decision);
  return decision;
}

function withEnforced(internals: Internals, flow: Flow, decision: Decision): Decision {
  const { enforcement } = internals;
  if (enforcement === undefined) return decision;
  const enforced = inQuestion(internals, () => enforcement.enforce(internals, flow, decision));
  return frozen({ ...decision, enforced });
}

/** A flow with its ends resolved, and each pair of them answered. */
export interface ResolvedFlow {
  readonly spec: FlowSpec;
  readonly from: End;
  readonly to: End;
  readonly pairs: readonly Pair[];
}

/** @throws NetverdictError as `evaluate`; `limit-exceeded` where there are more than `most` pairs */
export function resolveFlow(internals: Internals, flow: Flow, most: number = LIMITS.flowPairs): ResolvedFlow {
  const spec = parseFlow(flow);
  const from = resolveSource(internals, spec);
  const to = resolveDestination(internals, spec);
  const [sources, destinations] = [from.candidates.length, to.candidates.length];
  if (sources * destinations > most) {
    const message = `from ${sources} to ${destinations} pods are more than ${most} pairs: ask about single pods, or all at once by \`matrix\``;
    throw flowError("limit-exceeded", [], message);
  }
  return { spec, from, to, pairs: pairsOf(internals, spec, from, to) };
}

/** The decision on any flow, by resolving its ends. */
export function evaluateInFull(internals: Internals, flow: Flow): Decision {
  const resolved = resolveFlow(internals, flow);
  const { spec, from, to, pairs } = resolved;
  const caveats = [...caveatsOf(internals, spec, pairs), ...familyCaveats(internals, resolved)];
  const [only] = pairs;
  if (only !== undefined && !from.group && !to.group) {
    const { verdict, egress, ingress } = only.answer;
    return { verdict, egress, ingress, caveats };
  }
  return {
    verdict: joinVerdicts(pairs.map(({ answer }) => answer.verdict)),
    egress: joinSides(pairs.map(({ answer }) => answer.egress)),
    ingress: joinSides(pairs.map(({ answer }) => answer.ingress)),
    caveats,
    members: pairs.map(memberOf),
  };
}

/** Every source with every destination, each pair in one address family. */
function pairsOf(state: Internals, spec: FlowSpec, from: End, whole: End): Pair[] {
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

function evaluatePair(state: Internals, spec: FlowSpec, from: Candidate, to: Candidate, family: 4 | 6): Pair {
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

/** Where the caller left the family open and the other one would be answered differently. */
export function familyCaveats(state: Internals, { spec, from, to, pairs }: ResolvedFlow): Caveat[] {
  const [first] = pairs;
  if (spec.family !== undefined || first === undefined) return [];
  const differs = (family: 4 | 6, other: Verdict): Caveat[] => {
    const message = `answered for IPv${family}; over IPv${family === 4 ? 6 : 4} the verdict is ${other}: pass \`family\``;
    return [{ code: "family-differs", message }];
  };
  if (from.oneHost || to.oneHost) {
    // A host's addresses of the other family are no members of these pairs.
    const other = first.flow.family === 4 ? 6 : 4;
    if (!reaches(from, other) || !reaches(destinationFor(first.from, to), other)) return [];
    const verdict = joinVerdicts(
      pairsOf(state, { ...spec, family: other }, from, to).map(({ answer }) => answer.verdict),
    );
    return verdict === joinVerdicts(pairs.map(({ answer }) => answer.verdict))
      ? []
      : differs(first.flow.family, verdict);
  }
  for (const { from, to, flow, answer } of pairs) {
    const other = flow.family === 4 ? 6 : 4;
    if (!from.families.includes(other) || !to.families.includes(other)) continue;
    const { verdict } = evaluatePair(state, spec, from, to, other).answer;
    if (verdict !== answer.verdict) return differs(flow.family, verdict);
  }
  return [];
}

/** Whether every pod of an end, or some address of a host or a Service, has a family. */
function reaches({ candidates, service, oneHost }: End, family: 4 | 6): boolean {
  const has = ({ families }: Candidate): boolean => families.includes(family);
  return service || oneHost ? candidates.some(has) : candidates.every(has);
}

function memberOf({ from, to, flow, answer: { verdict, egress, ingress } }: Pair): Member {
  const port = flow.slot === SLOT_PORTLESS ? {} : { port: flow.port };
  return { from: from.display, to: to.display, ...port, family: flow.family, verdict, egress, ingress };
}
