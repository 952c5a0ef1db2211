import { foreignOwner } from "../../cni/own-kinds.ts";
import type { CniFact } from "../../cni/types.ts";
import type { LintContext } from "../context.ts";
import { enforcesNothing, ignoredBy } from "../ignored.ts";
import type { LintRule } from "../rule.ts";
import type { Hit } from "../types.ts";

export const cniIgnored: LintRule = {
  id: "cni-ignored",
  severity: "warning",
  title:
    "a policy, or a part of one, that the CNI plugin in use does not enforce as it is written; a policy of another plugin's own kind",
  help: "write it in a way that the plugin enforces, set the plugin up for it, or take another one; docs/cni.md has what each does",
  silent:
    "without a CNI profile (the option `cni`); where nothing is known of the plugin, or its switch may be either way; for an `ipBlock` that holds no loaded pod, or every address, but in egress where no other entry speaks of pods; for what plugins do with flows whatever the policies say; once for all policies under a plugin that enforces none",
  *run(context) {
    yield* foreignPolicies(context);
    const { internals, full } = context;
    const off = enforcesNothing(context);
    if (off !== undefined) {
      const [first] = context.policies;
      if (first !== undefined)
        yield context.at(first, ["spec"], nothingOf(off.name, off.fact, context.policies.length));
      return;
    }
    const objects = new Map(full.objects.networkPolicies.map((one) => [`${one.namespace}/${one.name}`, one]));
    for (const { name, facts } of internals.enforcement?.plugins ?? []) {
      for (const fact of facts) {
        // Plugins whose own policies come in tiers may have those of the API too.
        if (fact.effect === "tiers-not-sure" && fact.finding !== "none") continue;
        for (const policy of context.policies) {
          const object = objects.get(`${policy.namespace}/${policy.policy.name}`);
          for (const path of ignoredBy(fact.effect, context, { ...policy, object })) {
            yield context.at(policy, path, messageOf(name, fact));
          }
        }
      }
    }
  },
};

/** Policies of other plugins' own kinds. */
function* foreignPolicies({ internals, full }: LintContext): Generator<Hit> {
  const plugins = internals.enforcement?.plugins ?? [];
  if (plugins.length === 0) return;
  const names = plugins.map(({ name }) => name);
  for (const { reference, group, origin } of full.objects.unmodelled) {
    const owner = foreignOwner(group, names);
    if (owner === undefined) continue;
    const message = `under ${names.join("+")}: it is a policy of ${owner}, which nothing here reads`;
    yield { message, object: reference, path: [], source: origin.locate([]) };
  }
}

function messageOf(cni: string, fact: CniFact): string {
  const what = fact.effect === "tiers-not-sure" ? "no policies but NetworkPolicy are known of it" : fact.finding;
  return saying(cni, fact, what);
}

/** Of all policies at once. */
function nothingOf(cni: string, fact: CniFact, count: number): string {
  const which = count === 1 ? "the only policy here is not enforced" : `none of the ${count} policies here is enforced`;
  return saying(cni, fact, `${which} (whether it enforces: ${fact.finding})`);
}

function saying(cni: string, { topic, status, derived, sources }: CniFact, what: string): string {
  const how = derived ? `${status}, concluded by reading` : status;
  return `under ${cni} (${topic}): ${what} [${[how, ...sources.slice(0, 1)].join(": ")}]`;
}
