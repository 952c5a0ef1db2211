import type { LintRule } from "../rule.ts";

export const portNameOutside: LintRule = {
  id: "port-name-outside",
  severity: "warning",
  title: "egress to addresses by a port's name, which only pods can have",
  help: "give the port's number: a name is looked up on the destination pod, and an address outside has none",
  silent: "where a pod that has the name lies in the block; for rules that give a number too",
  *run(context) {
    for (const rule of context.rules()) {
      const { direction, peers, ports } = rule.rule;
      if (direction !== "egress" || ports.length === 0 || !ports.every((port) => "name" in port)) continue;
      const names = new Set(ports.map((port) => ("name" in port ? port.name : "")));
      for (const [index, peer] of peers.entries()) {
        if (peer.kind !== "block") continue;
        if (context.matched(rule, index).some((pod) => pod.ports.some(({ name }) => names.has(name ?? "")))) continue;
        yield context.atPeer(
          rule,
          index,
          `no address outside has a port named ${[...names].map((name) => `\`${name}\``).join(", ")}`,
        );
      }
    }
  },
};
