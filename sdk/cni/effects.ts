/**
 * What each effect does to one side of a pair of ends: have its policies rewritten, look at other pods, or settle its
 * verdict outright. The verdict itself always comes from the core, over the policies as the plugin means them.
 */
import { familyOf } from "../address.ts";
import type { Candidate } from "../flow/candidate.ts";
import type { Pair } from "../flow/pairs.ts";
import type { FlowSpec } from "../flow/parse-flow.ts";
import type { Labels, ServiceObject } from "../read/objects.ts";
import type { FlowEnd, Side, Verdict } from "../types.ts";
import {
  BLOCKLESS,
  exceptsOf,
  LINUX_PARTS,
  LINUX_POLICIES,
  NAMESPACES_ONLY,
  NO_ADMIN_POLICIES,
  NO_CLUSTER_POLICIES,
  POD_SELECTORS_ONLY,
  type Rewriting,
  rewriteOf,
  SELECTORLESS,
  TIER_RULES_CLOSED,
  TIERLESS,
} from "./rewrite.ts";
import type { CniEffect } from "./types.ts";

/**
 * Other objects than those that were loaded: host-network pods as if they had a network of their own, pods on no node, no
 * Services (nothing is translated), or the namespace that stands for all nodes.
 */
export type World = "host-pods" | "off-node" | "untranslated" | "host-namespace";

/** OVN-Kubernetes keeps the nodes' addresses under this one. */
export const HOST_NAMESPACE = "ovn-host-network";

/** What a side is asked beside, or in place of, the pair as it is. */
export interface Ask {
  /** Another end than the peer. */
  readonly peer?: FlowEnd;
  readonly port?: number;
  readonly world?: World | undefined;
  readonly rewritings?: readonly Rewriting[];
  /** A pod that reaches itself is judged as if it reached another one like it. */
  readonly distinct?: true;
}

/** One side of a pair, and what an effect may look at. */
export interface SideContext {
  readonly direction: "egress" | "ingress";
  readonly pair: Pair;
  readonly spec: FlowSpec;
  /** The end whose policies are asked, and the other one. */
  readonly subject: Candidate;
  readonly peer: Candidate;
  readonly isOwned: (pod: Candidate) => boolean;
  /** Whether any policy selects the subject, for whatever direction. */
  readonly isSelected: () => boolean;
  /** Those of the node that the peer is, or is on the host network of: the peer itself too. */
  readonly hostPods: () => readonly FlowEnd[];
  /** The policies with an `except` in this direction that select the subject, `namespace/name` each. */
  readonly excepting: () => readonly string[];
  /** The Service that leads to the peer. */
  readonly service: () => ServiceObject | undefined;
  readonly nodeLabels: (node: string | undefined) => Labels;
  readonly podLabels: (pod: Candidate) => Labels;
}

export interface Modifier {
  rewrites?(context: SideContext): readonly Rewriting[];
  world?(context: SideContext): World | undefined;
  /** Asked too: one that lets it pass is enough. */
  asks?(context: SideContext): readonly Ask[];
  instead?(context: SideContext): Ask | undefined;
  /** `side` is what the rewritten policies say. */
  settle?(context: SideContext, side: Side, isolated: boolean): Verdict | undefined;
}

const NODE_PORTS = { first: 30000, last: 32767 };

const isPortless = ({ spec }: SideContext): boolean => spec.protocol === "ICMP" || spec.protocol === "ICMPv6";
const isOnHost = ({ pod }: Candidate): boolean => pod?.hostNetwork === true;
const isToOwnNode = ({ direction, subject, peer }: SideContext): boolean =>
  direction === "egress" && peer.node !== undefined && subject.pod?.nodeName === peer.node;

/** Whether no policy isolates a pod. Its own node gets in all the same: probes have to. */
const isNotIsolated = ({ subject, peer }: SideContext, { reason }: Side): boolean =>
  reason === "not-isolated" &&
  subject.pod !== undefined &&
  !isOnHost(subject) &&
  (peer.node === undefined || peer.node !== subject.pod.nodeName);

/** Whether a pod reaches itself through a Service. */
export const isHairpin = ({ from, to }: Pair): boolean =>
  to.translated === true &&
  to.service !== undefined &&
  from.pod !== undefined &&
  from.pod === to.pod &&
  from.representative !== true;

