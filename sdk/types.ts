/** The public shapes: what goes in (input, options, flows) and what comes out (decisions, caveats). */
import type { CniChoice, CniName, Enforced } from "./cni/types.ts";
import type { ObjectReference, Source } from "./errors.ts";

/** A file's content with its name, so that problems can name file:line:column. */
export interface FileInput {
  readonly file: string;
  readonly text: string | Uint8Array;
}

/**
 * YAML or JSON text (many documents, `List`s), one Kubernetes object, or an iterable of objects, texts and files.
 * Bytes are UTF-8.
 */
export type LoadInput = string | Uint8Array | object | Iterable<string | Uint8Array | object | FileInput>;

/** What manifests do not say of a cluster, and what is to be made of that. */
export interface LoadOptions {
  /** Namespace of objects that name none. Default: `"default"`. */
  readonly defaultNamespace?: string | undefined;
  /** CIDRs that pods get addresses from. Default: those of `Node.spec.podCIDRs`. */
  readonly podCIDRs?: readonly string[] | undefined;
  /** Labels of a namespace without a Namespace object: `"unknown"` (default) leaves them open, `"unlabelled"` says that there are none. */
  readonly undeclaredNamespaces?: "unknown" | "unlabelled" | undefined;
  /** Addresses behind domain names, for `ExternalName` Services and `domainNames` peers. */
  readonly domains?: Readonly<Record<string, readonly string[]>> | undefined;
  /**
   * Which CNI plugin enforces the policies: decisions then carry `enforced`. `"auto"` recognises it by its objects (DaemonSets,
   * ConfigMaps, CRDs, annotations of nodes).
   */
  readonly cni?: CniName | "auto" | CniChoice | undefined;
}

/** What `updateState` changes: `remove` comes first, then `upsert`. */
export interface Update {
  /** Objects to add, or to put in the place of those of the same kind, namespace and name. */
  readonly upsert?: LoadInput | undefined;
  /** A reference or the object itself, or an iterable of them; a missing namespace is the default one. */
  readonly remove?: ObjectReference | object | Iterable<ObjectReference | object> | undefined;
}

/** A pod that does not exist yet. */
export interface FuturePod {
  /** Where it will be. */
  readonly namespace: string;
  /** What selectors will see. */
  readonly labels: Readonly<Record<string, string>>;
  /** Container ports, for rules and flows that name one. */
  readonly ports?:
    | readonly {
        readonly name?: string | undefined;
        readonly containerPort: number;
        readonly protocol?: "TCP" | "UDP" | "SCTP" | undefined;
      }[]
    | undefined;
  /** Its addresses, where they are known. */
  readonly ips?: readonly string[] | undefined;
  /** The node that it will run on. */
  readonly node?: string | undefined;
}

/** `"namespace/pod"` or an IP literal, a pod's index (`state.podIndex`), or one of the object forms. */
export type FlowEnd =
  | string
  | number
  | { readonly pod: string }
  | { readonly ip: string }
  | { readonly workload: string }
  | { readonly service: string }
  | { readonly node: string }
  | FuturePod;

/** A transport protocol, or one without ports. */
export type Protocol = "TCP" | "UDP" | "SCTP" | "ICMP" | "ICMPv6";

/** A question: one connection, or a protocol without ports, from one end to another. */
export interface Flow {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  /** Destination port: a number, or a name resolved on the destination pod. For a Service its service port. TCP, UDP and SCTP need one. */
  readonly port?: number | string | undefined;
  /** Default: `"TCP"`. */
  readonly protocol?: Protocol | undefined;
  /** Address family. Default: the first of the source's addresses that the destination shares. */
  readonly family?: 4 | 6 | undefined;
}

/** What is said of a flow, or of one side of it. Whoever tests for `allow` is on the safe side. */
export type Verdict = "allow" | "deny" | "undetermined";

/** Why one side answers as it does. The list is closed; `docs/errors.md` says what each one means. */
export type Reason =
  | "not-isolated"
  | "rule"
  | "no-rule"
  | "not-a-subject"
  | "same-pod"
  | "own-node"
  | "admin-allow"
  | "admin-deny"
  | "baseline-allow"
  | "baseline-deny"
  | "mixed"
  | "unsettled";

/** What the policies of one end say. */
export interface Side {
  readonly verdict: Verdict;
  readonly reason: Reason;
}

/**
 * What a verdict or a state rests on beyond the letter of the API. The list is closed; `docs/errors.md` says when each one
 * comes and what it leaves open, `docs/semantics.md` gives its source.
 */
