/** What a plugin makes of a policy before it enforces it: the policy as it is meant there. Undefined: it is not enforced at all. */
import { containsPrefix, parsePrefix } from "../address.ts";
import type {
  IPBlock,
  LoadedObjects,
  NetworkPolicyObject,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
  Prefix,
} from "../read/objects.ts";
import type { CniEffect } from "./types.ts";

type Direction = "ingress" | "egress";
type Rewrite = (policy: NetworkPolicyObject, objects: LoadedObjects) => NetworkPolicyObject | undefined;
type RuleRewrite = (
  rule: NetworkPolicyRule,
  direction: Direction,
  policy: NetworkPolicyObject,
  objects: LoadedObjects,
) => NetworkPolicyRule | undefined;

/** Removes every `ipBlock`, and the rules that have no other peer. */
export const BLOCKLESS = "blockless";

/** Removes peers that have no `podSelector`, but those of every namespace. */
export const POD_SELECTORS_ONLY = "pod-selectors-only";

/** Peers of every namespace, without a `podSelector`, are every address. */
export const ANY_NAMESPACE_OPEN = "any-namespace-open";

/** Leaves out the policies of the ordered tiers. */
export const TIERLESS = "tierless";

export type Rewriting =
  | CniEffect
  | typeof BLOCKLESS
  | typeof POD_SELECTORS_ONLY
  | typeof ANY_NAMESPACE_OPEN
  | typeof TIERLESS;

/** Made when asked for: nothing is done at import. */
const rewrites = (): Readonly<Partial<Record<Rewriting, Rewrite>>> => ({
  "end-port-ignored": rules(({ peers, ports }) => ({
    peers,
    ports: ports.map(({ protocol, port }) => ({ protocol, ...(port !== undefined && { port }) })),
  })),
  "named-port-drops-policy": (policy) =>
    [...policy.ingress, ...policy.egress].some(({ ports }) => ports.some(isNamed)) ? undefined : policy,
  "named-port-opens-protocol": rules(({ peers, ports }) => ({ peers, ports: withoutNames(ports) })),
  "named-port-skips-blocks": rules((rule, direction) =>
    direction === "egress" && rule.ports.some(isNamed) ? withPeers(rule, (peer) => !("ipBlock" in peer)) : rule,
  ),
  "unresolved-names-open": rules(openUnresolved),
  "except-shared-by-rule": rules(({ peers, ports }) => {
    const excepts = peers.flatMap((peer) => ("ipBlock" in peer ? peer.ipBlock.except : []));
    return { peers: peers.flatMap(narrowed).map((peer) => masked(peer, excepts)), ports };
  }),
  "except-shared-by-namespace": rules((rule, direction, policy, objects) => {
    const excepts = exceptsIn(objects, policy.namespace, direction);
    if (excepts.length === 0) return rule;
    const peers = rule.peers.length === 0 ? everyone() : rule.peers;
    return { peers: peers.map((peer) => masked(peer, excepts)), ports: rule.ports };
  }),
  [BLOCKLESS]: rules((rule) => withPeers(rule, (peer) => !("ipBlock" in peer))),
  [POD_SELECTORS_ONLY]: rules((rule) =>
    withPeers(rule, (peer) => "ipBlock" in peer || peer.podSelector !== undefined || isAnyNamespace(peer)),
  ),
  [ANY_NAMESPACE_OPEN]: rules(({ peers, ports }) => ({
    peers: peers.flatMap((peer) => (isAnyNamespace(peer) ? everyone() : peer)),
    ports,
  })),
});

/** What a name stands for; undefined for effects that rewrite nothing. */
export function rewriteOf(name: Rewriting): Rewrite | undefined {
  return rewrites()[name];
}

/** Rewrites each rule by itself; a policy of which nothing changes stays the same object. */
function rules(rewrite: RuleRewrite): Rewrite {
  return (policy, objects) => {
    const of = (direction: Direction) =>
      policy[direction].flatMap((rule) => rewrite(rule, direction, policy, objects) ?? []);
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

const isAnyNamespace = (peer: NetworkPolicyPeer): boolean =>
  !("ipBlock" in peer) && peer.podSelector === undefined && peer.namespaceSelector?.length === 0;

const isNamed = ({ port }: NetworkPolicyPort): boolean => typeof port === "string";

/** Of a protocol's ports the named ones are left out, and where there are no others, every port is meant. */
function withoutNames(ports: readonly NetworkPolicyPort[]): readonly NetworkPolicyPort[] {
  return ports.flatMap((port) => {
    if (!isNamed(port)) return port;
    const { protocol } = port;
    return ports.some((other) => other.protocol === protocol && !isNamed(other)) ? [] : { protocol };
  });
}

/** Names that no pod has open every port of a rule with pod peers; without peers, egress goes to the policy's own pods' numbers. */
function openUnresolved(
  rule: NetworkPolicyRule,
  direction: Direction,
  policy: NetworkPolicyObject,
  { pods }: LoadedObjects,
): NetworkPolicyRule | undefined {
  const { peers, ports } = rule;
  if (ports.length === 0 || !ports.every(isNamed)) return rule;
  const numbers = ({ protocol, port }: NetworkPolicyPort, namespace?: string): number[] =>
    pods
      .filter((pod) => namespace === undefined || pod.namespace === namespace)
      .flatMap((pod) => pod.ports.filter((one) => one.name === port && one.protocol === protocol))
      .map(({ containerPort }) => containerPort);
  if (peers.length === 0 && direction === "egress") {
    const resolved = ports.flatMap((port) =>
      numbers(port, policy.namespace).map((number) => ({ protocol: port.protocol, port: number })),
    );
    return resolved.length === 0 ? undefined : { peers, ports: resolved };
  }
  const hasPods = peers.some((peer) => !("ipBlock" in peer));
  return hasPods && ports.every((port) => numbers(port).length === 0) ? { peers, ports: [] } : rule;
}

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

function exceptsIn({ networkPolicies }: LoadedObjects, namespace: string, direction: Direction): Prefix[] {
  return networkPolicies
    .filter((policy) => policy.namespace === namespace)
    .flatMap((policy) => policy[direction])
    .flatMap(({ peers }) => peers.flatMap((peer) => ("ipBlock" in peer ? peer.ipBlock.except : [])));
}

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new RangeError(`${text} is no prefix`);
  return parsed;
}