const allowIf = (holds: (context: SideContext, side: Side, isolated: boolean) => boolean): Modifier => ({
  settle: (context, side, isolated) => (holds(context, side, isolated) ? "allow" : undefined),
});
const denyIf = (holds: (context: SideContext, side: Side, isolated: boolean) => boolean): Modifier => ({
  settle: (context, side, isolated) => (holds(context, side, isolated) ? "deny" : undefined),
});
const offNode: Modifier = {
  world: ({ direction, pair }) =>
    direction === "ingress" && pair.answer.ingress.reason === "own-node" ? "off-node" : undefined,
};
/** The addresses of host-network pods that a selector matches are those of all that is on their node's network. */
const hostPeers = (rewritings: readonly Rewriting[]): Modifier => ({
  asks: ({ subject, hostPods }) =>
    isOnHost(subject) ? [] : hostPods().map((peer) => ({ peer, world: "host-pods", rewritings })),
});
const rewrites = (...rewritings: readonly Rewriting[]): Modifier => ({ rewrites: () => rewritings });
const blocklessIf = (holds: (context: SideContext) => boolean): Modifier => ({
  rewrites: (context) => (holds(context) ? [BLOCKLESS] : []),
});

const onWindows = (rewriting: Rewriting): Modifier => ({
  rewrites: ({ subject, nodeLabels }) =>
    subject.pod !== undefined && nodeLabels(subject.pod.nodeName)["kubernetes.io/os"] === "windows" ? [rewriting] : [],
});

/** Made when asked for: nothing is done at import. */
const modifiers = (): Readonly<Partial<Record<CniEffect, Modifier>>> => ({
  "not-enforced": allowIf(() => true),
  "switch-off": allowIf(() => true),
  "owned-pods-only": allowIf(({ subject, isOwned }) => subject.pod !== undefined && !isOwned(subject)),
  "sctp-off": denyIf(({ spec }, side, isolated) => spec.protocol === "SCTP" && isolated && side.verdict === "allow"),
  "sctp-open": allowIf(({ spec }, _, isolated) => spec.protocol === "SCTP" && isolated),
  "linux-ec2-only": allowIf(({ subject, nodeLabels, podLabels }) => {
    if (subject.pod === undefined || isOnHost(subject)) return false;
    const { nodeName = "" } = subject.pod;
    const labels = nodeLabels(nodeName);
    // Fargate's nodes are told by their names too, and its pods by a label.
    const isFargate =
      labels["eks.amazonaws.com/compute-type"] === "fargate" ||
      nodeName.startsWith("fargate-") ||
      podLabels(subject)["eks.amazonaws.com/fargate-profile"] !== undefined;
    return isFargate || labels["kubernetes.io/os"] === "windows";
  }),
  "windows-drops-policies": onWindows(LINUX_POLICIES),
  "windows-unmatched": onWindows(LINUX_PARTS),
  "except-shared-by-namespace": {
    rewrites: ({ excepting }) => {
      const policies = excepting();
      return policies.length === 0 ? [] : [exceptsOf(policies)];
    },
  },
  "ipv4-only": allowIf(({ pair }, _, isolated) => pair.flow.family === 6 && isolated),
  "block-outside-only": blocklessIf(
    (context) => (context.peer.pod !== undefined || context.peer.node !== undefined) && !isToOwnNode(context),
  ),
  "block-not-on-own-node": blocklessIf(isToOwnNode),
  "block-not-on-pods": blocklessIf(({ peer }) => peer.pod !== undefined && !isOnHost(peer)),
  "echo-open": allowIf((context) => isPortless(context)),
  "icmp-closed": denyIf((context, _, isolated) => isPortless(context) && isolated),
  "host-peer-matched": hostPeers([]),
  "host-peer-by-pod-selector": {
    asks: (context) => {
      const { subject, peer } = context;
      if (isOnHost(subject) || (peer.node === undefined && !isOnHost(peer))) return [];
      const node: Ask = {
        peer: { namespace: HOST_NAMESPACE, labels: {} },
        world: "host-namespace",
        rewritings: [NAMESPACES_ONLY],
      };
      return [...(hostPeers([POD_SELECTORS_ONLY]).asks?.(context) ?? []), node];
    },
  },
  "host-target-selected": {
    world: ({ subject, peer }) => (isOnHost(subject) && !isOnHost(peer) ? "host-pods" : undefined),
  },
  "own-node-root-only": offNode,
  "own-node-closed": offNode,
  "own-node-open": allowIf(isToOwnNode),
  "own-node-addresses-open": allowIf((context) => isToOwnNode(context) && context.pair.to.translated !== true),
  "own-node-dropped": denyIf(isToOwnNode),
  "remote-node-open": allowIf(
    ({ direction, subject, peer }) =>
      direction === "ingress" && peer.node !== undefined && subject.pod !== undefined && !isOnHost(subject),
  ),
  "unselected-closed": denyIf((context, side) => isNotIsolated(context, side) && !context.isSelected()),
  "undirected-closed": denyIf(isNotIsolated),
  "own-node-ports-open": allowIf(
    (context) =>
      isToOwnNode(context) &&
      !isPortless(context) &&
      context.pair.flow.port >= NODE_PORTS.first &&
      context.pair.flow.port <= NODE_PORTS.last,
  ),
  // Through the cluster address alone: what leads there by another way is not told.
  "own-node-services-open": allowIf((context) => isToOwnNode(context) && context.pair.to.translated === true),
  "self-closed": {
    instead: ({ pair }) => (pair.answer.egress.reason === "same-pod" ? { distinct: true } : undefined),
  },
  "hairpin-open": allowIf(({ pair }) => isHairpin(pair)),
  "hairpin-ingress-open": allowIf(({ direction, pair }) => direction === "ingress" && isHairpin(pair)),
  "tiers-ignored": rewrites(TIERLESS),
  "tiers-not-sure": rewrites(TIERLESS),
  "cluster-policies-ignored": rewrites(NO_CLUSTER_POLICIES),
  "cluster-policies-not-sure": rewrites(NO_CLUSTER_POLICIES),
  "admin-policies-ignored": rewrites(NO_ADMIN_POLICIES),
  "admin-policies-not-sure": rewrites(NO_ADMIN_POLICIES),
  "tier-rules-unsupported": rewrites(TIER_RULES_CLOSED),
  "service-port-must-match": {
    instead: (context) =>
      context.direction === "egress" && context.subject.pod !== undefined && !isOnHost(context.subject)
        ? clusterAddress(context)
        : undefined,
  },
});

