/** What a plugin makes of a policy before it enforces it: the policy as it is meant there. Undefined: it is not enforced at all. */
import { containsPrefix, parsePrefix } from "../address.ts";
import type {
  IPBlock,
  LoadedObjects,
  NetworkPolicyObject,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
  PodObject,
  Prefix,
} from "../read/objects.ts";
import type { Matches } from "./matches.ts";
import type { CniEffect } from "./types.ts";

type Direction = "ingress" | "egress";
/** Without `matches`, selectors are taken to match every pod. */
type Rewrite = (
  policy: NetworkPolicyObject,
  objects: LoadedObjects,
  matches?: Matches,
) => NetworkPolicyObject | undefined;
type RuleRewrite = (
  rule: NetworkPolicyRule,
  direction: Direction,
  policy: NetworkPolicyObject,
  objects: LoadedObjects,
  matches?: Matches,
) => NetworkPolicyRule | readonly NetworkPolicyRule[] | undefined;

/** Removes every `ipBlock`, and the rules that have no other peer. */
export const BLOCKLESS = "blockless";

/** Removes what selects pods, and the rules that have no other peer. */
export const SELECTORLESS = "selectorless";

/** Leave out what plugins do not take on Windows: policies with SCTP, names of ports or `except`, or these alone. */
export const LINUX_POLICIES = "linux-policies";
export const LINUX_PARTS = "linux-parts";

/** Removes peers that select namespaces alone. */
export const POD_SELECTORS_ONLY = "pod-selectors-only";

/** Removes every peer but those that select namespaces alone. */
export const NAMESPACES_ONLY = "namespaces-only";

/** Leave out policies of the ordered tiers: all of them, ClusterNetworkPolicies, or their predecessors. */
export const TIERLESS = "tierless";
export const NO_CLUSTER_POLICIES = "no-cluster-policies";
export const NO_ADMIN_POLICIES = "no-admin-policies";

/** Closes rules of ClusterNetworkPolicies that the plugin cannot say. */
export const TIER_RULES_CLOSED = "tier-rules-closed";

/** Every `except` of these policies, `namespace/name` each, cuts the blocks of all. */
type ExceptsOf = `excepts-of ${string}`;
export const exceptsOf = (policies: readonly string[]): ExceptsOf => `excepts-of ${policies.join(" ")}`;

export type Rewriting =
  | CniEffect
  | typeof BLOCKLESS
  | typeof SELECTORLESS
  | typeof LINUX_POLICIES
  | typeof LINUX_PARTS
  | typeof POD_SELECTORS_ONLY
  | typeof NAMESPACES_ONLY
  | typeof TIERLESS
  | typeof NO_CLUSTER_POLICIES
  | typeof NO_ADMIN_POLICIES
  | typeof TIER_RULES_CLOSED
  | ExceptsOf;

/** Made when asked for: nothing is done at import. */
const rewrites = (): Readonly<Partial<Record<Rewriting, Rewrite>>> => ({
  "end-port-ignored": rules(({ peers, ports }) => ({
    peers,
    ports: ports.map(({ protocol, port }) => ({ protocol, ...(port !== undefined && { port }) })),
  })),
  "named-port-drops-policy": (policy) =>
    [...policy.ingress, ...policy.egress].some(({ ports }) => ports.some(isNamed)) ? undefined : policy,
  "named-port-opens-protocol": rules(({ peers, ports }) => ({ peers, ports: withoutNames(ports) })),
  "named-port-skips-blocks": rules(skipNamesOfBlocks),
  "named-port-unmatched": rules((rule) => withPorts(rule, (port) => !isNamed(port))),
  "named-port-collides": rules(dropColliding),
  "sctp-ports-unmatched": rules((rule) =>
    withPorts(rule, ({ protocol, port }) => protocol !== "SCTP" || port === undefined),
  ),
  "unresolved-names-open": rules(openUnresolved),
  "except-shared-by-rule": rules(({ peers, ports }) => {
    const excepts = peers.flatMap((peer) => ("ipBlock" in peer ? peer.ipBlock.except : []));
    return withMask({ peers: peers.flatMap(narrowed), ports }, excepts);
  }),
  "except-shared-by-namespace": rules((rule, direction, policy, objects) =>
    maskedBy(rule, exceptsIn(objects, policy.namespace, direction)),
  ),
  [BLOCKLESS]: rules((rule) => withPeers(rule, (peer) => !("ipBlock" in peer))),
  [SELECTORLESS]: rules((rule) => withPeers(rule, (peer) => "ipBlock" in peer)),
  [LINUX_POLICIES]: (policy) =>
    [...policy.ingress, ...policy.egress].some(
      ({ peers, ports }) => peers.some(hasExcept) || ports.some((port) => isNamed(port) || port.protocol === "SCTP"),
    )
      ? undefined
      : policy,
  [LINUX_PARTS]: rules((rule) => {
    const ported = withPorts(rule, (port) => !isNamed(port) && port.protocol !== "SCTP");
    return ported && withPeers(ported, (peer) => !hasExcept(peer));
  }),
  [POD_SELECTORS_ONLY]: rules((rule) => withPeers(rule, (peer) => "ipBlock" in peer || peer.podSelector !== undefined)),
  [NAMESPACES_ONLY]: rules((rule) => withPeers(rule, (peer) => !("ipBlock" in peer) && peer.podSelector === undefined)),
});

