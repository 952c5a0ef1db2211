/** The reference's one entry: may this flow pass (semantics 3.1, 5.3)? */
import type { IssueCode } from "../../sdk/errors.ts";
import type { Flow, LoadOptions, Reason, Verdict } from "../../sdk/types.ts";
import type { Family } from "./address.ts";
import { type Cluster, readCluster } from "./cluster.ts";
import { type Ruling, rule, without } from "./decide.ts";
import type { Endpoint, PodFacts, Traffic } from "./endpoint.ts";
import { type End, familiesOf, nodeOf, resolveEnd, seenIn, spread } from "./ends.ts";
import { FlowError } from "./flow-error.ts";
import type { PlainObject } from "./objects.ts";
import type { Target } from "./services.ts";
import { refuseSpecial } from "./special.ts";
import { checkFlow, portAt, resolveTargets } from "./targets.ts";
import { all, type Truth } from "./truth.ts";

/** Plain Kubernetes objects, all valid, and how to load them. */
export interface ReferenceInput {
  readonly objects: readonly object[];
  readonly options?: LoadOptions;
}

/** `reasons`: those that either side may have; not told for several members. */
export type ReferenceAnswer =
  | {
      readonly verdict: Verdict;
      readonly egress: Verdict;
      readonly ingress: Verdict;
      readonly reasons?: { readonly egress: ReadonlySet<Reason>; readonly ingress: ReadonlySet<Reason> };
    }
  | { readonly error: IssueCode };

const clusters = new WeakMap<ReferenceInput, Cluster>();

/** Answers one flow. Reads the objects once for each `input`, which must not change afterwards. */
export function referenceVerdict(input: ReferenceInput, flow: Flow): ReferenceAnswer {
  let cluster = clusters.get(input);
  if (cluster === undefined) {
    cluster = readCluster(input.objects as readonly PlainObject[], input.options ?? {});
    clusters.set(input, cluster);
  }
  try {
    return answer(cluster, flow);
  } catch (error) {
    if (error instanceof FlowError) return { error: error.code };
    throw error;
  }
}

function answer(cluster: Cluster, flow: Flow): ReferenceAnswer {
  const asked = checkFlow(flow);
  refuseSpecial(flow.from, true);
  refuseSpecial(flow.to, false);
  const sources = resolveEnd(cluster, flow.from);
  const everywhere = resolveTargets(cluster, flow.to, asked);
  const pairs = sources.flatMap((source) => {
    const targets = targetsFrom(nodeOf(cluster, source), source.kind === "outside", everywhere);
    // Among several pods a flow is from one to another; what a pod sends itself decides only where there is nobody else.
    const others = targets.filter((target) => !isSamePod(source, target));
    // Of a Service those without a common family are nobody (semantics 3, dual stack).
    const isNobody = (target: Target): boolean => {
      const wanted = familiesOf(cluster, source).filter((family) => family === (flow.family ?? family));
      return target.throughService && !wanted.some((family) => reaches(cluster, target, family));
    };
    const isAlone = others.length < targets.length && others.every(isNobody);
    const reached = isAlone && sources.length === 1 ? targets : others;
    return inFamilies(cluster, source, reached, flow.family).flatMap(({ target, family }) =>
      spread(cluster, source, family).flatMap((from) =>
        spread(cluster, target.end, family).map((end) =>
          evaluatePair(cluster, from, { ...target, end }, asked.protocol, family),
        ),
      ),
    );
  });
  // Several members: allowed only if all are, denied if any is (design: ends with several pods).
  const egress = all(pairs.map((pair) => pair.egress.passes));
  const ingress = all(pairs.map((pair) => pair.ingress.passes));
  const [only] = pairs.length === 1 ? pairs : [];
  // Both ends have to let it pass; either refusal blocks it (semantics 3, both ends).
  return {
    verdict: verdictOf(all([egress, ingress])),
    egress: verdictOf(egress),
    ingress: verdictOf(ingress),
    ...(only && { reasons: { egress: only.egress.reasons, ingress: only.ingress.reasons } }),
  };
}

