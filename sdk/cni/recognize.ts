/**
 * Recognises CNI plugins. DaemonSets say what runs; where there are none, ConfigMaps and CRDs; else the nodes' annotations.
 * A policy engine on top of a network comes before the network itself, and several engines may be there at once.
 */

import type { Raw } from "../read/fields.ts";
import type { Evidence, SeenDaemonSet } from "./evidence.ts";
import type { CniChoice, CniName } from "./types.ts";
import { isBefore, versionNumbers } from "./version.ts";

/** What each plugin is known by. */
interface Signs {
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

/** The plugins, as they are set up; none where nothing tells. */
export function recognize(evidence: Evidence): readonly CniChoice[] {
  const found = allSigns().filter((one) => evidence.daemonSets.some((set) => isOf(set, one)));
  const levels = [
    found,
    allSigns().filter(
      ({ name, configMaps, crds }) =>
        configMaps.some((sign) => configMapOf(evidence, name, sign) !== undefined) ||
        crds.some((one) => evidence.crds.some((crd) => crd === one || crd.endsWith(`.${one}`))),
    ),
    allSigns().filter(({ annotations }) => hasStart([...evidence.annotations.keys()], annotations)),
  ];
  const level = levels.find((one) => one.length > 0) ?? [];
  const choices = level.map((one) => choiceOf(one, evidence));
  const nodeArgs = evidence.annotations.get("k3s.io/node-args");
  if (nodeArgs !== undefined) {
    // An argument of servers; agents go by it.
    const isOff = nodeArgs.some((args) => switchIn(wordsOf(args), "disable-network-policy") === "true");
    // Without its own network it runs another one, which this does not tell of.
    const isBare =
      isOff &&
      choices.length === 0 &&
      nodeArgs.some((args) => switchIn(wordsOf(args), "flannel-backend", true) === "none");
    if (!isBare) choices.push({ name: "k3s", ...(isOff && { settings: { "disable-network-policy": true } }) });
  }
  return enginesOf(choices);
}

/** What plugins are made of, whose images they run. */
const PARTS: Readonly<Partial<Record<CniName, readonly CniName[]>>> = {
  canal: ["calico", "flannel"],
  k3s: ["flannel"],
  "flannel-netpol": ["kube-network-policies"],
  "gke-dpv2": ["cilium"],
};

/** Networks that enforce nothing are left out beside engines that do. */
function enginesOf(choices: readonly CniChoice[]): readonly CniChoice[] {
  const names = choices.map(({ name }) => name);
  const parts = choices.filter(({ name }) => !names.some((other) => PARTS[other]?.includes(name)));
  const engines = parts.filter(({ name, settings }) => name !== "flannel" && !isSwitchedOff(name, settings));
  return engines.length > 0 ? engines : parts.slice(0, 1);
}

function isSwitchedOff(name: CniName, settings: CniChoice["settings"]): boolean {
  if (name === "aws-vpc-cni") return settings?.["enable-network-policy"] !== true;
  return name === "k3s" && settings?.["disable-network-policy"] === true;
}

/** By its name, or by an image of its containers: images may come from a mirror, and names differ by platform. */
const isOf = (set: SeenDaemonSet, { name, daemonSets, images }: Signs): boolean =>
  (daemonSets.includes(set.name) && isOfCluster(set.namespace, name)) ||
  set.images.some((image) => images.some((one) => isImage(image, one)));

/** Whether a namespace is one for what the cluster runs on: anybody may call a DaemonSet `cilium`. */
const isOfCluster = (namespace: string, name: CniName): boolean =>
  namespace === "" || CLUSTERS_OWN.test(namespace) || namespace.includes(name.split("-")[0] ?? name);

/** The data of a plugin's ConfigMap of such a name, where the cluster's own things are: the last one that was seen. */
function configMapOf({ configMaps }: Evidence, plugin: CniName, sign: string): Raw | undefined {
  const isNamed = (name: string): boolean => (sign.endsWith("*") ? name.startsWith(sign.slice(0, -1)) : name === sign);
  return configMaps.findLast(({ name, namespace }) => isNamed(name) && isOfCluster(namespace, plugin))?.data;
}

const CLUSTERS_OWN = /^(?:kube-|openshift-|calico|tigera|canal|cni)/;

function isImage(image: string, sign: string): boolean {
  const repository = `/${(image.split("@")[0] ?? "").replace(/:[^/]*$/, "")}`;
  if (!sign.endsWith("*")) return repository.endsWith(`/${sign}`);
  const place = repository.lastIndexOf(`/${sign.slice(0, -1)}`);
  return place >= 0 && !repository.slice(place + sign.length).includes("/");
}

/** The words of a list in JSON; `=` stays. */
const wordsOf = (list: string): readonly string[] => list.match(/[^\s"'[\],]+/g) ?? [];

/**
 * "true" or "false" as an option says it, the last time that it is there; another value as it is written. k3s writes a value
 * behind the option as a word of its own; of an option that is no switch (`takesValue`) any word.
 */
function switchIn(words: readonly string[], option: string, takesValue = false): string | undefined {
  const place = words.findLastIndex((word) => word === `--${option}` || word.startsWith(`--${option}=`));
  if (place < 0) return undefined;
  const word = words[place] ?? "";
  const next = words[place + 1] ?? "";
  const value = word.includes("=") ? word.slice(word.indexOf("=") + 1) : takesValue || TRUTH.test(next) ? next : "true";
  return TRUTH.test(value) ? String(/^[1t]/i.test(value)) : value;
}

/** What Go's flags take for a truth value. [strconv.ParseBool] */
const TRUTH = /^(?:1|0|t|f|true|false)$/i;

const hasStart = (texts: readonly string[], starts: readonly string[]): boolean =>
  texts.some((text) => starts.some((start) => text.startsWith(start)));

function choiceOf(one: Signs, evidence: Evidence): CniChoice {
  const sets = evidence.daemonSets.filter((set) => isOf(set, one));
  if (one.name === "flannel" && sets.some(({ images }) => images.some(isPolicyEngine)))
    return { name: "flannel-netpol" };
  const settings = readSettings(one.name, sets, evidence);
  const version = versionOf(one, sets);
  return {
    name: one.name,
    ...(version !== undefined && { version }),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

const hasWeaveController = ({ containers, images }: SeenDaemonSet): boolean =>
  containers.includes("weave-npc") || images.some((image) => isImage(image, "weaveworks/weave-npc"));

const isPolicyEngine = (image: string): boolean => isImage(image, "kube-network-policies");

/** The tag of the plugin's image; kindnet's says nothing of kind's version. */
function versionOf({ name, versioned }: Signs, sets: readonly SeenDaemonSet[]): string | undefined {
  const tag = name === "kindnet" ? undefined : tagOf(sets, versioned);
  return tag !== undefined && versionNumbers(tag) !== undefined ? tag : undefined;
}

/** The tag of the first of these images. */
function tagOf(sets: readonly SeenDaemonSet[], images: readonly string[]): string | undefined {
  const image = sets.flatMap((set) => set.images).find((text) => images.some((one) => isImage(text, one)));
  return image?.split("@")[0]?.split("/").at(-1)?.split(":")[1];
}

function readSettings(
  name: CniName,
  sets: readonly SeenDaemonSet[],
  evidence: Evidence,
): Record<string, string | boolean> {
  const { felix } = evidence;
  // A shell is given several in one.
  const args = sets.flatMap((set) => set.args.flatMap((text) => text.split(/\s+/)));
  const flag = (option: string): string | undefined => switchIn(args, option);
  const env = (key: string): string | undefined =>
    sets.map((set) => set.env.get(key)).find((value) => value !== undefined);
  const settings: Record<string, string | boolean> = {};
  const set = (key: string, value: unknown): void => {
    if (typeof value === "string" || typeof value === "boolean") settings[key] = value;
  };
  switch (name) {
    case "flannel":
      // An engine on top of it would be another DaemonSet, or another container of this one.
      if (sets.length === 0) set("daemonsets", "unseen");
      break;
    case "cilium":
      for (const key of [
        "enable-policy",
        "policy-audit-mode",
        "policy-cidr-match-mode",
        "enable-sctp",
        "allow-localhost",
      ]) {
        set(key, flag(key) ?? configMapOf(evidence, name, "cilium-config")?.[key]);
      }
      break;
    case "calico":
    case "canal":
      set(
        "bpfEnabled",
        env("FELIX_BPFENABLED") ?? felix.find(({ bpfEnabled }) => bpfEnabled !== undefined)?.bpfEnabled,
      );
      set(
        "defaultEndpointToHostAction",
        env("FELIX_DEFAULTENDPOINTTOHOSTACTION") ??
          felix.find((spec) => spec.defaultEndpointToHostAction !== undefined)?.defaultEndpointToHostAction,
      );
      break;
    case "kube-router":
      set("run-firewall", flag("run-firewall"));
      break;
    case "kindnet":
      set("network-policy", flag("network-policy"));
      // A date: kind v0.24.0, of August 2024, is the first to enforce.
      if (/^v20(?:1\d|2[0-3]|240[1-7])/.test(tagOf(sets, ["kindest/kindnetd"]) ?? ""))
        set("kindnetd", "before-2024-08");
      break;
    case "ovn-kubernetes":
      set("allow-icmp-network-policy", flag("allow-icmp-network-policy"));
      break;
    case "weave":
      set("EXPECT_NPC", env("EXPECT_NPC"));
      if (sets.length > 0 && !sets.some(hasWeaveController)) set("weave-npc", false);
      break;
    case "aws-vpc-cni": {
      // The controller works out what the agents on the nodes enforce. Where one is on and the other off, which holds is not told.
      const switches = [
        configMapOf(evidence, name, "amazon-vpc-cni")?.["enable-network-policy-controller"],
        flag("enable-network-policy"),
      ].filter((one) => one !== undefined);
      const isOn = switches.some((one) => one === "true");
      const isMixed = isOn && switches.some((one) => one !== "true");
      // Without its DaemonSet and its ConfigMap nothing tells.
      if (!isMixed && (sets.length > 0 || switches.length > 0)) set("enable-network-policy", isOn);
      set("NETWORK_POLICY_ENFORCING_MODE", env("NETWORK_POLICY_ENFORCING_MODE"));
      const agent = tagOf(sets, ["aws-network-policy-agent"]);
      if (agent !== undefined && versionNumbers(agent) !== undefined)
        set("agent", isBefore(agent, "1.3.2") ? "before-1.3.2" : "since-1.3.2");
    }
  }
  return settings;
}
