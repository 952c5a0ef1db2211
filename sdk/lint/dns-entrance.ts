/** Pods that the cluster's DNS does not let in, though their own egress lets them ask. */
import { addTo } from "../add-to.ts";
import type { LivePodEntry } from "../model/directory.ts";
import { SLOTS } from "../ports.ts";
import type { LintContext } from "./context.ts";
import { type Asked, DENIED, denyingRule, hasNodeCache, isForNodeCache, isServer, serversOf } from "./dns.ts";
import type { LintRuleOfPolicy } from "./policies.ts";
import { ask, sharedFamilies } from "./questions.ts";
import { sharesOf } from "./shares.ts";
import type { Hit } from "./types.ts";
import { SYSTEM } from "./unprotected.ts";

/** Pods that none of the DNS pods answers over UDP, told of together: at each rule that denies it, and at each policy that isolates the DNS pods. */
export function* closedDns(context: LintContext): Generator<Hit> {
  if (hasNodeCache(context) || [...context.rules()].some(({ rule }) => isForNodeCache(rule))) return;
  // Whoever has DNS pods of their own elsewhere knows for whom they are.
  const servers = context.once(serversOf).filter(({ pod }) => SYSTEM.test(pod.namespace));
  if (servers.some(({ pod }) => context.hasUnmodelled(pod.namespace))) return;
  const denied = new Map<string, { readonly rule: LintRuleOfPolicy; readonly pods: Asked[] }>();
  const isolated = new Map<string, Asked[]>();
  for (const pod of context.pods) {
    if (pod.ownDNS || isServer(pod)) continue;
    const asked = servers.flatMap((server) =>
      sharedFamilies(pod, server.pod).map((family) => {
        const port = { slot: SLOTS.UDP, port: server.ports.UDP };
        const answer = ask(context, pod.endpoint, server.pod.endpoint, family, port, pod.representative);
        return { pod, server, family, ...answer };
      }),
    );
    const isRefused = asked.every(({ ingress }) => ingress.verdict === "deny");
    const [first, ...others] = asked.filter(({ egress }) => egress.verdict === "allow");
    if (!isRefused || first === undefined) continue;
    const rule = DENIED.has(first.ingress.reason) ? denyingRule(context, first, "UDP", "ingress") : undefined;
    if (rule === undefined) for (const one of [first, ...others]) addTo(isolated, one.server.pod.display, one);
    else {
      const key = `${rule.number} ${rule.index}`;
      const known = denied.get(key);
      if (known === undefined) denied.set(key, { rule, pods: [first] });
      else known.pods.push(first);
    }
  }
  for (const { rule, pods } of denied.values()) yield context.atRule(rule, `${cannot(pods)}: this rule denies it`);
  for (const { policy, pods } of sharesOf(context, podsOf(isolated), "ingress")) {
    yield context.at(policy, ["spec"], cannot(isolated.get(pods[0]?.display ?? "") ?? []));
  }
}

function podsOf(isolated: ReadonlyMap<string, readonly Asked[]>): LivePodEntry[] {
  return [...isolated.values()].flatMap(([one]) => one?.server.pod ?? []);
}

/** Pods that one DNS pod does not let in, each perhaps in two families. */
function cannot(refused: readonly Asked[]): string {
  const [pod, ...more] = [...new Set(refused.map((one) => one.pod.display))];
  const server = refused[0]?.server;
  const also = more.length === 0 ? "" : ` and ${more.length} more`;
  return `\`${pod}\`${also} may ask \`${server?.pod.display}\`, which does not let ${more.length === 0 ? "it" : "them"} in on ${server?.ports.UDP}/UDP`;
}