export type CaveatCode =
  // of a state
  | "no-policies"
  | "no-namespaces"
  | "undeclared-namespace"
  | "unmodelled-policy"
  | "policy-without-pods"
  | "duplicate-port-name"
  | "ambiguous-cidr"
  | "skipped-kinds"
  | "mixed-policy-apis"
  | "unknown-peer"
  | "invalid-selector"
  | "every-port"
  // of a decision
  | "address-unknown"
  | "namespace-undeclared"
  | "domain-unknown"
  | "family-differs"
  | "portless-protocol"
  | "same-pod"
  | "own-node-egress"
  | "node-unknown"
  | "host-network"
  | "ip-block-matches-pod"
  | "service-translation"
  | "source-translation"
  | "source-ranges"
  | "node-port"
  | "hairpin"
  | "many-receivers"
  | "equal-priority"
  | "egress-baseline";

/** Something that a verdict or a state rests on. */
export interface Caveat {
  readonly code: CaveatCode;
  /** In a sentence. */
  readonly message: string;
  /** What it is about. */
  readonly objects?: readonly ObjectReference[];
  readonly source?: Source;
}

/** One pair behind a flow whose ends stand for several pods: the ends as they were evaluated, and its own decision. */
export interface Member {
  /** `"namespace/pod"`, an address, or a description of a pod that does not exist yet. */
  readonly from: string;
  /** As `from`. */
  readonly to: string;
  /** The port on the destination, after Service translation; absent for protocols without ports. */
  readonly port?: number;
  /** Of the addresses that were used. */
  readonly family: 4 | 6;
  readonly verdict: Verdict;
  readonly egress: Side;
  readonly ingress: Side;
}

/** The answer to a flow: the verdict, what each end's policies say, and what it rests on. */
export interface Decision {
  readonly verdict: Verdict;
  /** What the source's policies say. */
  readonly egress: Side;
  /** What the destination's policies say. */
  readonly ingress: Side;
  /** What the verdict rests on beyond the letter of the API. */
  readonly caveats: readonly Caveat[];
  /** Present when an end stands for several pods or addresses. */
  readonly members?: readonly Member[];
  /** What the CNI plugin will do; with the option `cni`, but not from a snapshot, where `explain` says it. */
  readonly enforced?: Enforced;
}

/**
 * Flows as columns: `from` and `to` are pod indices (`state.podIndex`), or in place of either addresses: one column for each
 * end. All are of one length, an IPv6 column of 16 bytes a flow.
 */
export interface BatchColumns {
  readonly from?: Uint32Array | undefined;
  readonly to?: Uint32Array | undefined;
  /** Host order: 10.0.0.1 is 0x0a000001. */
  readonly fromIPv4?: Uint32Array | undefined;
  readonly toIPv4?: Uint32Array | undefined;
  /** Network order, 16 bytes a flow. */
  readonly fromIPv6?: Uint8Array | undefined;
  readonly toIPv6?: Uint8Array | undefined;
  /** Destination ports; not looked at for protocols without ports. */
  readonly port: Uint16Array;
  /** IANA protocol numbers: 6 TCP, 17 UDP, 132 SCTP; all others are protocols without ports. */
  readonly protocol: Uint8Array;
}

/**
 * Columns in the engine's own memory, zeroed: a batch over them copies nothing. There is one of each kind, of which a batch
 * takes those that it needs. They end when the memory grows.
 *
 * @example
 * const { from, toIPv4, port, protocol, out } = state.columns(1_000);
 * // … fill them …
 * evaluateBatch(state, { from, toIPv4, port, protocol }, out);
 */
export interface StateColumns {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly fromIPv4: Uint32Array;
  readonly toIPv4: Uint32Array;
  readonly fromIPv6: Uint8Array;
  readonly toIPv6: Uint8Array;
  readonly port: Uint16Array;
  readonly protocol: Uint8Array;
  readonly out: Uint8Array;
}

/** How much was loaded. */
export interface Counts {
  readonly namespaces: number;
  /** Live pods that were loaded, without those that stand for workloads. */
  readonly pods: number;
  readonly finishedPods: number;
  /** Pods that stand for workloads without loaded pods. */
  readonly workloadPods: number;
  readonly nodes: number;
  readonly services: number;
  readonly networkPolicies: number;
  readonly clusterNetworkPolicies: number;
  readonly adminNetworkPolicies: number;
  readonly baselineAdminNetworkPolicies: number;
  /** Endpoint classes that the core made. */
  readonly classes: number;
  /** Objects of kinds that no verdict depends on, by kind. */
  readonly skipped: Readonly<Record<string, number>>;
}
