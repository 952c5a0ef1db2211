import type { NetworkPolicyObject } from "../../read/objects.ts";
import type { LintContext } from "../context.ts";
import { addition } from "../fix.ts";
import type { LintRule } from "../rule.ts";

export const deadRules: LintRule = {
  id: "dead-rules",
  severity: "error",
  title: "rules of a direction that is not among the policy's types",
  help: "add the direction to `policyTypes`, or remove the rules",
  silent: "never: such rules have no effect",
  fix: "adds the direction, where another policy with an empty pod selector isolates the whole namespace for it already: the rules then only add what they say. Elsewhere it would cut all else that the pods have",
  *run(context) {
    for (const object of context.full.objects.networkPolicies) {
      for (const [type, direction] of deadDirections(object)) {
        const { namespace, name, origin } = object;
        yield {
          message: `its ${direction} rules have no effect: \`policyTypes\` does not name \`${type}\``,
          object: { kind: "NetworkPolicy", namespace, name },
          path: ["spec", direction],
          source: origin.locate(["spec", direction]),
          fix: isolatesAll(context, namespace, type)
            ? addition(
                origin,
                `add \`${type}\` to \`policyTypes\``,
                ["spec", "policyTypes", object.policyTypes.length],
                type,
              )
            : undefined,
        };
      }
    }
  },
};

const DIRECTIONS = [
  ["Ingress", "ingress"],
  ["Egress", "egress"],
] as const;

/** The directions for which a policy has rules and which are not among its types. */
export function deadDirections(policy: NetworkPolicyObject): readonly (typeof DIRECTIONS)[number][] {
  return DIRECTIONS.filter(([type, direction]) => policy[direction].length > 0 && !policy.policyTypes.includes(type));
}

/**
 * Whether another policy isolates every pod of the namespace for the direction, those that were not loaded too. Adding the
 * type then cuts nothing: the rules only add what they say.
 */
function isolatesAll(context: LintContext, namespace: string, type: "Ingress" | "Egress"): boolean {
  return context.full.objects.networkPolicies.some(
    (policy) => policy.namespace === namespace && policy.podSelector.length === 0 && policy.policyTypes.includes(type),
  );
}