/**
 * A Service before its address is translated: the address that blocks are held against, which selectors match by the
 * Service's own selector, and only where its port is the container's.
 */
function clusterAddress({ pair, service }: SideContext): Ask | undefined {
  const found = pair.to.translated === true && pair.to.nodePort === undefined ? service() : undefined;
  if (found === undefined || pair.to.servicePort === undefined) return undefined;
  const isOfFamily = (address: string): boolean => familyOf(address) === pair.flow.family;
  const ip = found.addresses.find((one) => isOfFamily(one) && !found.externalAddresses.includes(one));
  const ports = (pair.to.pod?.ports ?? []).map(({ name, ...port }) => ({
    ...port,
    ...(name !== undefined && { name }),
  }));
  return {
    peer: { namespace: found.namespace, labels: found.selector ?? {}, ports, ips: ip === undefined ? [] : [ip] },
    port: pair.to.servicePort,
    world: "untranslated",
    rewritings: pair.to.servicePort === pair.flow.port ? [] : [SELECTORLESS],
  };
}

/** What an effect does; nothing where the plugin does as the specification says. */
export function modifierOf(effect: CniEffect): Modifier {
  return modifiers()[effect] ?? (rewriteOf(effect) === undefined ? {} : { rewrites: () => [effect] });
}

/** Effects whose outcome nobody has written down, however sure the fact is. */
const AMBIGUOUS: ReadonlySet<CniEffect> = new Set([
  "switch-off",
  "sctp-off",
  "ipv4-only",
  "own-node-services-open",
  "block-not-on-own-node",
  "tiers-not-sure",
  "cluster-policies-not-sure",
  "admin-policies-not-sure",
]);
export const isAmbiguous = (effect: CniEffect): boolean => AMBIGUOUS.has(effect);
