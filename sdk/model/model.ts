/**
 * The model: one shape for every policy kind, and the endpoints that policies speak of. The last stop before bytes.
 *
 *   Policy = tier, subject, rules per direction      Rule = action, peers, ports
 *   Peer   = pods by namespace and labels | ipBlock | nodes by label | unknown  (no peers: anyone)
 *   Port   = protocol × [first, last] | protocol × name, resolved on the destination  (no ports: any of any protocol)
 */
import type { Path } from "../errors.ts";
import type { ContainerPort, IPBlock, Labels, Origin, Prefix, Selector, TransportProtocol } from "../read/objects.ts";
import type { PortFields } from "./spelling.ts";

/** Index of a namespace in `Model.namespaces`, or of a node in `Model.nodes`. */
export type Index = number;

export interface ModelNamespace {
  readonly name: string;
  /** With `kubernetes.io/metadata.name`, as the API server sets it. */
  readonly labels: Labels;
  /** There is a Namespace object. */
  readonly declared: boolean;
  /** Labels other than those listed are not known. */
  readonly open: boolean;
}

export interface ModelNode {
  readonly name: string;
  readonly labels: Labels;
  /** There is a Node object; other nodes are known by the pods that run on them. */
  readonly declared: boolean;
  /** Canonical text, InternalIP first. */
  readonly addresses: readonly string[];
}

/** An address of one family: none, known (canonical text), or one of an address set (index in `Model.addressSets`). */
export type ModelAddress = undefined | string | { readonly set: Index };

/** What the core classes: a pod, a node's address (a host-network pod is one too), or an external address that is not known. */
export interface ModelEndpoint {
  readonly kind: "pod" | "node" | "external";
  /** Of pods only. */
  readonly namespace?: Index | undefined;
  readonly labels: Labels;
  /** Those that have a name count: rules name them. */
  readonly ports: readonly ContainerPort[];
  readonly node?: Index | undefined;
  readonly address4: ModelAddress;
  readonly address6: ModelAddress;
  /** The address leads here. False for a host-network pod, whose address leads to its node. */
  readonly ownsAddress: boolean;
  /** It was loaded under a name: callers may name it by its index. */
  readonly named?: boolean;
  /** The first of its addresses is an IPv6 one: batches take that family where both ends have it. */
  readonly prefersIPv6?: boolean;
}

/** The tiers, in the order in which they decide: those of ClusterNetworkPolicy, of AdminNetworkPolicy and of its baseline. */
export type Tier = "admin" | "admin-v1alpha1" | "additive" | "baseline" | "baseline-v1alpha1";
export type Action = "allow" | "deny" | "pass";
export type Direction = "ingress" | "egress";

export type ModelPeer = WhomPeer & Written & Within;

/** What a policy writes as one entry may become several. */
interface Written {
  /** The entry's place in its list, where it is not this one's own. */
  readonly written?: number;
}

/** Of peers of cluster-wide policies. */
interface Within {
  /** The path in the entry of what this one is made of: `["networks", 2]`. */
  readonly within?: Path;
}

type WhomPeer =
  | { readonly kind: "pods"; readonly namespace: Index | Selector; readonly podSelector: Selector }
  | { readonly kind: "block"; readonly block: IPBlock }
  /** Addresses of the nodes with these labels; nobody's, where that is how an entry that matches nothing is told. */
  | { readonly kind: "nodes"; readonly nodeSelector: Selector; readonly nobody?: true }
  /** Somebody, but it is not known who: a domain name without data. */
  | { readonly kind: "unknown" };

export type ModelRulePort = Written & {
  /** Where the entry has its protocol and its port; `protocol` and `port` where it is undefined. */
  readonly fields?: PortFields;
} & (
    | { readonly protocol: TransportProtocol; readonly first: number; readonly last: number }
    | { readonly protocol: TransportProtocol; readonly name: string }
  );

export interface ModelRule {
  readonly direction: Direction;
  /** Its place among the policy's rules of that direction. */
  readonly place: number;
  readonly action: Action;
  readonly peers: readonly ModelPeer[];
  readonly ports: readonly ModelRulePort[];
}

export interface ModelPolicy {
  readonly tier: Tier;
  /** In an ordered tier: lower decides first; what policies of one priority make of a flow differently is not settled. */
  readonly priority?: number;
  readonly name: string;
  /** Subjects are pods of this namespace (or of the namespaces that it selects) with these labels. */
  readonly namespace: Index | Selector;
  readonly podSelector: Selector;
  readonly directions: readonly Direction[];
  readonly rules: readonly ModelRule[];
  readonly origin: Origin;
}

export interface Model {
  readonly namespaces: readonly ModelNamespace[];
  readonly nodes: readonly ModelNode[];
  readonly policies: readonly ModelPolicy[];
  readonly addressSets: readonly (readonly Prefix[])[];
  readonly endpoints: readonly ModelEndpoint[];
}