/** What a name stands for; undefined for effects that rewrite nothing. */
export function rewriteOf(name: Rewriting): Rewrite | undefined {
  if (!isExceptsOf(name)) return rewrites()[name];
  const policies = new Set(name.split(" ").slice(1));
  return rules((rule, direction, { namespace }, objects) =>
    maskedBy(
      rule,
      exceptsIn(objects, namespace, direction, (policy) => policies.has(`${namespace}/${policy}`)),
    ),
  );
}

const isExceptsOf = (name: Rewriting): name is ExceptsOf => name.startsWith("excepts-of ");

/** Rewrites each rule by itself; a policy of which nothing changes stays the same object. */
function rules(rewrite: RuleRewrite): Rewrite {
  return (policy, objects, matches) => {
    const of = (direction: Direction) =>
      policy[direction].flatMap((rule) => rewrite(rule, direction, policy, objects, matches) ?? []);
    return { ...policy, ingress: of("ingress"), egress: of("egress") };
  };
}

/** A rule without some of its peers; one that loses all of them must not become one for anyone. */
function withPeers(
  { peers, ports }: NetworkPolicyRule,
  keep: (peer: NetworkPolicyPeer) => boolean,
): NetworkPolicyRule | undefined {
  const kept = peers.filter(keep);
  return kept.length === 0 && peers.length > 0 ? undefined : { peers: kept, ports };
}

/** A rule without some of its ports; one that loses all of them must not become one for every port. */
function withPorts(
  { peers, ports }: NetworkPolicyRule,
  keep: (port: NetworkPolicyPort) => boolean,
): NetworkPolicyRule | undefined {
  const kept = ports.filter(keep);
  return kept.length === 0 && ports.length > 0 ? undefined : { peers, ports: kept };
}

const isNamed = ({ port }: NetworkPolicyPort): boolean => typeof port === "string";

const hasExcept = (peer: NetworkPolicyPeer): boolean => "ipBlock" in peer && peer.ipBlock.except.length > 0;

/** Of a protocol's ports the named ones are left out, and where there are no others, every port is meant. */
function withoutNames(ports: readonly NetworkPolicyPort[]): readonly NetworkPolicyPort[] {
  return ports.flatMap((port) => {
    if (!isNamed(port)) return port;
    const { protocol } = port;
    return ports.some((other) => other.protocol === protocol && !isNamed(other)) ? [] : { protocol };
  });
}

/** For blocks, a rule of egress has its numbers alone. */
function skipNamesOfBlocks(rule: NetworkPolicyRule, direction: Direction): NetworkPolicyRule | NetworkPolicyRule[] {
  const isBlock = (peer: NetworkPolicyPeer): boolean => "ipBlock" in peer;
  if (direction === "ingress" || !rule.ports.some(isNamed) || !rule.peers.some(isBlock)) return rule;
  const others = withPeers(rule, (peer) => !isBlock(peer));
  const blocks = withPorts({ ...rule, peers: rule.peers.filter(isBlock) }, (port) => !isNamed(port));
  return [others, blocks].filter((one) => one !== undefined);
}

/** The numbers that these pods give a port's name. */
const numbersOf = ({ protocol, port }: NetworkPolicyPort, pods: readonly PodObject[]): number[] =>
  pods
    .flatMap((pod) => pod.ports.filter((one) => one.name === port && one.protocol === protocol))
    .map(({ containerPort }) => containerPort);

