/** Changes that may turn a verdict: the smallest that the kinds of policy allow. Whether they do is tried by changes.ts. */
import type { ObjectReference } from "../errors.ts";
import type { FullState } from "../state.ts";
import type { Manifest } from "./manifest.ts";
import type { EndFacts } from "./misses.ts";
import { type CandidatePair, type Direction, freeName, labelsOnly, nameOf, ofWorkloads, peerFor } from "./parts.ts";
import { edited, extensions, reductions, removals } from "./rule-edits.ts";
import { tierOfReason, tierPolicy } from "./tier-candidates.ts";

/** A change to try. */
export interface Candidate {
  readonly message: string;
  readonly apply: readonly Manifest[];
  readonly remove: readonly ObjectReference[];
}

/**
 * What would let the flow pass: new policies that allow it and nothing else, or entries more in the nearest rules. `failing`
 * are the pairs that do not pass.
 */
export function allowing(full: FullState, failing: readonly CandidatePair[]): Candidate[] {
  const pairs = failing.length > 1 ? failing.map(ofWorkloads) : failing;
  const additions = pairs.map((facts) => sidesOf(facts).map((direction) => ({ facts, direction })));
  const added = distinct(additions.flat().map(({ facts, direction }) => additionFor(full, facts, direction)));
  const candidates: Candidate[] = [];
  if (added !== undefined) {
    const names = added.map(({ kind, metadata: { namespace, name } }) => `${kind} \`${nameIn(namespace, name)}\``);
    candidates.push({
      message: `add ${names.join(" and ")}, which ${names.length > 1 ? "allow" : "allows"} this flow`,
      apply: added,
      remove: [],
    });
  }
  const [facts] = pairs;
  if (facts === undefined) return candidates;
  if (pairs.length === 1) candidates.push(...extending(full, facts));
  // Where no policy can come before the one that denies.
  return candidates.length > 0 ? candidates : withoutDenials(facts);
}

const sidesOf = ({ pair }: CandidatePair): Direction[] =>
  (["egress", "ingress"] as const).filter((direction) => pair[direction].verdict !== "allow");

const nameIn = (namespace: string | undefined, name: string): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

function additionFor(full: FullState, facts: CandidatePair, direction: Direction): Manifest | undefined {
  const tier = tierOfReason(facts.pair[direction]);
  return tier === undefined ? allowPolicy(full, facts, direction) : tierPolicy(full, facts, direction, "Accept", tier);
}

/** Each once, under a name of its own; nothing where one cannot be made. */
function distinct(policies: readonly (Manifest | undefined)[]): Manifest[] | undefined {
  const kept: Manifest[] = [];
  for (const policy of policies) {
    if (policy === undefined) return undefined;
    const { kind, metadata, spec } = policy;
    const others = kept.filter((one) => one.kind === kind && one.metadata.namespace === metadata.namespace);
    if (others.some((one) => JSON.stringify(one.spec) === JSON.stringify(spec))) continue;
    const taken = new Set(others.map((one) => one.metadata.name));
    kept.push({ ...policy, metadata: { ...metadata, name: freeName(taken, metadata.name) } });
  }
  return kept.length > 0 ? kept : undefined;
}

/** One more entry in a rule that is near; for a side that has no such rule, a new policy. */
function extending(full: FullState, facts: CandidatePair): Candidate[] {
  const sides = sidesOf(facts).map((direction) => ({ direction, edits: extensions(facts, direction) }));
  const most = Math.max(...sides.map(({ edits }) => edits.length));
  return Array.from({ length: most }, (_, i) => {
    const edits = sides.flatMap((side) => side.edits[Math.min(i, side.edits.length - 1)] ?? []);
    const bare = sides.filter((side) => side.edits.length === 0);
    const added = bare.map(({ direction }) => additionFor(full, facts, direction));
    if (added.some((policy) => policy === undefined)) return [];
    const policies = added.filter((policy) => policy !== undefined);
    const words = [
      ...edits.map((edit) => edit.words),
      ...policies.map(({ kind, metadata: { namespace, name } }) => `${kind} \`${nameIn(namespace, name)}\``),
    ];
    return { message: `add ${words.join(" and ")}`, apply: [...edited(full, edits), ...policies], remove: [] };
  }).flat();
}

/** Without the policies of ordered tiers that deny the flow. */
function withoutDenials(facts: CandidatePair): Candidate[] {
  const denials = sidesOf(facts).flatMap((direction) => facts.pair[direction].decidedBy);
  const remove = new Map(
    denials
      .filter(({ tier, action }) => tier !== "network-policy" && action === "deny")
      .map(({ policy }) => [`${policy.kind} \`${policy.name}\``, policy]),
  );
  if (remove.size === 0) return [];
  const message = `delete ${[...remove.keys()].join(" and ")}, which ${remove.size > 1 ? "deny" : "denies"} this flow`;
  return [{ message, apply: [], remove: [...remove.values()] }];
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
    if (side.reason === "rule") candidates.push(...reducing(full, facts, direction));
  }
  return candidates;
}

/** Without what lets the flow pass: the least of it, and the rules as they are. */
function reducing(full: FullState, facts: CandidatePair, direction: Direction): Candidate[] {
  const least = reductions(full, facts, direction);
  const whole = removals(facts.pair[direction]);
  if (whole.length === 0) return [];
  const isSame = least.every(({ words }, i) => words === whole[i]?.words);
  return (isSame ? [whole] : [least, whole]).map((edits) => ({
    message: `take out what allows it for ${direction}: ${edits.map(({ words }) => words).join(", ")}`,
    apply: edited(full, edits),
    remove: [],
  }));
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
