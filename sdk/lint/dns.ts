/** Who asks the cluster's DNS, and whether the egress of pods lets them. */
import { containsPrefix, parsePrefix } from "../address.ts";
import type { LivePodEntry } from "../model/directory.ts";
import { coversPorts } from "./containment.ts";
import type { LintContext, LintPolicy } from "./context.ts";
import { ask, SLOTS, sharedFamilies } from "./questions.ts";

/** The label that cluster DNS has in nearly every distribution. */
const LABEL = "k8s-app";
const SERVERS: ReadonlySet<string> = new Set(["kube-dns", "coredns"]);
/** A cache on every node, which pods ask instead, at an address of the node. */
const NODE_CACHE = "node-local-dns";
const PORT = 53;

export interface CutFromDns {
  readonly policy: LintPolicy;
  readonly pod: LivePodEntry;
  readonly server: LivePodEntry;
}

/** Where such a cache listens if it is set up as it mostly is: link-local. */
const NODE_CACHE_RANGE = parsePrefix("169.254.0.0/16");

/** When the rules on DNS are silent. */
export const DNS_NOT_CUT =
  "where no DNS pods were loaded, or no address of the pod's family is shared with them; where no NetworkPolicy lets the pods out at all; where a cache on each node (`node-local-dns`) answers, or a rule is for port 53 of a link-local address, as such a cache has";

/** For each policy that isolates for egress the first pod, not told of before, whose DNS fails in the way that `isCut` says. */
export function* cutFromDns(
  context: LintContext,
  isCut: (isOpen: (protocol: "UDP" | "TCP") => boolean) => boolean,
): Generator<CutFromDns> {
  if (context.hostPods.some(({ labels }) => labels[LABEL] === NODE_CACHE)) return;
  const servers = context.pods.filter(({ labels }) => SERVERS.has(labels[LABEL] ?? ""));
  const told = new Set<LivePodEntry>();
  const open = new Set<LivePodEntry>();
  for (const policy of context.policies) {
    if (policy.policy.tier !== "additive" || !policy.policy.directions.includes("egress")) continue;
    for (const pod of context.selected(policy)) {
      if (told.has(pod) || open.has(pod) || servers.includes(pod)) continue;
      if (!needsDns(context, pod)) continue;
      const server = servers.find((one) => sharedFamilies(pod, one).length > 0);
      if (server === undefined || !isCut((protocol) => isOpen(pod, protocol))) {
        open.add(pod);
        continue;
      }
      for (const one of context.selected(policy)) told.add(one);
      yield { policy, pod, server };
      break;
    }
  }

  function isOpen(pod: LivePodEntry, protocol: "UDP" | "TCP"): boolean {
    const port = { slot: SLOTS[protocol], port: PORT };
    return servers.some((server) =>
      sharedFamilies(pod, server).some(
        (family) =>
          ask(context, pod.endpoint, server.endpoint, family, port, pod.representative).egress.verdict !== "deny",
      ),
    );
  }
}

/** Whether a pod may go anywhere, and asks the cluster's DNS where that is. */
function needsDns(context: LintContext, pod: LivePodEntry): boolean {
  const rules = context
    .isolating(pod, "egress")
    .flatMap(({ policy }) => policy.rules.filter(({ direction }) => direction === "egress"));
  const asksCache = rules.some(
    ({ peers, ports }) =>
      coversPorts(ports, { protocol: "UDP", first: PORT, last: PORT }) &&
      peers.some(
        (peer) =>
          peer.kind === "block" && NODE_CACHE_RANGE !== undefined && containsPrefix(NODE_CACHE_RANGE, peer.block.cidr),
      ),
  );
  return rules.length > 0 && !asksCache;
}
