/**
 * What each effect does to one side of a pair of ends: have its policies rewritten, look at other pods, or settle its
 * verdict outright. The verdict itself always comes from the core, over the policies as the plugin means them.
 */
import type { Candidate } from "../flow/candidate.ts";
import type { Pair } from "../flow/caveats.ts";
import type { FlowSpec } from "../flow/parse-flow.ts";
import type { Side, Verdict } from "../types.ts";
import { ANY_NAMESPACE_OPEN, BLOCKLESS, POD_SELECTORS_ONLY, type Rewriting, rewriteOf, TIERLESS } from "./rewrite.ts";
import type { CniEffect, CniTopic } from "./types.ts";

/** Other pods than those that were loaded: host-network pods as if they had a network of their own, or pods on no node. */
export type World = "host-pods" | "off-node";

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
}

export interface Modifier {
  rewrites?(context: SideContext): readonly Rewriting[];
  world?(context: SideContext): World | undefined;
  /** `side` is what the rewritten policies say. */
  settle?(context: SideContext, side: Side, isolated: boolean): Verdict | undefined;
}

const NODE_PORTS = { first: 30000, last: 32767 };

const isPortless = ({ spec }: SideContext): boolean => spec.protocol === "ICMP" || spec.protocol === "ICMPv6";
const isOnHost = ({ pod }: Candidate): boolean => pod?.hostNetwork === true;
const isToOwnNode = ({ direction, subject, peer }: SideContext): boolean =>
  direction === "egress" && peer.node !== undefined && subject.pod?.nodeName === peer.node;

/** Whether a pod reaches itself through a Service. */
export const isHairpin = ({ from, to }: Pair): boolean =>
  to.service !== undefined && from.pod !== undefined && from.pod === to.pod && from.representative !== true;

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
const hostPods = (rewritings: readonly Rewriting[]): Modifier => ({
  world: ({ subject, peer }) => (isOnHost(peer) && !isOnHost(subject) ? "host-pods" : undefined),
  rewrites: ({ subject, peer }) => (isOnHost(peer) && !isOnHost(subject) ? rewritings : []),
});
const blocklessIf = (holds: (context: SideContext) => boolean): Modifier => ({
  rewrites: (context) => (holds(context) ? [BLOCKLESS] : []),
});

/** Made when asked for: nothing is done at import. */
const modifiers = (): Readonly<Partial<Record<CniEffect, Modifier>>> => ({
  "not-enforced": allowIf(() => true),
  "switch-off": allowIf(() => true),
  "owned-pods-only": allowIf(({ subject, isOwned }) => subject.pod !== undefined && !isOwned(subject)),
  "sctp-off": denyIf(({ spec }, side, isolated) => spec.protocol === "SCTP" && isolated && side.verdict === "allow"),
  "ipv4-only": allowIf(({ pair }, _, isolated) => pair.flow.family === 6 && isolated),
  "block-outside-only": blocklessIf(({ peer }) => peer.pod !== undefined || peer.node !== undefined),
  "block-not-on-pods": blocklessIf(({ peer }) => peer.pod !== undefined && !isOnHost(peer)),
  "echo-open": allowIf((context) => isPortless(context)),
  "icmp-closed": denyIf((context, _, isolated) => isPortless(context) && isolated),
  "host-peer-matched": hostPods([]),
  "host-peer-by-pod-selector": {
    ...hostPods([POD_SELECTORS_ONLY]),
    // A selector of every namespace has the one of all nodes too.
    rewrites: ({ subject, peer }) => {
      if (isOnHost(subject) || peer.node === undefined) return [];
      return isOnHost(peer) ? [POD_SELECTORS_ONLY] : [ANY_NAMESPACE_OPEN];
    },
  },
  "host-target-selected": {
    world: ({ subject, peer }) => (isOnHost(subject) && !isOnHost(peer) ? "host-pods" : undefined),
  },
  "own-node-root-only": offNode,
  "own-node-closed": offNode,
  "own-node-open": allowIf(isToOwnNode),
  "own-node-dropped": denyIf(isToOwnNode),
  "remote-node-open": allowIf(
    ({ direction, subject, peer }) =>
      direction === "ingress" && peer.node !== undefined && subject.pod !== undefined && !isOnHost(subject),
  ),
  // A pod's own node gets in all the same: probes have to.
  "unselected-closed": denyIf(
    ({ subject, peer, isSelected }, { reason }) =>
      reason === "not-isolated" &&
      subject.pod !== undefined &&
      !isOnHost(subject) &&
      (peer.node === undefined || peer.node !== subject.pod.nodeName) &&
      !isSelected(),
  ),
  "own-node-ports-open": allowIf(
    (context) =>
      isToOwnNode(context) &&
      !isPortless(context) &&
      context.pair.flow.port >= NODE_PORTS.first &&
      context.pair.flow.port <= NODE_PORTS.last,
  ),
  "hairpin-open": allowIf(({ pair }) => isHairpin(pair)),
  "hairpin-ingress-open": allowIf(({ direction, pair }) => direction === "ingress" && isHairpin(pair)),
  "tiers-not-sure": { rewrites: () => [TIERLESS] },
  "service-port-must-match": {
    rewrites: ({ direction, pair }) => (direction === "egress" && pair.to.translated === true ? [BLOCKLESS] : []),
    settle: ({ direction, pair, spec }, side) =>
      direction === "egress" &&
      pair.to.translated === true &&
      side.reason === "rule" &&
      servicePort(pair, spec) !== pair.flow.port
        ? "deny"
        : undefined,
  },
});

/** What an effect does; nothing where the plugin does as the specification says. */
export function modifierOf(effect: CniEffect): Modifier {
  return modifiers()[effect] ?? (rewriteOf(effect) === undefined ? {} : { rewrites: () => [effect] });
}

/** Effects whose outcome nobody has written down, however sure the fact is. */
const AMBIGUOUS: ReadonlySet<CniEffect> = new Set(["switch-off", "sctp-off", "ipv4-only", "tiers-not-sure"]);
export const isAmbiguous = (effect: CniEffect): boolean => AMBIGUOUS.has(effect);

/** What could be, where nothing is known of a topic. */
const POSSIBLE: Readonly<Partial<Record<CniTopic, readonly CniEffect[]>>> = {
  "end-port": ["end-port-ignored"],
  sctp: ["sctp-off"],
  "named-ports": ["named-port-drops-policy", "named-port-opens-protocol"],
  "ip-families": ["ipv4-only"],
  "ip-block": ["block-outside-only"],
  icmp: ["echo-open", "icmp-closed"],
  "host-network-target": ["host-target-selected"],
  "host-network-peer": ["host-peer-matched"],
  "node-to-local-pod": ["own-node-closed"],
  "node-to-remote-pod": ["remote-node-open"],
  "pod-to-own-node": ["own-node-open"],
  "pod-to-itself": ["hairpin-open"],
};

/** The effects that a fact has, or may have. */
export function possibleEffects(topic: CniTopic, effect: CniEffect): readonly CniEffect[] {
  if (effect === "unknown") return POSSIBLE[topic] ?? [];
  return effect === "as-specified" || effect === "none" ? [] : [effect];
}

function servicePort({ to }: Pair, { port }: FlowSpec): number | undefined {
  return typeof port === "number" ? port : to.service?.ports.find(({ name }) => name === port)?.port;
}
