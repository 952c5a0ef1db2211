/** Who asks the cluster's DNS, and whether the egress of pods lets them. */

import { addTo } from "../add-to.ts";
import { containsPrefix, parsePrefix } from "../address.ts";
import { formatReference } from "../errors.ts";
import type { LivePodEntry } from "../model/directory.ts";
import type { Direction, ModelRule } from "../model/model.ts";
import { SLOTS } from "../ports.ts";
import type { ServiceObject } from "../read/objects.ts";
import type { Side } from "../types.ts";
import { backendsOf } from "./backends.ts";
import { includesPort } from "./containment.ts";
import type { LintContext } from "./context.ts";
import { nobodysEndpoints } from "./entrances.ts";
import { labelOf } from "./labels.ts";
import type { LintRuleOfPolicy } from "./policies.ts";
import { type AskedPort, ask, sharedFamilies } from "./questions.ts";
import { type Share, sharesOf } from "./shares.ts";
import type { Hit } from "./types.ts";

/** The label that cluster DNS has in nearly every distribution, and that of OpenShift's. */
const LABEL = "k8s-app";
const SERVERS: ReadonlySet<string> = new Set(["kube-dns", "coredns"]);
const OPENSHIFT_LABEL = "dns.operator.openshift.io/daemonset-dns";
/** A cache on every node, which pods ask instead, at an address of the node. */
const NODE_CACHE = "node-local-dns";
const PORT = 53;

/** Where such a cache listens if it is set up as it mostly is: link-local. */
const NODE_CACHE_RANGE = /* @__PURE__ */ parsePrefix("169.254.0.0/16");

/** When the rules on DNS are silent. */
export const DNS_NOT_CUT =
  "where no DNS pods were loaded, or no address of the pod's family is shared with them; where the pods are let out nowhere; for pods that have name servers of their own (`dnsPolicy` Default or None); where a cache on each node (`node-local-dns`) answers, or a rule is for port 53 of a link-local address, as such a cache has";

/** A port that nearly all that pods go out for has. */
const ELSEWHERE: AskedPort = { slot: SLOTS.TCP, port: 443 };
/** Pods up to which it is asked whether they can be reached. */
const MOST_ASKED = 100;

/** Reasons of cluster-wide policies. */
export const DENIED: ReadonlySet<string> = new Set(["admin-deny", "baseline-deny"]);

type DnsProtocol = "UDP" | "TCP";

/** A pod of the cluster's DNS, and where it listens: not every one does on 53, which Services translate. */
export interface Server {
  readonly pod: LivePodEntry;
  readonly ports: Readonly<Record<DnsProtocol, number>>;
}

/** A question to one DNS pod. */
export interface Asked {
  readonly pod: LivePodEntry;
  readonly server: Server;
  readonly family: 4 | 6;
}

/**
 * Pods whose DNS over one protocol fails in the way that `isCut` says. None of the policies that isolate a pod lets it
 * through, and a rule in any of them would: pods are told of together, at the one that isolates the most of them.
 */
export function* cutFromDns(
  context: LintContext,
  protocol: DnsProtocol,
  isCut: (isOpen: (protocol: DnsProtocol) => boolean) => boolean,
): Generator<Hit> {
  if (hasNodeCache(context)) return;
  const servers = context.once(serversOf);
  const isolated = new Map<string, LivePodEntry[]>();
  const asked = new Map<LivePodEntry, Asked>();
  const denied = new Map<string, { readonly rule: LintRuleOfPolicy; readonly pods: LivePodEntry[] }>();
  for (const pod of context.pods) {
    if (isServer(pod) || !needsDns(context, pod)) continue;
    const all = servers.flatMap((server) => sharedFamilies(pod, server.pod).map((family) => ({ pod, server, family })));
    const [first] = all;
    const egressOf = (one: Asked, over: DnsProtocol): Side =>
      ask(context, pod.endpoint, one.server.pod.endpoint, one.family, portOf(one, over), pod.representative).egress;
    if (first === undefined || !isCut((over) => all.some((one) => egressOf(one, over).verdict !== "deny"))) continue;
    if (!isIsolated(context, pod) && !isLetOut(context, pod)) continue;
    asked.set(pod, first);
    const rule = DENIED.has(egressOf(first, protocol).reason)
      ? denyingRule(context, first, protocol, "egress")
      : undefined;
    if (rule === undefined) addTo(isolated, pod.namespace, pod);
    else {
      const key = `${rule.number} ${rule.index}`;
      const known = denied.get(key);
      if (known === undefined) denied.set(key, { rule, pods: [pod] });
      else known.pods.push(pod);
    }
  }
  const cannot = (pods: readonly LivePodEntry[]): string => {
    const [pod, ...more] = pods;
    const server = pod && asked.get(pod)?.server;
    const also = more.length === 0 ? "" : ` and ${more.length} more`;
    const unmatched =
      server?.pod.hostNetwork === true ? ", which is on the host network, where no selector matches it" : "";
    return `\`${pod?.display}\`${also} cannot reach \`${server?.pod.display}\` on ${server?.ports[protocol]}/${protocol}${unmatched}`;
  };
  for (const { rule, pods } of denied.values()) yield context.atRule(rule, `${cannot(pods)}: this rule denies it`);
  for (const pods of isolated.values()) {
    for (const share of sharesOf(context, pods, "egress")) {
      yield context.at(share.policy, ["spec"], `${cannot(share.pods)}${alsoIsolating(share)}`);
    }
  }
}

