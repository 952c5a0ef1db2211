/**
 * Kubernetes objects as `kubectl get -o json` prints them, with only the fields that a verdict can depend on.
 *
 * A list may be absent, null or empty; the three mean the same everywhere but in the two selectors of a peer
 * (semantics 1.1).
 */
export type Maybe<T> = T | null | undefined;

export type Labels = Readonly<Record<string, string>>;

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly controller?: Maybe<boolean>;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Maybe<Labels>;
  readonly ownerReferences?: Maybe<readonly OwnerReference[]>;
  readonly deletionTimestamp?: Maybe<string>;
}

export interface PlainObject {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

export interface LabelSelector {
  readonly matchLabels?: Maybe<Labels>;
  readonly matchExpressions?: Maybe<
    readonly { readonly key: string; readonly operator: string; readonly values?: Maybe<readonly string[]> }[]
  >;
}

export interface IPBlock {
  readonly cidr: string;
  readonly except?: Maybe<readonly string[]>;
}

export interface PolicyPeer {
  readonly podSelector?: Maybe<LabelSelector>;
  readonly namespaceSelector?: Maybe<LabelSelector>;
  readonly ipBlock?: Maybe<IPBlock>;
}

export interface PolicyPort {
  readonly protocol?: Maybe<string>;
  readonly port?: Maybe<number | string>;
  readonly endPort?: Maybe<number>;
}

export interface PolicyRule {
  readonly from?: Maybe<readonly PolicyPeer[]>;
  readonly to?: Maybe<readonly PolicyPeer[]>;
  readonly ports?: Maybe<readonly PolicyPort[]>;
}

export interface NetworkPolicy extends PlainObject {
  readonly spec?: Maybe<{
    readonly podSelector?: Maybe<LabelSelector>;
    readonly policyTypes?: Maybe<readonly string[]>;
    readonly ingress?: Maybe<readonly PolicyRule[]>;
    readonly egress?: Maybe<readonly PolicyRule[]>;
  }>;
}

/** Subjects, and peers of ordered tiers: pods by their namespace, or by their namespace and their own labels. */
export interface PodsPeer {
  readonly namespaces?: Maybe<LabelSelector>;
  readonly pods?: Maybe<{
    readonly namespaceSelector?: Maybe<LabelSelector>;
    readonly podSelector?: Maybe<LabelSelector>;
  }>;
}

/** A key that isn't among these is one that this version of the API does not have. */
export interface TierPeer extends PodsPeer {
  readonly nodes?: Maybe<LabelSelector>;
  readonly networks?: Maybe<readonly string[]>;
  readonly domainNames?: Maybe<readonly string[]>;
}

/** A port of CNP: one of a transport with a port of its own, and a name. */
export interface TierProtocol {
  readonly tcp?: Maybe<TransportPorts>;
  readonly udp?: Maybe<TransportPorts>;
  readonly sctp?: Maybe<TransportPorts>;
  readonly destinationNamedPort?: Maybe<string>;
}

export interface TransportPorts {
  readonly destinationPort?: Maybe<{
    readonly number?: Maybe<number>;
    readonly range?: Maybe<{ readonly start: number; readonly end: number }>;
  }>;
}

/** A port of ANP and BANP. */
export interface AdminPort {
  readonly portNumber?: Maybe<{ readonly protocol?: Maybe<string>; readonly port: number }>;
  readonly portRange?: Maybe<{ readonly protocol?: Maybe<string>; readonly start: number; readonly end: number }>;
  readonly namedPort?: Maybe<string>;
}

export interface TierRule {
  readonly name?: string;
  readonly action: string;
  readonly from?: Maybe<readonly TierPeer[]>;
  readonly to?: Maybe<readonly TierPeer[]>;
  readonly protocols?: Maybe<readonly TierProtocol[]>;
  readonly ports?: Maybe<readonly AdminPort[]>;
}

/** ClusterNetworkPolicy, AdminNetworkPolicy and BaselineAdminNetworkPolicy. */
export interface TierPolicy extends PlainObject {
  readonly spec: {
    readonly tier?: string;
    readonly priority?: number;
    readonly subject: PodsPeer;
    readonly ingress?: Maybe<readonly TierRule[]>;
    readonly egress?: Maybe<readonly TierRule[]>;
  };
}

export interface Container {
  readonly restartPolicy?: Maybe<string>;
  readonly ports?: Maybe<
    readonly {
      readonly name?: Maybe<string>;
      readonly containerPort: number;
      readonly protocol?: Maybe<string>;
      readonly hostPort?: Maybe<number>;
    }[]
  >;
}

export interface PodSpec {
  readonly nodeName?: Maybe<string>;
  readonly hostNetwork?: Maybe<boolean>;
  readonly containers?: Maybe<readonly Container[]>;
  readonly initContainers?: Maybe<readonly Container[]>;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
}

export interface Pod extends PlainObject {
  readonly spec?: Maybe<PodSpec>;
  readonly status?: Maybe<{
    readonly phase?: Maybe<string>;
    readonly podIP?: Maybe<string>;
    readonly podIPs?: Maybe<readonly { readonly ip: string }[]>;
    readonly hostIP?: Maybe<string>;
    readonly hostIPs?: Maybe<readonly { readonly ip: string }[]>;
    readonly conditions?: Maybe<readonly Condition[]>;
  }>;
}

export interface Node extends PlainObject {
  readonly spec?: Maybe<{ readonly podCIDR?: Maybe<string>; readonly podCIDRs?: Maybe<readonly string[]> }>;
  readonly status?: Maybe<{
    readonly addresses?: Maybe<readonly { readonly type: string; readonly address: string }[]>;
  }>;
}

export interface ServicePort {
  readonly name?: Maybe<string>;
  readonly port: number;
  readonly protocol?: Maybe<string>;
  readonly targetPort?: Maybe<number | string>;
  readonly nodePort?: Maybe<number>;
}

export interface Service extends PlainObject {
  readonly spec?: Maybe<{
    readonly type?: Maybe<string>;
    readonly clusterIP?: Maybe<string>;
    readonly clusterIPs?: Maybe<readonly string[]>;
    readonly externalIPs?: Maybe<readonly string[]>;
    readonly ipFamilies?: Maybe<readonly string[]>;
    readonly ipFamilyPolicy?: Maybe<string>;
    readonly externalName?: Maybe<string>;
    readonly publishNotReadyAddresses?: Maybe<boolean>;
    readonly internalTrafficPolicy?: Maybe<string>;
    readonly externalTrafficPolicy?: Maybe<string>;
    readonly selector?: Maybe<Labels>;
    readonly ports?: Maybe<readonly ServicePort[]>;
  }>;
  readonly status?: Maybe<{
    readonly loadBalancer?: Maybe<{ readonly ingress?: Maybe<readonly { readonly ip?: Maybe<string> }[]> }>;
  }>;
}

export interface EndpointSlice extends PlainObject {
  readonly addressType: string;
  readonly endpoints?: Maybe<
    readonly {
      readonly addresses: readonly string[];
      readonly conditions?: Maybe<{
        readonly ready?: Maybe<boolean>;
        readonly serving?: Maybe<boolean>;
        readonly terminating?: Maybe<boolean>;
      }>;
      readonly targetRef?: Maybe<{ readonly kind?: string; readonly namespace?: string; readonly name?: string }>;
      readonly nodeName?: Maybe<string>;
    }[]
  >;
  readonly ports?: Maybe<
    readonly { readonly name?: Maybe<string>; readonly protocol?: Maybe<string>; readonly port?: Maybe<number> }[]
  >;
}

export interface EndpointAddress {
  readonly ip: string;
  readonly nodeName?: Maybe<string>;
  readonly targetRef?: Maybe<{ readonly kind?: string; readonly namespace?: string; readonly name?: string }>;
}

export interface Endpoints extends PlainObject {
  readonly subsets?: Maybe<
    readonly {
      readonly addresses?: Maybe<readonly EndpointAddress[]>;
      readonly notReadyAddresses?: Maybe<readonly EndpointAddress[]>;
      readonly ports?: EndpointSlice["ports"];
    }[]
  >;
}

export interface PodTemplate {
  readonly metadata?: Maybe<{ readonly labels?: Maybe<Labels> }>;
  readonly spec?: Maybe<PodSpec>;
}

export interface Workload extends PlainObject {
  readonly spec?: Maybe<{
    readonly replicas?: Maybe<number>;
    readonly ordinals?: Maybe<{ readonly start?: Maybe<number> }>;
    readonly completionMode?: Maybe<string>;
    readonly template?: Maybe<PodTemplate>;
    readonly jobTemplate?: Maybe<{
      readonly spec?: Maybe<{ readonly completionMode?: Maybe<string>; readonly template?: Maybe<PodTemplate> }>;
    }>;
  }>;
  readonly status?: Maybe<{ readonly conditions?: Maybe<readonly Condition[]> }>;
}
