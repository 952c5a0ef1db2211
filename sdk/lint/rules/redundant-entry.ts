import { Containment, ONLY_TODAY, type PlacedRule } from "../containment.ts";
import type { LintRule } from "../rule.ts";
import { superfluous } from "../superfluous.ts";

export const redundantEntry: LintRule = {
  id: "redundant-entry",
  severity: "info",
  title: "a peer or a port of a rule that other entries of the same rule include",
  help: "remove it, or the wider ones if they let in more than is meant",
  get silent() {
    return `${ONLY_TODAY}; for rules of cluster-wide policies`;
  },
  *run(context) {
    const containment = new Containment(context.full.namespaces.list);
    for (const rule of context.rules()) {
      if (rule.namespace === undefined) continue;
      const { policy, rule: whole } = rule;
      const byPeer = whole.peers.map((peer): PlacedRule => ({ policy, rule: { ...whole, peers: [peer] } }));
      for (const { rule: one, by } of superfluous(containment, byPeer)) {
        const index = byPeer.indexOf(one);
        const include = includeText(by.map((other) => byPeer.indexOf(other)));
        yield context.atPeer(rule, index, `${include} whomever this one, entry ${index + 1}, does`);
      }
      const byPort = whole.ports.map((port): PlacedRule => ({ policy, rule: { ...whole, ports: [port] } }));
      for (const { rule: one, by } of superfluous(containment, byPort)) {
        const index = byPort.indexOf(one);
        const include = includeText(by.map((other) => byPort.indexOf(other)));
        yield context.atPort(rule, index, `${include} every port of this one, entry ${index + 1}`);
      }
    }
  },
};

function includeText(places: readonly number[]): string {
  const numbers = places.map((place) => place + 1);
  return numbers.length === 1
    ? `entry ${numbers[0]} of this list includes`
    : `entries ${numbers.join(" and ")} of this list together include`;
}
