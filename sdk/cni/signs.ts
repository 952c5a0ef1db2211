/** What each CNI plugin is known by, and whether an object is of it. */
import type { SeenDaemonSet } from "./evidence.ts";
import type { CniName } from "./types.ts";

/** What each plugin is known by. */
export interface Signs {
  readonly name: CniName;
  readonly daemonSets: readonly string[];
  /** Ends of repositories, whole parts; with `*` the last part may go on. */
  readonly images: readonly string[];
  /** With `*` the name goes on. */
  readonly configMaps: readonly string[];
  /** Groups, or CRDs by name. */
  readonly crds: readonly string[];
  /** Beginnings. */
  readonly annotations: readonly string[];
  /** Images whose tag is its version. */
  readonly versioned: readonly string[];
}

const signs = (
  name: CniName,
  daemonSets: readonly string[],
  images: readonly string[],
  configMaps: readonly string[] = [],
  crds: readonly string[] = [],
  annotations: readonly string[] = [],
  versioned: readonly string[] = images,
): Signs => ({ name, daemonSets, images, configMaps, crds, annotations, versioned });

/** Made when asked for. `docs/cni.md` shows it. */
export const allSigns = (): readonly Signs[] => [
  signs("canal", ["canal", "rke2-canal"], [], ["canal-config"], [], [], ["calico/node", "hardened-calico"]),
  signs(
    "flannel",
    ["kube-flannel-ds", "kube-flannel"],
    ["flannel/flannel", "flannel-io/flannel", "siderolabs/flannel", "hardened-flannel"],
    ["kube-flannel-cfg"],
    [],
    ["flannel.alpha.coreos.com/"],
  ),
  signs(
    "calico",
    ["calico-node"],
    ["calico/node", "mirrored-calico-node"],
    ["calico-config"],
    ["crd.projectcalico.org", "projectcalico.org", "operator.tigera.io"],
    ["projectcalico.org/IPv4"],
  ),
  signs(
    "cilium",
    ["cilium"],
    ["cilium/cilium", "mirrored-cilium-cilium"],
    ["cilium-config"],
    // Tetragon's are of that group too.
    ["ciliumnetworkpolicies.cilium.io", "ciliumendpoints.cilium.io"],
    ["network.cilium.io/", "io.cilium.network."],
  ),
  signs(
    "antrea",
    ["antrea-agent"],
    ["antrea/antrea-agent*"],
    ["antrea-config*"],
    ["crd.antrea.io"],
    ["node.antrea.io/"],
  ),
  signs("kube-router", ["kube-router"], ["cloudnativelabs/kube-router"], ["kube-router-cfg"], [], ["kube-router.io/"]),
  signs("weave", ["weave-net"], ["weaveworks/weave-kube", "weaveworks/weave-npc"], ["weave-net"]),
  signs("kube-network-policies", ["kube-network-policies"], ["networking/kube-network-policies"]),
  signs("kindnet", ["kindnet"], ["kindest/kindnetd", "networking/kindnet"]),
  signs(
    "ovn-kubernetes",
    ["ovnkube-node", "ovs-node"],
    ["ovn-kube*"],
    ["ovn-config"],
    ["k8s.ovn.org"],
    ["k8s.ovn.org/"],
  ),
  signs(
    "aws-vpc-cni",
    ["aws-node"],
    ["amazon-k8s-cni", "aws-network-policy-agent"],
    ["amazon-vpc-cni"],
    ["networking.k8s.aws"],
    [],
    ["amazon-k8s-cni"],
  ),
  signs("azure-npm", ["azure-npm"], ["containernetworking/azure-npm"], ["azure-npm-config"]),
  signs("gke-dpv2", ["anetd"], []),
];

/** By its name, or by an image of its containers: images may come from a mirror, and names differ by platform. */
export const isOf = (set: SeenDaemonSet, { name, daemonSets, images }: Signs): boolean =>
  (daemonSets.includes(set.name) && isOfCluster(set.namespace, name)) ||
  set.containers.some(({ image }) => images.some((one) => isImage(image, one)));

/** Whether a namespace is one for what the cluster runs on: anybody may call a DaemonSet `cilium`. */
export const isOfCluster = (namespace: string, name: CniName): boolean =>
  namespace === "" || isClustersOwn(namespace) || namespace.includes(name.split("-")[0] ?? name);

export const isClustersOwn = (namespace: string): boolean =>
  /^(?:kube-|openshift-|calico|tigera|canal|cni)/.test(namespace);

export function isImage(image: string, sign: string): boolean {
  const repository = `/${(image.split("@")[0] ?? "").replace(/:[^/]*$/, "")}`;
  if (!sign.endsWith("*")) return repository.endsWith(`/${sign}`);
  const place = repository.lastIndexOf(`/${sign.slice(0, -1)}`);
  return place >= 0 && !repository.slice(place + sign.length).includes("/");
}

/** Whether a name is one of a plugin's ConfigMaps; with `*` the sign goes on. */
export const isNamed = (name: string, sign: string): boolean =>
  sign.endsWith("*") ? name.startsWith(sign.slice(0, -1)) : name === sign;

/** The tag of the first of these images. */
export function tagOf(sets: readonly SeenDaemonSet[], images: readonly string[]): string | undefined {
  const found = sets
    .flatMap(({ containers }) => containers)
    .find(({ image }) => images.some((one) => isImage(image, one)));
  return found?.image.split("@")[0]?.split("/").at(-1)?.split(":")[1];
}
