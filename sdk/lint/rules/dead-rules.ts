import type { LintRule } from "../types.ts";

export const deadRules: LintRule = {
  id: "dead-rules",
  severity: "error",
  title: "rules of a direction that is not among the policy's types",
  help: "add the direction to `policyTypes`, or remove the rules",
  silent: "never: such rules have no effect",
  *run(context) {
    for (const object of context.full.objects.networkPolicies) {
      for (const [type, direction] of [
        ["Ingress", "ingress"],
        ["Egress", "egress"],
      ] as const) {
        if (object[direction].length === 0 || object.policyTypes.includes(type)) continue;
        const { namespace, name, origin } = object;
        yield {
          message: `its ${direction} rules have no effect: \`policyTypes\` does not name \`${type}\``,
          object: { kind: "NetworkPolicy", namespace, name },
          path: ["spec", direction],
          source: origin.locate(["spec", direction]),
        };
      }
    }
  },
};
