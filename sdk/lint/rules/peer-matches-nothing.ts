import { requirementText } from "../../explain/misses.ts";
import type { LivePodEntry } from "../../model/directory.ts";
import type { Selector } from "../../read/objects.ts";
import type { LintContext } from "../context.ts";
import { nearMiss, nearSpelling } from "../labels.ts";
import { inside, labelled, splitPeers } from "../meant-peers.ts";
import { isPodsPeer, type LintRuleOfPolicy, namesOf, type PodsPeer } from "../policies.ts";
import type { LintRule } from "../rule.ts";
import { isWhole } from "../whole.ts";

export const peerMatchesNothing: LintRule = {
  id: "peer-matches-nothing",
  severity: "warning",
  title: "a peer that matches no pod",
  help: "mend the selector: without a namespaceSelector it is asked in the policy's own namespace alone",
  silent:
    "for a peer that `split-peer` finds to be half of another; where the namespaces that the peer speaks of have no pods in the bundle; where the policy's own namespace has none but those that it selects, or objects there that are not read make pods, as for `selects-nothing`, but for a label that differs in case, hyphens and the like; where pods match that have finished, or are of a workload that is scaled to zero; for a label whose value is `true` and that no pod has, by which clients opt in; for a namespaceSelector of part of a cluster (without Nodes, the namespaces that each has, or pods of `kube-system`; or with objects that are not read and make pods), but where a pod that it selects the namespace of (of several names, where each has pods) has a label that differs in case, hyphens and the like",
  *run(context) {
    for (const rule of context.rules()) {
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (!isPodsPeer(peer) || context.matched(rule, index).length > 0) continue;
        if (context.absentMatched(rule, index).length > 0) continue;
        const { namespace, podSelector } = peer;
        const said =
          typeof namespace === "number"
            ? inOwnNamespace(context, rule, index, peer)
            : (inNamed(context, namespace, podSelector) ?? inCluster(context, rule, index, namespace));
        if (said !== undefined) yield context.atPeer(rule, index, said);
      }
    }
  },
};

function inOwnNamespace(
  context: LintContext,
  rule: LintRuleOfPolicy,
  index: number,
  peer: PodsPeer,
): string | undefined {
  const { namespace = "" } = rule;
  const { podSelector } = peer;
  if (podSelector.length === 0) return undefined;
  const pods = context.podsOf(namespace);
  const meant = context.meantMatched(rule, index);
  if (pods.length === 0 || meant.some(({ finished }) => finished)) return undefined;
  const nobody = nobodyHas(`\`${namespace}\``, podSelector);
  const [host] = meant;
  if (host !== undefined) {
    return `${nobody} but such as \`${host.namespace}/${host.name}\`, on the host network, where no selector matches it`;
  }
  // That it is half of another peer is told by `split-peer`.
  if (splitPeers(rule).some(({ pods, joined }) => pods === index && context.asMeant(joined).length > 0))
    return undefined;
  const [elsewhere] = context.asMeant(labelled(peer));
  if (elsewhere !== undefined) return `${nobody}; \`${elsewhere.display}\` is in another namespace`;
  // A chart by itself, whose clients are other charts'.
  const isPartial = context.hasOtherMakers(namespace) || context.selected(rule).length === pods.length;
  const near = (isPartial ? nearSpelling : nearMiss)(podSelector, labelsOf(pods));
  if (near === undefined && (isPartial || isOptIn(podSelector))) return undefined;
  return near === undefined ? nobody : `${nobody}; there is \`${near}\``;
}

/** A label that says nothing but that whoever has it may come in, as charts ask it of clients to be. */
function isOptIn([only, ...more]: Selector): boolean {
  return more.length === 0 && only?.operator === "In" && only.values.every((value) => value === "true");
}

/** A selector of namespaces may speak of pods that were not loaded, so only what is plainly misspelt is told. */
function inNamed(context: LintContext, namespaces: Selector, podSelector: Selector): string | undefined {
  const names = namesOf(namespaces);
  if (names?.some((one) => context.podsOf(one).length === 0)) return undefined;
  const near = nearSpelling(podSelector, labelsOf(context.asMeant(inside(namespaces))));
  const where = names === undefined ? "the namespaces that it selects" : `\`${names.join("` or `")}\``;
  return near && `${nobodyHas(where, podSelector)}; there is \`${near}\``;
}

/** Of a whole cluster nothing is somewhere else. */
function inCluster(
  context: LintContext,
  rule: LintRuleOfPolicy,
  index: number,
  namespaces: Selector,
): string | undefined {
  const peer = rule.rule.peers[index];
  if (!context.once(isWhole) || peer === undefined || !isPodsPeer(peer)) return undefined;
  if (context.meantMatched(rule, index).length > 0 || isOptIn(peer.podSelector)) return undefined;
  const names = namesOf(namespaces);
  const isThere = (name: string): boolean => context.full.objects.namespaces.some((one) => one.name === name);
  // Pods are still to come to a namespace that is there.
  if (names?.some((name) => isThere(name) && context.podsOf(name).length === 0)) return undefined;
  const { podSelector } = peer;
  const neighbours = podSelector.length === 0 ? [] : context.asMeant(inside(namespaces));
  if (neighbours.length === 0) {
    const asked = namespaces.map(requirementText).join(",");
    return `no pod of the whole cluster is in a namespace with \`${asked}\``;
  }
  // `joined-peer` tells of labels that pods of other namespaces have.
  return context.asMeant(labelled(peer)).length > 0 ? undefined : nobodyHas("the whole cluster", podSelector);
}

function nobodyHas(where: string, podSelector: Selector): string {
  return `no pod of ${where} has \`${podSelector.map(requirementText).join(",")}\``;
}

const labelsOf = (pods: readonly LivePodEntry[]): LivePodEntry["labels"][] => pods.map(({ labels }) => labels);
