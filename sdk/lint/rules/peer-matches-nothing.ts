import { requirementText } from "../../explain/misses.ts";
import { isPodsPeer } from "../context.ts";
import type { LintRule } from "../types.ts";
import { nearMiss } from "./selects-nothing.ts";

export const peerMatchesNothing: LintRule = {
  id: "peer-matches-nothing",
  severity: "warning",
  title: "a peer that matches no pod",
  help: "mend the selector: without a namespaceSelector it is asked in the policy's own namespace alone",
  silent:
    "where the namespaces that the peer speaks of have no pods in the bundle, or workloads that are scaled to zero",
  *run(context) {
    for (const rule of context.rules()) {
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (!isPodsPeer(peer) || peer.podSelector.length === 0 || context.matched(rule, index).length > 0) continue;
        const own = typeof peer.namespace === "number" ? context.full.namespaces.list[peer.namespace]?.name : undefined;
        // A selector of namespaces may speak of some that were not loaded.
        if (own === undefined || context.isPartial(own)) continue;
        const pods = context.pods.filter((pod) => pod.namespace === own).map(({ labels }) => labels);
        const near = nearMiss(peer.podSelector, pods);
        const elsewhere = context.pods.find(({ labels }) =>
          peer.podSelector.every(
            ({ key, operator, values }) => operator === "In" && values.includes(labels[key] ?? ""),
          ),
        );
        const hint =
          elsewhere !== undefined
            ? `; \`${elsewhere.display}\` is in another namespace`
            : near === undefined
              ? ""
              : `; there is \`${near}\``;
        const asked = peer.podSelector.map(requirementText).join(",");
        yield context.atPeer(rule, index, `no pod of \`${own}\` has \`${asked}\`${hint}`);
      }
    }
  },
};
