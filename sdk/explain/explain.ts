/** Why a flow passes or not: the decision of `evaluate`, with what the core's trace says of each side. */
import { SLOT_PORTLESS } from "../../assembly/abi.ts";
import { canonicalAddress, familyOf } from "../address.ts";
import { checkFlag, checkOptions } from "../check-options.ts";
import type { Candidate } from "../flow/candidate.ts";
import { caveatsOf } from "../flow/caveats.ts";
import type { End } from "../flow/ends.ts";
import { flowError } from "../flow/flow-error.ts";
import { joinSides, joinVerdicts } from "../flow/join.ts";
import type { Pair } from "../flow/pairs.ts";
import type { FlowSpec } from "../flow/parse-flow.ts";
import { plainFlow } from "../flow/plain-flow.ts";
import { familyCaveats, type ResolvedFlow, resolveFlow } from "../flow/resolved-flow.ts";
import { frozen } from "../frozen.ts";
import { LIMITS } from "../limits.ts";
import type { LivePodEntry, ServiceEntry } from "../model/directory.ts";
import type { Labels } from "../read/objects.ts";
import type { Inspection } from "../runtime.ts";
import { inQuestion } from "../settle.ts";
import { checkAgreement, type FullInternals, flowByName, inFull } from "../snapshot/restore.ts";
import { type FullState, internalsOf, type State } from "../state.ts";
import type { Caveat, Flow, Side } from "../types.ts";
import { decodeTrace } from "../wasm/trace.ts";
import { suggestChanges } from "./changes.ts";
import type { EndFacts } from "./misses.ts";
import { allowedOverTCP } from "./over-tcp.ts";
import { type CandidatePair, ofWorkload } from "./parts.ts";
import { placedCaveats } from "./placed-caveats.ts";
import { explainSide } from "./side.ts";
import type { ExplainedPair, ExplainedSide, ExplainOptions, Explanation, Place, ServiceStep } from "./types.ts";

/** Caveats that tell of something that was not loaded. */
const INCOMPLETE: ReadonlySet<string> = new Set([
  "address-unknown",
  "namespace-undeclared",
  "domain-unknown",
  "node-unknown",
  "unmodelled-policy",
]);

/** @throws NetverdictError as `evaluate`, `needs-full-state`, `invalid-snapshot` */
export function explainWith(
  { core, inspect }: Inspection,
  state: State,
  flow: Flow,
  options: ExplainOptions = {},
): Explanation {
  if (typeof flow !== "object")
    throw flowError(
      "invalid-flow",
      [],
      "`explain` takes a flow as one object: { from, to, port?, protocol?, family? }",
    );
  const changes = checkOptions(options, ["changes"], (given, fail) => checkFlag(given, "changes", true, fail));
  const asked = internalsOf(state);
  const given = plainFlow(flow);
  const internals = inFull(core, asked);
  if (internals === asked) return inQuestion(internals, () => explainInFull(inspect, internals, given, changes));
  const named = flowByName(asked, given);
  const explanation = inQuestion(internals, () => explainInFull(inspect, internals, named, changes));
  checkAgreement(asked, given, explanation.verdict);
  return explanation;
}

function explainInFull(
  inspect: () => WebAssembly.Module,
  internals: FullInternals,
  flow: Flow,
  withChanges: boolean,
): Explanation {
  const { full } = internals;
  const resolved = resolveFlow(internals, flow, LIMITS.explainedPairs);
  const { spec, from, to, pairs } = resolved;
  const explained = pairs.map((pair) => explainPair(inspect, full, spec, pair));
  // The states that changes are tried in number pods anew.
  const named = flowByName(internals, flow);
  const ask = (changed: FullInternals): CandidatePair[] => {
    const after = resolveFlow(changed, named);
    const again = after.pairs.map((pair) => explainPair(inspect, changed.full, after.spec, pair));
    return candidatePairs(changed.full, after, again);
  };
  const caveats = [...caveatsOf(internals, spec, pairs), ...familyCaveats(internals, resolved)];
  const verdict = joinVerdicts(explained.map((pair) => pair.verdict));
  const group = from.group || to.group;
  const egress = joined(
    explained.map((pair) => pair.egress),
    group,
  );
  const ingress = joined(
    explained.map((pair) => pair.ingress),
    group,
  );
  const unmodelled = unmodelledPlaces(full, caveats);
  const enforced = internals.enforcement?.enforce(internals, flow, { verdict, egress, ingress, caveats });
  const { changes, unchangeable } = withChanges
    ? suggestChanges(full, named, verdict, candidatePairs(full, resolved, explained), ask)
    : { changes: [], unchangeable: [] };
  const told = frozen({
    verdict,
    egress,
    ingress,
    ...(enforced !== undefined && { enforced }),
    pairs: explained,
    caveats: placedCaveats(full, explained, caveats),
    complete: !caveats.some(({ code }) => INCOMPLETE.has(code)),
    ...(unmodelled.length > 0 && { unmodelled }),
  });
  return { ...told, changes, ...(unchangeable.length > 0 && { unchangeable }) };
}

