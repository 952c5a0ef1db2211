import { formatReference } from "../../errors.ts";
import type { Direction, ModelRule } from "../../model/model.ts";
import type { LintContext } from "../context.ts";
import { isPodsPeer, type LintPolicy } from "../policies.ts";
import type { LintRule } from "../rule.ts";

export const mootByTier: LintRule = {
  id: "moot-by-tier",
  severity: "warning",
  title:
    "a NetworkPolicy that restricts no pods in a direction, because a cluster-wide policy has accepted them all before",
  help: "ask whoever keeps the cluster-wide policies for a Pass in place of the Accept: the Admin tier decides first, and the policy is left to restrict what is no pod, and its other direction",
  silent:
    "where the Accept is not for every pod of every namespace on every port; where any rule of the Admin tier passes; where the cluster-wide policy does not select all of the pods, or the NetworkPolicy selects none",
  *run(context) {
    const admin = context.policies.filter(({ policy }) => policy.tier === "admin" || policy.tier === "admin-v1alpha1");
    for (const policy of context.policies) {
      if (policy.namespace === undefined) continue;
      const moot = policy.policy.directions.flatMap((direction) => {
        const by = acceptingAll(context, admin, policy, direction);
        return by === undefined ? [] : [{ direction, by }];
      });
      const [first] = moot;
      if (first === undefined) continue;
      const directions = moot.map(({ direction }) => direction).join(" and ");
      const message = `\`${formatReference(first.by.reference)}\` accepts every pod before it is asked: for ${directions} it restricts only nodes, host-network pods and what is outside`;
      yield context.at(policy, ["spec"], message);
    }
  },
};

/** The cluster-wide policy that decides first for all of a policy's pods, whatever pod the other end is. */
function acceptingAll(
  context: LintContext,
  admin: readonly LintPolicy[],
  policy: LintPolicy,
  direction: Direction,
): LintPolicy | undefined {
  const rulesOf = (one: LintPolicy): readonly ModelRule[] =>
    one.policy.rules.filter((rule) => rule.direction === direction);
  if (admin.some((one) => rulesOf(one).some(({ action }) => action === "pass"))) return undefined;
  const pods = context.selected(policy);
  return admin.find((one) => {
    if (pods.length === 0 || !rulesOf(one).some(acceptsAll)) return false;
    const sure = new Set(context.surelySelected(one));
    return pods.every((pod) => sure.has(pod));
  });
}

const acceptsAll = ({ action, peers, ports }: ModelRule): boolean =>
  action === "allow" &&
  ports.length === 0 &&
  peers.some(
    (peer) =>
      isPodsPeer(peer) && typeof peer.namespace !== "number" && peer.namespace.length + peer.podSelector.length === 0,
  );
