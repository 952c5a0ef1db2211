/** Which kinds are read, which policies are only named, and which objects no verdict depends on. */
import { editDistance } from "./nearest.ts";
import type { TierPolicyKind, WorkloadKind } from "./objects.ts";

export type ModelledKind =
  | "Namespace"
  | "Pod"
  | "Node"
  | "Service"
  | "EndpointSlice"
  | "Endpoints"
  | "NetworkPolicy"
  | TierPolicyKind
  | WorkloadKind;

export const TIER_KINDS: readonly TierPolicyKind[] = [
  "ClusterNetworkPolicy",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
];

/** Kinds that are read and have no namespace. */
export const CLUSTER_KINDS: ReadonlySet<string> = new Set(["Namespace", "Node", ...TIER_KINDS]);

/** What is to be done with an object. */
export type Classification =
  | { readonly do: "read"; readonly kind: ModelledKind }
  | { readonly do: "name"; readonly clusterScoped: boolean }
  | { readonly do: "skip" }
  | { readonly do: "refuse"; readonly key: "apiVersion" | "kind"; readonly message: string };

/** Groups and versions of each kind. Old versions of workloads have the same pod template in the same place. */
const MODELLED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Namespace: { "": ["v1"] },
  Pod: { "": ["v1"] },
  Node: { "": ["v1"] },
  Service: { "": ["v1"] },
  Endpoints: { "": ["v1"] },
  ReplicationController: { "": ["v1"] },
  EndpointSlice: { "discovery.k8s.io": ["v1", "v1beta1"] },
  NetworkPolicy: { "networking.k8s.io": ["v1"], extensions: [], "": [] },
  ClusterNetworkPolicy: { "policy.networking.k8s.io": ["v1beta1", "v1alpha2"] },
  AdminNetworkPolicy: { "policy.networking.k8s.io": ["v1alpha1"] },
  BaselineAdminNetworkPolicy: { "policy.networking.k8s.io": ["v1alpha1"] },
  Deployment: { apps: ["v1", "v1beta1", "v1beta2"], extensions: ["v1beta1"] },
  ReplicaSet: { apps: ["v1", "v1beta2"], extensions: ["v1beta1"] },
  StatefulSet: { apps: ["v1", "v1beta1", "v1beta2"] },
  DaemonSet: { apps: ["v1", "v1beta2"], extensions: ["v1beta1"] },
  Job: { batch: ["v1"] },
  CronJob: { batch: ["v1", "v1beta1", "v2alpha1"] },
};

/** Kinds by group that decide about traffic but are not modelled. `*` is every kind of the group. */
const UNMODELLED: Readonly<Record<string, readonly string[]>> = {
  "policy.networking.k8s.io": ["*"],
  "projectcalico.org": ["NetworkPolicy", "GlobalNetworkPolicy"],
  "crd.projectcalico.org": ["NetworkPolicy", "GlobalNetworkPolicy"],
  "cilium.io": ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"],
  "crd.antrea.io": ["NetworkPolicy", "ClusterNetworkPolicy"],
  "k8s.ovn.org": ["EgressFirewall", "UserDefinedNetwork", "ClusterUserDefinedNetwork"],
  "network.openshift.io": ["EgressNetworkPolicy"],
  "k8s.cni.cncf.io": ["MultiNetworkPolicy"],
  "security.istio.io": ["AuthorizationPolicy", "PeerAuthentication"],
  "policy.linkerd.io": ["AuthorizationPolicy", "ServerAuthorization", "Server"],
  "kuma.io": ["MeshTrafficPermission", "TrafficPermission"],
  "consul.hashicorp.com": ["ServiceIntentions"],
  "kubeovn.io": ["SecurityGroup"],
  "crd.nsx.vmware.com": ["SecurityPolicy"],
  "networking.k8s.aws": ["PolicyEndpoint", "ClusterPolicyEndpoint"],
  "vpcresources.k8s.aws": ["SecurityGroupPolicy"],
};

/** What NetworkPolicy's own group has, or had, beside it. Anything else could be a policy that is missing from every verdict. */
const OTHERS_OF_NETWORKING: readonly string[] = ["Ingress", "IngressClass", "IPAddress", "ServiceCIDR", "ClusterCIDR"];