/** Where traffic of a rule goes: the pods that the policy selects, or that the rule's peers match. */
function destinations(
  { peers }: NetworkPolicyRule,
  direction: Direction,
  { namespace, podSelector }: NetworkPolicyObject,
  { pods }: LoadedObjects,
  matches: Matches | undefined,
): readonly PodObject[] {
  const selecting = direction === "ingress" ? [{ podSelector }] : peers.filter((peer) => !("ipBlock" in peer));
  if (matches === undefined || selecting.length === 0) return pods;
  return [...new Set(selecting.flatMap((peer) => matches.pods(namespace, peer)))];
}

/** Names that none of the destinations has open every port of a rule with pod peers; without peers, egress goes to the policy's own pods' numbers. */
const openUnresolved: RuleRewrite = (rule, direction, policy, objects, matches) => {
  const { peers, ports } = rule;
  if (ports.length === 0 || !ports.every(isNamed)) return rule;
  if (peers.length === 0 && direction === "egress") {
    const own = objects.pods.filter(({ namespace }) => namespace === policy.namespace);
    const resolved = ports.flatMap((port) => numbersOf(port, own).map((number) => ({ ...port, port: number })));
    return resolved.length === 0 ? undefined : { peers, ports: resolved };
  }
  if (!peers.some((peer) => !("ipBlock" in peer))) return rule;
  const pods = destinations(rule, direction, policy, objects, matches);
  return ports.every((port) => numbersOf(port, pods).length === 0) ? { peers, ports: [] } : rule;
};

/** A name that stands for several numbers on the pods that egress goes to matches none of them. */
const dropColliding: RuleRewrite = (rule, direction, policy, objects, matches) => {
  if (direction === "ingress" || matches === undefined || !rule.ports.some(isNamed)) return rule;
  const pods = destinations(rule, direction, policy, objects, matches);
  return withPorts(rule, (port) => !isNamed(port) || new Set(numbersOf(port, pods)).size < 2);
};

/** Every address, as blocks. */
const everyone = (): readonly NetworkPolicyPeer[] =>
  ["0.0.0.0/0", "::/0"].map((cidr) => ({ ipBlock: { cidr: prefix(cidr), except: [] } }));

/** `::/0` becomes the two ranges that are in use. */
function narrowed(peer: NetworkPolicyPeer): NetworkPolicyPeer[] {
  if (!("ipBlock" in peer) || !containsPrefix(peer.ipBlock.cidr, prefix("::/0"))) return [peer];
  return ["2000::/3", "fd00::/8"].map((cidr) => ({ ipBlock: { cidr: prefix(cidr), except: peer.ipBlock.except } }));
}

/** The longest prefix wins, so an `except` cuts the blocks that hold it. */
function masked(peer: NetworkPolicyPeer, excepts: readonly Prefix[]): NetworkPolicyPeer {
  if (!("ipBlock" in peer)) return peer;
  const { cidr } = peer.ipBlock;
  const except = excepts.filter((one) => one.length > cidr.length && containsPrefix(cidr, one));
  const ipBlock: IPBlock = { cidr, except };
  return { ipBlock };
}

/** A rule whose blocks are cut; that of everyone is one of all addresses. */
function maskedBy({ peers, ports }: NetworkPolicyRule, excepts: readonly Prefix[]): NetworkPolicyRule | undefined {
  if (excepts.length === 0) return { peers, ports };
  return withMask({ peers: peers.length === 0 ? everyone() : peers, ports }, excepts);
}

/** A table holds one entry for an address range: a block that an `except` is equal to has none. */
function withMask(rule: NetworkPolicyRule, excepts: readonly Prefix[]): NetworkPolicyRule | undefined {
  const isCut = ({ cidr }: IPBlock): boolean =>
    excepts.some((one) => one.length === cidr.length && containsPrefix(cidr, one));
  const kept = withPeers(rule, (peer) => !("ipBlock" in peer && isCut(peer.ipBlock)));
  return kept && { peers: kept.peers.map((peer) => masked(peer, excepts)), ports: kept.ports };
}

function exceptsIn(
  { networkPolicies }: LoadedObjects,
  namespace: string,
  direction: Direction,
  isOne: (policy: string) => boolean = () => true,
): Prefix[] {
  return networkPolicies
    .filter((policy) => policy.namespace === namespace && isOne(policy.name))
    .flatMap((policy) => exceptsOfPolicy(policy, direction));
}

export function exceptsOfPolicy(policy: NetworkPolicyObject, direction: Direction): Prefix[] {
  return policy[direction].flatMap(({ peers }) =>
    peers.flatMap((peer) => ("ipBlock" in peer ? peer.ipBlock.except : [])),
  );
}

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new RangeError(`${text} is no prefix`);
  return parsed;
}