/**
 * What a Service leads a client to that is on this node, or outside the cluster (API reference, internalTrafficPolicy and
 * externalTrafficPolicy); all where nobody knows which node it is.
 */
function targetsFrom(node: string | undefined, isOutside: boolean, targets: readonly Target[]): readonly Target[] {
  const reached = targets.filter(
    ({ onlyFrom, onlyFromInside }) =>
      (node === undefined || onlyFrom?.includes(node) !== false) && !(isOutside && onlyFromInside === true),
  );
  if (reached.length < targets.length && !reached.some(({ throughService }) => throughService))
    throw new FlowError("no-backend", "nothing on this node");
  return reached;
}

function evaluatePair(
  cluster: Cluster,
  from: End,
  target: Target,
  protocol: string,
  family: Family,
): { egress: Ruling; ingress: Ruling } {
  const port = portAt(target, protocol);
  const source = seenIn(cluster, from, family);
  if (source.pod && isSamePod(from, target)) return { egress: without("same-pod"), ingress: without("same-pod") };
  const destination = seenIn(cluster, target.end, family);
  const traffic: Traffic = { protocol, ...(port === undefined ? {} : { port }) };
  const common = { cluster, traffic, destination };
  return {
    // Only a pod that policies can apply to has sides; the other ends always let pass (semantics 3, scope).
    egress: source.pod
      ? rule({ ...common, subject: source.pod, direction: "Egress", peer: destination }, false)
      : without("not-a-subject"),
    ingress: destination.pod
      ? rule(
          { ...common, subject: destination.pod, direction: "Ingress", peer: source },
          isOwnNode(source, destination.pod),
        )
      : without("not-a-subject"),
  };
}

/** Whether traffic comes from the node that a pod runs on. */
function isOwnNode(source: Endpoint, destination: PodFacts): boolean {
  return source.node !== undefined && source.node === destination.nodeName;
}

/**
 * A pod to itself: always allowed, not through a Service's address (semantics 3, self). What stands for any number of pods isn't
 * one pod: two of its pods may talk to each other, and then the policies decide.
 */
function isSamePod(from: End, { end: to, translated = false }: Target): boolean {
  return (
    !translated &&
    from.kind === "pod" &&
    to.kind === "pod" &&
    from.pod.identity === to.pod.identity &&
    !from.pod.representative
  );
}

/**
 * Chooses the first of the source's families that the destination shares (design: family). A Service is one destination:
 * its backends without an address of that family aren't in it. Any other target without a common family is an error.
 */
function inFamilies(
  cluster: Cluster,
  source: End,
  targets: readonly Target[],
  wanted: Family | undefined,
): { target: Target; family: Family }[] {
  const offered = familiesOf(cluster, source).filter((family) => family === (wanted ?? family));
  const destinations = targets.some(({ throughService }) => throughService) ? [targets] : targets.map((one) => [one]);
  return destinations.flatMap((members) => {
    // A node has a port that it hands on in the families of what is behind it.
    const behind = members.filter(({ behindNode }) => behindNode === true);
    const family =
      offered.find((candidate) => behind.some((target) => reaches(cluster, target, candidate))) ??
      offered.find((candidate) => members.some((target) => reaches(cluster, target, candidate)));
    if (family === undefined) throw new FlowError("no-common-family", "no family in common");
    const isTaken = members.some(({ taken }) => taken?.includes(family));
    if (isTaken && !behind.some((target) => reaches(cluster, target, family)))
      throw new FlowError("no-backend", `nothing behind the port over IPv${family}`);
    return members.filter((target) => reaches(cluster, target, family)).map((target) => ({ target, family }));
  });
}

function reaches(cluster: Cluster, { families, end }: Target, family: Family): boolean {
  return (families?.includes(family) ?? true) && familiesOf(cluster, end).includes(family);
}

function verdictOf(truth: Truth): Verdict {
  if (truth === "unknown") return "undetermined";
  return truth === "yes" ? "allow" : "deny";
}
