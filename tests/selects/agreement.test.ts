/** Whom policies speak of in random clusters, held against the reference, which shares nothing with the core. */
import { describe, expect, it } from "vitest";
import { formatReference, loadState, selectedPods, selectingPolicies, updateState } from "../../bindings/inline.ts";
import type { SelectedPod } from "../../sdk/selects/types.ts";
import type { State } from "../../sdk/state.ts";
import { isPolicy, samples } from "../properties/clusters.ts";
import { type Cluster, readCluster } from "../reference/cluster.ts";
import type { PodFacts } from "../reference/endpoint.ts";
import { type End, familiesOf, seenIn } from "../reference/ends.ts";
import type { NetworkPolicy, PolicyPeer } from "../reference/objects.ts";
import { peerMatches } from "../reference/peer.ts";
import { selects } from "../reference/selector.ts";
import { subjectMatches } from "../reference/tier-peer.ts";
import type { Truth } from "../reference/truth.ts";

describe("what policies select", () => {
  it("is what the reference says, from both sides", { timeout: 300_000 }, () => {
    let matched = 0;
    for (const { objects, options, seed } of samples(150)) {
      matched += expectAgreement(loadState(objects, options), readCluster(objects, options), seed);
    }
    expect(matched).toBeGreaterThan(2000);
  });

  it("is the same after updates that leave numbers behind", { timeout: 300_000 }, () => {
    for (const { objects, options, seed } of samples(40)) {
      const policies = objects.filter(isPolicy);
      const state = loadState(objects, options);
      updateState(state, { remove: policies.filter((_, i) => i % 2 === 0) });
      updateState(state, { upsert: policies.filter((_, i) => i % 4 === 0) });
      const kept = objects.filter((object) => !isPolicy(object) || policies.indexOf(object) % 4 !== 2);
      expectAgreement(state, readCluster(kept, options), seed);
    }
  });
});

/** Gives how many pods were matched. */
function expectAgreement(state: State, cluster: Cluster, seed: string): number {
  let matched = 0;
  const pods = [...cluster.pods];
  for (const policy of cluster.networkPolicies) {
    const namespace = cluster.namespaceOf(policy);
    const name = `${namespace}/${policy.metadata.name}`;
    const told = selectedPods(state, name);
    const subjects = pods.filter(([, pod]) => isSubject(cluster, policy, pod)).map(([key]) => key);
    expect(named(told.pods), `${seed} ${name}`).toEqual(subjects.sort().map((pod) => ({ pod, certain: true })));
    for (const rule of told.rules) {
      const written = peersAt(policy, rule.path);
      expect(rule.peers.length).toBe(written.length);
      rule.peers.forEach((peer, i) => {
        const expected = pods
          .map(([pod, facts]) => ({
            pod,
            truth: matchOf(cluster, written[i]!, namespace, { kind: "pod", pod: facts }),
          }))
          .filter(({ truth }) => truth !== "no")
          .map(({ pod, truth }) => ({ pod, certain: truth === "yes" }));
        expect(named(peer.pods), `${seed} ${name} ${peer.path.join(".")}`).toEqual(expected.sort(byPod));
        matched += expected.length;
      });
    }
  }
  for (const [key, pod] of pods) {
    const expected = [
      ...cluster.networkPolicies
        .filter((policy) => isSubject(cluster, policy, pod))
        .map((policy) => `NetworkPolicy ${cluster.namespaceOf(policy)}/${policy.metadata.name} yes`),
      ...cluster.tierPolicies.flatMap((policy) => {
        const truth = pod.hostNetwork ? "no" : subjectMatches(cluster, policy.spec.subject, pod);
        return truth === "no" ? [] : [`${policy.kind} ${policy.metadata.name} ${truth}`];
      }),
    ];
    const told = selectingPolicies(state, key);
    const names = told.map(({ policy, certain }) => `${formatReference(policy)} ${certain ? "yes" : "unknown"}`);
    expect(names.sort(), `${seed} ${key}`).toEqual(expected.sort());
    const ruled = new Set(
      cluster.tierPolicies
        .filter(({ spec: { ingress, egress } }) => (ingress ?? []).length + (egress ?? []).length > 0)
        .map(({ kind, metadata: { name } }) => `${kind} ${name}`),
    );
    for (const { policy, directions } of told)
      expect(directions.length > 0).toBe(policy.kind === "NetworkPolicy" || ruled.has(formatReference(policy)));
  }
  return matched;
}

/** Pods that stand for any number of others have no name in the reference. */
const named = (pods: readonly SelectedPod[]): readonly SelectedPod[] =>
  pods.filter(({ pod }) => pod.split("/").length === 2);
const byPod = (a: SelectedPod, b: SelectedPod): number => (a.pod < b.pod ? -1 : 1);

function isSubject(cluster: Cluster, policy: NetworkPolicy, pod: PodFacts): boolean {
  if (pod.hostNetwork || pod.namespace !== cluster.namespaceOf(policy)) return false;
  return selects(policy.spec?.podSelector, { labels: pod.labels, open: false }) === "yes";
}

function peersAt(policy: NetworkPolicy, path: readonly (string | number)[]): readonly PolicyPeer[] {
  const [, direction, index] = path;
  const rules = (direction === "ingress" ? policy.spec?.ingress : policy.spec?.egress) ?? [];
  const rule = rules[Number(index)];
  return (direction === "ingress" ? rule?.from : rule?.to) ?? [];
}

/** By the address that matches best. */
function matchOf(cluster: Cluster, peer: PolicyPeer, namespace: string, end: End): Truth {
  const truths = familiesOf(cluster, end).map((family) =>
    peerMatches(peer, namespace, seenIn(cluster, end, family), cluster.labelsOfNamespace),
  );
  return truths.includes("yes") ? "yes" : truths.includes("unknown") ? "unknown" : "no";
}
