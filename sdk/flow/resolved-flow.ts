/** Flows of any kind: their ends resolved, the pairs of these answered and joined. */
import { SLOT_PORTLESS } from "../../assembly/abi.ts";
import { LIMITS } from "../limits.ts";
import type { Internals } from "../state.ts";
import type { Caveat, Decision, Flow, Member, Verdict } from "../types.ts";
import type { Candidate } from "./candidate.ts";
import { caveatsOf } from "./caveats.ts";
import { type End, resolveDestination, resolveSource } from "./ends.ts";
import { flowError } from "./flow-error.ts";
import { joinSides, joinVerdicts } from "./join.ts";
import { deadEnd, destinationFor } from "./local-backends.ts";
import { evaluatePair, type Pair, pairsOf } from "./pairs.ts";
import { type FlowSpec, parseFlow } from "./parse-flow.ts";

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
    const reached = destinationFor(first.from, to);
    if (!reaches(from, other) || !reaches(reached, other)) return [];
    if (deadEnd(reached, reached.candidates, other) !== undefined) return [];
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
