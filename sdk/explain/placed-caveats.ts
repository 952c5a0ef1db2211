/** Caveats with what they are about, and where that stands: `evaluate` says what a decision rests on, an explanation points to it. */
import { formatReference, type ObjectReference, type Source } from "../errors.ts";
import type { LoadedObjects, NetworkPolicyObject } from "../read/objects.ts";
import type { FullState } from "../state.ts";
import type { Caveat } from "../types.ts";
import type { ExplainedPair, ExplainedSide, MatchedRule, Place } from "./types.ts";

/** One thing that a caveat is about. */
interface About {
  readonly object: ObjectReference;
  readonly source?: Source | undefined;
}

export function placedCaveats(
  full: FullState,
  pairs: readonly ExplainedPair[],
  caveats: readonly Caveat[],
): readonly Caveat[] {
  return caveats.map((caveat) => {
    const named = (caveat.objects ?? []).map((object): About => ({ object, source: sourceOf(full, object) }));
    const about = named.length > 0 ? named : distinct(aboutOf(full, pairs, caveat));
    const source = caveat.source ?? about.find((one) => one.source !== undefined)?.source;
    return {
      ...caveat,
      ...(about.length > 0 && { objects: about.map(({ object }) => object) }),
      ...(source !== undefined && { source }),
    };
  });
}

/** What a caveat that names nothing is about. */
function aboutOf(full: FullState, pairs: readonly ExplainedPair[], { code }: Caveat): readonly About[] {
  const sides = pairs.flatMap(({ egress, ingress }) => [egress, ingress]);
  const rules = (holds: (rule: MatchedRule, side: ExplainedSide) => boolean): readonly About[] =>
    sides.flatMap((side) => side.decidedBy.filter((rule) => holds(rule, side))).map(ofPlace);
  switch (code) {
    case "equal-priority":
    case "domain-unknown":
      return rules(({ tier }, { verdict }) => verdict === "undetermined" && tier !== "network-policy");
    case "mixed-policy-apis":
      return rules(({ tier }) => tier !== "network-policy");
    case "egress-baseline":
      return sides.flatMap(({ isolatedBy }) => isolatedBy).map(ofPlace);
    case "ip-block-matches-pod":
      return sides
        .filter(({ verdict }) => verdict === "allow")
        .flatMap(({ decidedBy }) => decidedBy.flatMap(({ peers }) => peers))
        .filter(({ policy, path }) => isBlock(full, policy, path))
        .map(ofPlace);
    case "portless-protocol":
    case "own-node-egress":
      return sides.flatMap(({ isolatedBy }) => isolatedBy).map(ofPlace);
    case "service-translation":
    case "source-translation":
    case "source-ranges":
    case "hairpin":
      return pairs.flatMap(({ service }) =>
        service === undefined ? [] : [{ object: service.service, source: sourceOf(full, service.service) }],
      );
    case "host-network":
      return pairs.flatMap(({ from, to }) => [from, to].flatMap((display) => hostPod(full, display)));
    default:
      return [];
  }
}

function hostPod(full: FullState, display: string): readonly About[] {
  const pod = full.objects.pods.find(({ namespace, name }) => `${namespace}/${name}` === display);
  if (pod?.hostNetwork !== true) return [];
  const { kind, namespace, name, origin } = pod;
  return [{ object: { kind, namespace, name }, source: origin.locate([]) }];
}

const ofPlace = ({ policy, source }: Place): About => ({ object: policy, source });

function isBlock(full: FullState, { namespace, name }: ObjectReference, path: Place["path"]): boolean {
  const policy = full.objects.networkPolicies.find((one) => one.namespace === namespace && one.name === name);
  const [, direction, rule, , peer] = path;
  if (policy === undefined || (direction !== "ingress" && direction !== "egress")) return false;
  const written = policy[direction][Number(rule)]?.peers[Number(peer)];
  return written !== undefined && "ipBlock" in written;
}

/** Where an object begins, if it was read from a text. */
function sourceOf({ objects }: FullState, { kind, namespace = "", name }: ObjectReference): Source | undefined {
  const unmodelled = objects.unmodelled.find(
    ({ reference }) => reference.kind === kind && (reference.namespace ?? "") === namespace && reference.name === name,
  );
  const known = listOf(objects, kind).find((one) => one.namespace === namespace && one.name === name);
  return (known ?? unmodelled)?.origin.locate([]);
}

type Placed = Pick<NetworkPolicyObject, "namespace" | "name" | "origin">;

function listOf(objects: LoadedObjects, kind: string): readonly Placed[] {
  switch (kind) {
    case "NetworkPolicy":
      return objects.networkPolicies;
    case "Service":
      return objects.services;
    case "Pod":
      return objects.pods;
    case "Node":
      return objects.nodes;
    case "Namespace":
      return objects.namespaces;
    default:
      return objects.tierPolicies.filter((policy) => policy.kind === kind);
  }
}

function distinct(all: readonly About[]): readonly About[] {
  const found = new Map<string, About>();
  for (const one of all) {
    const key = formatReference(one.object);
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}