/** `v1`, or a group and a version. */
const API_VERSION = /^(?:[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[a-z0-9]([-a-z0-9]*[a-z0-9])?$/i;

const CLUSTER_SCOPED = /^(?:Admin|BaselineAdmin|Cluster|Global|CiliumClusterwide|TrafficPermission$)/;

/** The API group of an `apiVersion`; "" is the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(apiVersion.indexOf("/"), 0));
}

/** Decides by `apiVersion` and `kind`. */
export function classify(apiVersion: string, kind: string): Classification {
  if (!API_VERSION.test(apiVersion)) {
    const message = `\`${apiVersion}\` is no API version: \`v1\`, or a group and a version as in \`networking.k8s.io/v1\``;
    return { do: "refuse", key: "apiVersion", message };
  }
  const group = groupOf(apiVersion);
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  const groups = Object.hasOwn(MODELLED, kind) ? MODELLED[kind] : undefined;
  const versions = groups !== undefined && Object.hasOwn(groups, group) ? groups[group] : undefined;
  if (versions !== undefined) {
    if (versions.includes(version)) return { do: "read", kind: kind as ModelledKind };
    return refuse(apiVersion, kind);
  }
  // A group that can only be a mistake: the object would be missing from every verdict.
  if (groups !== undefined && (isKubernetesOwn(group) || isNear(group, groups))) return refuse(apiVersion, kind);
  // A misspelt group or kind would drop a policy without a word.
  if (kind === "NetworkPolicy" && !Object.hasOwn(UNMODELLED, group) && editDistance(group, "networking.k8s.io", 3) <= 3)
    return refuse(apiVersion, kind);
  if (group === "networking.k8s.io" && editDistance(kind.toLowerCase(), "networkpolicy", 3) <= 3) {
    return refuseKind(apiVersion, kind, "NetworkPolicy");
  }
  if (group === "networking.k8s.io" && !OTHERS_OF_NETWORKING.includes(kind)) {
    const known = ["NetworkPolicy", ...OTHERS_OF_NETWORKING].join(", ");
    return { do: "refuse", key: "kind", message: `\`${kind}\` is not a kind of ${apiVersion}: there are ${known}` };
  }
  const meant = misspelt(group, kind);
  if (meant !== undefined) return refuseKind(apiVersion, kind, meant);
  // Staged policies of Calico never enforce.
  if (kind.startsWith("Staged")) return { do: "skip" };
  const kinds = Object.hasOwn(UNMODELLED, group) ? UNMODELLED[group] : undefined;
  const near = kinds?.find((one) => one !== kind && editDistance(one.toLowerCase(), kind.toLowerCase(), 2) <= 2);
  if (near !== undefined && !kinds?.includes(kind)) return refuseKind(apiVersion, kind, near);
  // Whatever calls itself a network policy is one, in any other group too.
  if (kinds?.includes("*") || kinds?.includes(kind) || kind.endsWith("NetworkPolicy")) {
    return { do: "name", clusterScoped: CLUSTER_SCOPED.test(kind) };
  }
  return { do: "skip" };
}

/**
 * The kind of a group that is probably meant by one that the group does not have: a `pod` that was only counted would be
 * missing from every verdict. No other kind of these groups is so near to one that is read.
 */
function misspelt(group: string, kind: string): string | undefined {
  const lower = kind.toLowerCase();
  const limit = kind.length > 5 ? 2 : 1;
  return Object.keys(MODELLED).find(
    (known) => Object.hasOwn(MODELLED[known]!, group) && editDistance(lower, known.toLowerCase(), limit) <= limit,
  );
}

/** Groups of custom kinds have a dot, and are not of Kubernetes' own domain. */
const isKubernetesOwn = (group: string): boolean => !group.includes(".") || group.endsWith(".k8s.io");

const isNear = (group: string, groups: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(groups).some((one) => one !== "" && editDistance(one, group, 2) <= 2);

function refuseKind(apiVersion: string, kind: string, meant: string): Classification {
  const message = `\`${kind}\` is not a kind of ${apiVersion}; did you mean \`${meant}\`?`;
  return { do: "refuse", key: "kind", message };
}

function refuse(apiVersion: string, kind: string): Classification {
  const accepted = Object.entries(MODELLED[kind] ?? {})
    .flatMap(([group, versions]) => versions.map((version) => (group === "" ? version : `${group}/${version}`)))
    .map((name) => `\`${name}\``);
  const message = `\`${apiVersion}\` is not read for ${kind}: use ${accepted.join(" or ")}`;
  return { do: "refuse", key: "apiVersion", message };
}