function explainPair(inspect: () => WebAssembly.Module, full: FullState, spec: FlowSpec, pair: Pair): ExplainedPair {
  const { from, to, flow, answer } = pair;
  const ends = { from: factsOf(full, from), to: factsOf(full, to) };
  const ports = to.pod?.ports ?? [];
  // No name is a port on the host network.
  const named = to.pod?.hostNetwork === true ? [] : ports;
  const asked = { protocol: spec.protocol, port: flow.port, to: to.display, ports: named };
  const traces = {
    egress: decodeTrace(full.builder.trace(inspect, "egress", flow)),
    ingress: decodeTrace(full.builder.trace(inspect, "ingress", flow)),
  };
  const explain = (direction: "egress" | "ingress", side: Side): ExplainedSide =>
    explainSide({ full, direction, side, trace: traces[direction], ends, flow: asked });
  const policies = [traces.egress, traces.ingress].flatMap((trace) =>
    trace.policies.flatMap(({ number }) => full.builder.policy(number) ?? []),
  );
  const service = serviceStep(to);
  return {
    from: from.display,
    to: to.display,
    protocol: spec.protocol,
    ...(flow.slot !== SLOT_PORTLESS && { port: flow.port }),
    family: flow.family,
    addresses: addressesOf(full, from, to, flow.family),
    verdict: answer.verdict,
    ...(service !== undefined && { service }),
    egress: explain("egress", answer.egress),
    ingress: explain("ingress", answer.ingress),
    ...(flow.slot === SLOT_PORTLESS && { overTCP: allowedOverTCP(full, flow, policies, ports) }),
  };
}

/** Where the policies stand that the caveat names for having no part in the verdict. */
function unmodelledPlaces({ objects }: FullState, caveats: readonly Caveat[]): readonly Place[] {
  const named = new Set(caveats.find(({ code }) => code === "unmodelled-policy")?.objects);
  return objects.unmodelled
    .filter(({ reference }) => named.has(reference))
    .map(({ reference, origin }) => {
      const source = origin.locate([]);
      return { policy: reference, path: [], ...(source !== undefined && { source }) };
    });
}

function candidatePairs(full: FullState, flow: ResolvedFlow, explained: readonly ExplainedPair[]): CandidatePair[] {
  // Who asks about a workload or a Service does not mean one of its pods, though it be the only one.
  const factsFor = (end: End, candidate: Candidate): EndFacts => {
    const facts = factsOf(full, candidate);
    const isAny = end.group || end.service || end.candidates.length > 1 || candidate.representative === true;
    return isAny ? ofWorkload(facts) : facts;
  };
  return flow.pairs.flatMap(({ from, to }, i) => {
    const pair = explained[i];
    return pair === undefined ? [] : { pair, ends: { from: factsFor(flow.from, from), to: factsFor(flow.to, to) } };
  });
}

function serviceStep({ service, translated, servicePort, aliases }: Candidate): ServiceStep | undefined {
  if (service === undefined) return undefined;
  const referenceTo = ({ namespace, name }: ServiceEntry) => ({ kind: "Service", namespace, name });
  return {
    service: referenceTo(service),
    translated: translated === true,
    ...(servicePort !== undefined && { port: servicePort }),
    ...(aliases !== undefined && { aliases: aliases.map(referenceTo) }),
  };
}

function addressesOf(full: FullState, from: Candidate, to: Candidate, family: 4 | 6): ExplainedPair["addresses"] {
  const [source, destination] = [from, to].map((end) => addressOf(full, end, family));
  return { ...(source !== undefined && { from: source }), ...(destination !== undefined && { to: destination }) };
}

/** An end's own address, where it has one of the family. */
function addressOf({ directory }: FullState, end: Candidate, family: 4 | 6): string | undefined {
  const { pod, display } = end;
  const entry = pod === undefined ? directory.endpoint(end.endpointFor(family)) : undefined;
  const ips = (pod as Partial<LivePodEntry> | undefined)?.ips ?? [entry?.kind === "node" ? entry.ip : display];
  return ips.find((ip) => familyOf(ip) === family && canonicalAddress(ip) !== undefined);
}

/** The side of a pair that stands for all: the first one whose verdict is that of them together. */
function joined(sides: readonly ExplainedSide[], group: boolean): ExplainedSide {
  const { verdict, reason } = joinSides(sides);
  const first = sides.find((side) => side.verdict === verdict) ?? sides[0];
  if (first === undefined) throw new RangeError("a flow without pairs has no sides");
  return group ? { ...first, verdict, reason } : first;
}

function factsOf(full: FullState, end: Candidate): EndFacts {
  const { pod } = end;
  const namespace = pod === undefined ? undefined : full.namespaces.list[full.namespaces.find(pod.namespace) ?? -1];
  return {
    display: end.display,
    hostNetwork: pod?.hostNetwork === true,
    ...(pod !== undefined && { namespace: pod.namespace }),
    labels: labelsOf(pod),
    namespaceLabels: namespace?.labels ?? {},
    nodeLabels: full.model.nodes.find(({ name }) => name === end.node)?.labels ?? {},
  };
}

function labelsOf(pod: Candidate["pod"]): Labels {
  return (pod as Partial<LivePodEntry> | undefined)?.labels ?? {};
}
