import type { PodObject, PodShape } from "../../read/objects.ts";
import { isPodsPeer, type LintContext, type LintRuleOfPolicy, namesOf } from "../context.ts";
import { destinationsOf } from "../destinations.ts";
import type { LintRule } from "../types.ts";

export const unknownPortName: LintRule = {
  id: "unknown-port-name",
  severity: "warning",
  title: "a port's name that no destination pod has",
  help: "name a port as the pods' containers do, or give its number",
  silent:
    "where the rule has no destination pods in the bundle, or may have others: of a peer that matches none there, that takes all pods of namespaces that are not named, or that is a block; where a workload that is scaled to zero has the name; for cluster-wide policies, where a name stands for any protocol",
  *run(context) {
    for (const rule of context.rules()) {
      if (rule.namespace === undefined) continue;
      const pods = destinationsOf(context, rule);
      if (pods.length === 0 || mayHaveOthers(context, rule)) continue;
      for (const [index, port] of rule.rule.ports.entries()) {
        if (!("name" in port)) continue;
        const hasName = ({ ports }: Pick<PodShape, "ports">): boolean =>
          ports.some(({ name, protocol }) => name === port.name && protocol === port.protocol);
        if (pods.some(hasName) || absentDestinations(context, rule).some(hasName)) continue;
        yield context.atPort(
          rule,
          index,
          `none of the ${pods.length} destination pods has a ${port.protocol} port named \`${port.name}\``,
        );
      }
    }
  },
};

/** Whether the pods that a rule's ports are asked of may be more than those that were loaded. */
function mayHaveOthers(context: LintContext, rule: LintRuleOfPolicy): boolean {
  if (rule.rule.direction === "ingress") return false;
  return rule.rule.peers.some(
    (peer, index) =>
      !isPodsPeer(peer) ||
      context.matched(rule, index).length === 0 ||
      (peer.podSelector.length === 0 && typeof peer.namespace !== "number" && namesOf(peer.namespace) === undefined),
  );
}

function absentDestinations(context: LintContext, rule: LintRuleOfPolicy): readonly PodObject[] {
  if (rule.rule.direction === "ingress") return context.absentSelected(rule);
  return rule.rule.peers.flatMap((_, index) => context.absentMatched(rule, index));
}

export const ambiguousPortName: LintRule = {
  id: "ambiguous-port-name",
  severity: "info",
  title: "a port's name that stands for different numbers on different pods",
  help: "give the pods' ports different names if the numbers should not all be open",
  silent: "never: it is informational",
  *run(context) {
    for (const rule of context.rules()) {
      const pods = destinationsOf(context, rule);
      for (const [index, port] of rule.rule.ports.entries()) {
        if (!("name" in port)) continue;
        const numbers = new Set(
          pods.flatMap(({ ports }) =>
            ports
              .filter(({ name, protocol }) => name === port.name && protocol === port.protocol)
              .map(({ containerPort }) => containerPort),
          ),
        );
        if (numbers.size < 2) continue;
        yield context.atPort(
          rule,
          index,
          `\`${port.name}\` stands for ${[...numbers].sort((a, b) => a - b).join(", ")}`,
        );
      }
    }
  },
};
