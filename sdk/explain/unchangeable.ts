/** Why no change of policies turns a verdict, where that can be told. */
import type { CandidatePair } from "./parts.ts";
import type { ExplainedPair, Unchangeable } from "./types.ts";

/** @param pairs the flow's, before and after the changes that were tried */
export function whyUnchangeable(verdict: "allow" | "deny", pairs: readonly CandidatePair[]): Unchangeable {
  const told = pairs.map(({ pair }) => pair);
  const itself = told.find(({ egress }) => egress.reason === "same-pod");
  if (itself !== undefined) {
    return {
      verdict,
      code: "same-pod",
      message: `\`${itself.from}\` always reaches itself, whatever its policies say`,
    };
  }
  const ownNode = told.find(({ ingress }) => ingress.reason === "own-node");
  if (ownNode !== undefined) {
    const message = `\`${ownNode.from}\` is the node that \`${ownNode.to}\` runs on, or is on its network: a node always reaches its own pods past NetworkPolicies, and no ingress rule of the other tiers can name it`;
    return { verdict, code: "own-node", message };
  }
  const outside = told.find(isOutside);
  if (outside !== undefined) {
    const message = `policies select neither \`${outside.from}\` nor \`${outside.to}\`: each is outside, a node, or on a node's network`;
    return { verdict, code: "no-subject", message };
  }
  return { verdict, code: "not-found", message: "none of the changes that were tried does it" };
}

const isOutside = ({ egress, ingress }: ExplainedPair): boolean =>
  egress.reason === "not-a-subject" && ingress.reason === "not-a-subject";