function alsoIsolating({ pods, others: [other, ...more] }: Share): string {
  if (other === undefined) return "";
  const whom = pods.length === 1 ? "it" : "some of them";
  const too =
    more.length === 0
      ? `isolates ${whom} too, and lets no DNS through`
      : `and ${more.length} more isolate ${whom} too, and let no DNS through`;
  return `; \`${formatReference(other.reference)}\` ${too}`;
}

function portOf({ server }: Asked, protocol: DnsProtocol): AskedPort {
  return { slot: SLOTS[protocol], port: server.ports[protocol] };
}

/** Whether a cache on each node answers pods. */
export function hasNodeCache({ hostPods, full }: LintContext): boolean {
  return (
    hostPods.some(({ labels }) => labels[LABEL] === NODE_CACHE) ||
    full.objects.workloads.some(({ template }) => template.hostNetwork && template.labels[LABEL] === NODE_CACHE)
  );
}

export function isServer({ labels }: LivePodEntry): boolean {
  return SERVERS.has(labelOf(labels, LABEL) ?? "") || Object.hasOwn(labels, OPENSHIFT_LABEL);
}

/** Whether a Service has the port that DNS is asked on. */
export function handsOnDns({ ports }: ServiceObject, protocol: DnsProtocol): boolean {
  return ports.some((one) => one.port === PORT && one.protocol === protocol);
}

/** The DNS pods that were loaded, those on the host network too, each with the ports that Services hand 53 on to, else those that it has for DNS by name. */
export function serversOf(context: LintContext): readonly Server[] {
  const pods = [...context.pods, ...context.hostPods].filter(isServer);
  if (pods.length === 0) return [];
  // By name: a node's pods on the host network have its address in common.
  const handedOn = (protocol: DnsProtocol): ReadonlyMap<string, number | undefined> =>
    new Map(
      context.full.objects.services.flatMap((service) =>
        !service.headless && handsOnDns(service, protocol)
          ? backendsOf(context, service, PORT, protocol).map(({ display, port }) => [display, port])
          : [],
      ),
    );
  const [udp, tcp] = [handedOn("UDP"), handedOn("TCP")];
  const named = ({ ports }: LivePodEntry, protocol: DnsProtocol): number =>
    ports.find((one) => one.protocol === protocol && one.name?.startsWith("dns"))?.containerPort ?? PORT;
  return pods.map((pod) => ({
    pod,
    ports: {
      UDP: udp.get(pod.display) ?? named(pod, "UDP"),
      TCP: tcp.get(pod.display) ?? named(pod, "TCP"),
    },
  }));
}

/** The rule of a cluster-wide policy that denies a question on one side. */
export function denyingRule(
  context: LintContext,
  asked: Asked,
  protocol: DnsProtocol,
  direction: Direction,
): LintRuleOfPolicy | undefined {
  const { pod, server, family } = asked;
  const port = portOf(asked, protocol);
  const flow = { source: pod.endpoint, destination: server.pod.endpoint, family, ...port, distinct: true };
  for (const policy of context.trace(direction, flow)) {
    const denying = policy.rules.find(
      ({ rule, match, reached }) => rule.action === "deny" && match !== "no" && reached !== "no",
    );
    if (denying !== undefined) return { ...policy.policy, rule: denying.rule, index: denying.index };
  }
  return undefined;
}

function isIsolated(context: LintContext, pod: LivePodEntry): boolean {
  return context.isolating(pod, "egress").length > 0;
}

/** Whether policies let a pod out to anybody: an address outside, or one of the first pods. */
function isLetOut(context: LintContext, pod: LivePodEntry): boolean {
  const isOpen = (to: number, family: 4 | 6): boolean =>
    ask(context, pod.endpoint, to, family, ELSEWHERE, true).egress.verdict !== "deny";
  return (
    context
      .once(nobodysEndpoints)
      .some(({ endpoint, family }) => pod.families.includes(family) && isOpen(endpoint, family)) ||
    context.pods
      .slice(0, MOST_ASKED)
      .some((other) => !isServer(other) && sharedFamilies(pod, other).some((family) => isOpen(other.endpoint, family)))
  );
}

/** Whether policies could let a pod out somewhere, and it asks the cluster's DNS where that is. */
function needsDns(context: LintContext, pod: LivePodEntry): boolean {
  if (pod.ownDNS) return false;
  // Cluster-wide policies may deny it what no NetworkPolicy does.
  if (!isIsolated(context, pod)) return context.full.objects.tierPolicies.length > 0;
  const rules = context
    .isolating(pod, "egress")
    .flatMap(({ policy }) => policy.rules.filter(({ direction }) => direction === "egress"));
  return rules.length > 0 && !rules.some(isForNodeCache);
}

/** Whether a rule is for a cache on each node, at the address that it mostly has. */
export function isForNodeCache({ peers, ports }: ModelRule): boolean {
  return (
    includesPort(ports, "UDP", PORT) &&
    peers.some(
      (peer) =>
        peer.kind === "block" && NODE_CACHE_RANGE !== undefined && containsPrefix(NODE_CACHE_RANGE, peer.block.cidr),
    )
  );
}
