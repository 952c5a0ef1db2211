import { NAMESPACE_NAME_LABEL } from "../../model/namespaces.ts";
import { isPodsPeer } from "../context.ts";
import type { LintRule } from "../types.ts";

export const unknownNamespace: LintRule = {
  id: "unknown-namespace",
  severity: "warning",
  title: "a peer names a namespace that is not there, and one of nearly that name is",
  help: "mend the name",
  silent:
    "where no namespace was loaded whose name has the same letters: the one that is named may belong to another bundle",
  *run(context) {
    const names = context.full.objects.namespaces.map(({ name }) => name);
    for (const rule of context.rules()) {
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (!isPodsPeer(peer) || typeof peer.namespace === "number") continue;
        for (const { key, operator, values } of peer.namespace) {
          if (key !== NAMESPACE_NAME_LABEL || operator !== "In") continue;
          const missing = values.find(
            (value) => !names.includes(value) && context.full.directory.podsIn(value).length === 0,
          );
          const near = names.find((name) => missing !== undefined && lettersOf(name) === lettersOf(missing));
          if (near === undefined || values.includes(near)) continue;
          yield context.atPeer(rule, index, `there is no namespace \`${missing}\`; there is \`${near}\``);
        }
      }
    }
  },
};

/** Letters and digits in any order: names that differ in hyphens, or by two letters that were swapped, are alike. */
function lettersOf(name: string): string {
  return [...name.replaceAll(/[^a-z0-9]/gi, "").toLowerCase()].sort().join("");
}
