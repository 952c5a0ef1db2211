/** Changes that may turn a verdict: the smallest that the kinds of policy allow. Whether they do is tried by changes.ts. */
import { formatPath, type ObjectReference } from "../errors.ts";
import type { NetworkPolicyObject } from "../read/objects.ts";
import type { FullState } from "../state.ts";
import { type Manifest, networkPolicyManifest } from "./manifest.ts";
import type { EndFacts } from "./misses.ts";
import { type CandidatePair, type Direction, freeName, labelsOnly, nameOf, peerFor } from "./parts.ts";
import { tierOfReason, tierPolicy } from "./tier-candidates.ts";
import type { ExplainedSide, MatchedRule } from "./types.ts";

/** A change to try. */
export interface Candidate {
  readonly message: string;
  readonly apply: readonly Manifest[];
  readonly remove: readonly ObjectReference[];
}

/** What would let the flow pass: one policy for each side that denies, in the tier that does. */
export function allowing(full: FullState, facts: CandidatePair): Candidate[] {
  const sides = (["egress", "ingress"] as const).filter((direction) => facts.pair[direction].verdict !== "allow");
  const apply = sides.flatMap((direction) => {
    const tier = tierOfReason(facts.pair[direction]);
    const policy =
      tier === undefined ? allowPolicy(full, facts, direction) : tierPolicy(full, facts, direction, "Accept", tier);
    return policy === undefined ? [] : [policy];
  });
  if (apply.length < sides.length || apply.length === 0) return [];
  const names = apply.map(({ kind, metadata }) => {
    const { namespace, name } = metadata;
    return `${kind} \`${namespace === undefined ? name : `${namespace}/${name}`}\``;
  });
  return [{ message: `add ${names.join(" and ")}, which allows this flow`, apply, remove: [] }];
}

/** What would stop the flow: an isolation that is missing, or the rules that let it pass taken out of their policies. */
export function denying(full: FullState, facts: CandidatePair): Candidate[] {
  const candidates: Candidate[] = [];
  for (const direction of ["ingress", "egress"] as const) {
    const side = facts.pair[direction];
    // Whoever has policies of ordered tiers can deny this flow and nothing else.
    const denial =
      full.objects.tierPolicies.length === 0
        ? undefined
        : tierPolicy(full, facts, direction, "Deny", tierOfReason(side) ?? "Admin");
    if (denial !== undefined) {
      const message = `add ClusterNetworkPolicy \`${denial.metadata.name}\`, which denies this flow for ${direction}`;
      candidates.push({ message, apply: [denial], remove: [] });
    }
    if (side.reason === "not-isolated") {
      const policy = isolatingPolicy(full, facts, direction);
      if (policy === undefined) continue;
      const { namespace, name } = policy.metadata;
      const message = `isolate \`${side.subject}\` for ${direction} with NetworkPolicy \`${namespace}/${name}\`, which allows nothing`;
      candidates.push({ message, apply: [policy], remove: [] });
    }
    if (side.reason === "rule") candidates.push(...withoutRules(full, side, direction));
  }
  return candidates;
}

function allowPolicy(full: FullState, facts: CandidatePair, direction: Direction): Manifest | undefined {
  const { ends, addresses, pair } = facts;
  const [subject, other] = direction === "egress" ? [ends.from, ends.to] : [ends.to, ends.from];
  const address = direction === "egress" ? addresses.to : addresses.from;
  const peer = peerFor(other, address);
  if (subject.namespace === undefined || subject.hostNetwork || peer === undefined) return undefined;
  const rule = {
    [direction === "egress" ? "to" : "from"]: [peer],
    // A rule without ports is the only one that matches a protocol without them.
    ...(pair.port !== undefined && { ports: [{ protocol: pair.protocol, port: pair.port }] }),
  };
  const verb = direction === "egress" ? "to" : "from";
  return policyFor(full, subject, `allow-${verb}-${nameOf(other)}`, direction, [rule]);
}

function isolatingPolicy(full: FullState, { ends }: CandidatePair, direction: Direction): Manifest | undefined {
  const subject = direction === "egress" ? ends.from : ends.to;
  if (subject.namespace === undefined || subject.hostNetwork) return undefined;
  return policyFor(full, subject, `deny-${direction}-${nameOf(subject)}`, direction, []);
}

/** Each policy that allows the flow, without the rules that do; where nothing is left of its direction, still isolating. */
function withoutRules(full: FullState, side: ExplainedSide, direction: Direction): Candidate[] {
  const byPolicy = new Map<string, MatchedRule[]>();
  for (const rule of side.decidedBy) {
    if (rule.tier !== "network-policy" || rule.action !== "allow") return [];
    const key = `${rule.policy.namespace}/${rule.policy.name}`;
    byPolicy.set(key, [...(byPolicy.get(key) ?? []), rule]);
  }
  const apply: Manifest[] = [];
  for (const [key, rules] of byPolicy) {
    const policy = full.objects.networkPolicies.find(({ namespace, name }) => `${namespace}/${name}` === key);
    if (policy === undefined) return [];
    const dropped = new Set(rules.map(({ path }) => path[2]));
    const kept = policy[direction].filter((_, index) => !dropped.has(index));
    apply.push(networkPolicyManifest({ ...policy, [direction]: kept } satisfies NetworkPolicyObject));
  }
  if (apply.length === 0) return [];
  const list = side.decidedBy.map(({ policy, path }) => `${formatPath(path)} of \`${policy.name}\``).join(", ");
  return [{ message: `take out what allows it for ${direction}: ${list}`, apply, remove: [] }];
}

function policyFor(full: FullState, subject: EndFacts, name: string, direction: Direction, rules: object[]): Manifest {
  const namespace = subject.namespace ?? "";
  const others = full.objects.networkPolicies.filter((one) => one.namespace === namespace);
  const taken = new Set(others.map((one) => one.name));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: freeName(taken, name), namespace },
    spec: {
      podSelector: labelsOnly(subject.labels),
      policyTypes: [direction === "egress" ? "Egress" : "Ingress"],
      ...(rules.length > 0 && { [direction]: rules }),
    },
  };
}
