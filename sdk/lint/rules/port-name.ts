import { destinationsOf } from "../destinations.ts";
import type { LintRule } from "../types.ts";

export const unknownPortName: LintRule = {
  id: "unknown-port-name",
  severity: "warning",
  title: "a port's name that no destination pod has",
  help: "name a port as the pods' containers do, or give its number",
  silent:
    "where the rule has no destination pods in the bundle; for cluster-wide policies, where a name stands for any protocol",
  *run(context) {
    for (const rule of context.rules()) {
      if (rule.namespace === undefined) continue;
      const pods = destinationsOf(context, rule);
      if (pods.length === 0) continue;
      for (const [index, port] of rule.rule.ports.entries()) {
        if (!("name" in port)) continue;
        if (
          pods.some(({ ports }) => ports.some(({ name, protocol }) => name === port.name && protocol === port.protocol))
        )
          continue;
        yield context.atPort(
          rule,
          index,
          `none of the ${pods.length} destination pods has a ${port.protocol} port named \`${port.name}\``,
        );
      }
    }
  },
};

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
