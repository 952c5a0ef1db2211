/** Pods that the cluster's DNS does not let in, though their own egress lets them ask. */
import type { LivePodEntry } from "../model/directory.ts";
import { SLOTS } from "../ports.ts";
import type { LintContext } from "./context.ts";
import { type Asked, DENIED, denyingRule, hasNodeCache, isServer, serversOf } from "./dns.ts";
import { ask, sharedFamilies } from "./questions.ts";
import { sharesOf } from "./shares.ts";
import type { Hit } from "./types.ts";

/** One finding for all pods that none of the DNS pods answers over UDP, at each policy of theirs that isolates them, or at the rule that denies it. */
export function* closedDns(context: LintContext): Generator<Hit> {
  if (hasNodeCache(context)) return;
  const servers = context.once(serversOf);
  if (servers.some(({ pod }) => context.hasUnmodelled(pod.namespace))) return;
  const refused: Asked[] = [];
  for (const pod of context.pods) {
    if (pod.ownDNS || isServer(pod)) continue;
    const asked = servers.flatMap((server) =>
      sharedFamilies(pod, server.pod).map((family) => ({
        pod,
        server,
        family,
        ...answerOf(context, pod, server, family),
      })),
    );
    const isRefused = asked.every(({ ingress }) => ingress.verdict === "deny");
    const first = asked.find(({ egress }) => egress.verdict === "allow");
    if (isRefused && first !== undefined) refused.push(first);
  }
  const [first, ...more] = refused;
  if (first === undefined) return;
  const { pod, server } = first;
  const also = more.length === 0 ? "" : ` and ${more.length} more`;
  const cannot = `\`${pod.display}\`${also} may ask \`${server.pod.display}\`, which does not let ${more.length === 0 ? "it" : "them"} in on ${server.ports.UDP}/UDP`;
  const { ingress } = answerOf(context, pod, server, first.family);
  const rule = DENIED.has(ingress.reason) ? denyingRule(context, first, "UDP", "ingress") : undefined;
  if (rule !== undefined) yield context.atRule(rule, `${cannot}: this rule denies it`);
  else {
    const pods = servers.map((one) => one.pod);
    for (const { policy } of sharesOf(context, pods, "ingress")) yield context.at(policy, ["spec"], cannot);
  }
}

function answerOf(context: LintContext, pod: LivePodEntry, server: Asked["server"], family: 4 | 6) {
  const port = { slot: SLOTS.UDP, port: server.ports.UDP };
  return ask(context, pod.endpoint, server.pod.endpoint, family, port, pod.representative);
}
