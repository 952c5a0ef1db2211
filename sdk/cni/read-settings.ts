/** The settings of a recognised plugin, from where it keeps them: arguments, environment, ConfigMaps, its own objects. */
import type { Raw } from "../read/fields.ts";
import { CILIUM_OF_NODE, type Evidence, type SeenDaemonSet } from "./evidence.ts";
import { isClustersOwn, isImage, isNamed, isOfCluster, tagOf } from "./signs.ts";
import { agreed, envIn, flagIn, type Told, UNREAD, valueIn } from "./told.ts";
import type { CniChoice, CniName } from "./types.ts";
import { isBefore, versionNumbers } from "./version.ts";

/** A choice's settings, and those of them that the objects do not tell. */
export type ReadSettings = Pick<CniChoice, "settings" | "unread">;

/** Collects them. */
class Reading {
  readonly #settings: Record<string, string | boolean> = {};
  readonly #unread: string[] = [];

  set(setting: string, told: Told): void {
    if (told === UNREAD) this.#unread.push(setting);
    else if (told !== undefined) this.#settings[setting] = told === "true" || (told !== "false" && told);
  }

  get result(): ReadSettings {
    return {
      ...(Object.keys(this.#settings).length > 0 && { settings: this.#settings }),
      ...(this.#unread.length > 0 && { unread: this.#unread }),
    };
  }
}

/** @param sets the plugin's own; none where it is recognised by other things */
export function readSettings(name: CniName, sets: readonly SeenDaemonSet[], evidence: Evidence): ReadSettings {
  const reading = new Reading();
  // An engine on top of Flannel would be another DaemonSet, or another container of its own. As for the others: what is left of
  // a plugin does not tell that it still runs.
  if (
    sets.length === 0 &&
    (name === "flannel" || evidence.daemonSets.some(({ namespace }) => isClustersOwn(namespace)))
  )
    reading.set("daemonsets", "unseen");
  readOwn(reading, name, sets, evidence);
  return reading.result;
}

function readOwn(reading: Reading, name: CniName, sets: readonly SeenDaemonSet[], evidence: Evidence): void {
  const isUnseen = sets.length === 0;
  const flag = (option: string): Told => agreed(flagIn(sets, option));
  switch (name) {
    case "cilium":
      readCilium(reading, sets, evidence);
      return;
    case "calico":
    case "canal":
      readCalico(reading, sets, evidence);
      return;
    case "kube-router":
      reading.set("run-firewall", isUnseen ? UNREAD : flag("run-firewall"));
      return;
    case "kindnet":
      reading.set("network-policy", flag("network-policy"));
      // A date: kind v0.24.0, of August 2024, is the first to enforce. Before there were dates there were versions.
      if (/^(?:v20(?:1\d|2[0-3]|240[1-7])|v?0\.)/.test(tagOf(sets, ["kindest/kindnetd"]) ?? ""))
        reading.set("kindnetd", "before-2024-08");
      return;
    case "ovn-kubernetes": {
      // Of its DaemonSets one alone has the switch.
      const told = flagIn(sets, "allow-icmp-network-policy").filter((one) => one !== undefined);
      reading.set("allow-icmp-network-policy", agreed(told));
      return;
    }
    case "weave":
      reading.set("EXPECT_NPC", isUnseen ? UNREAD : agreed(envIn(sets, evidence, "EXPECT_NPC", "EXPECT_NPC")));
      if (isUnseen) reading.set("weave-npc", UNREAD);
      else if (!sets.some(hasWeaveController)) reading.set("weave-npc", "false");
      return;
    case "aws-vpc-cni":
      readAws(reading, sets, evidence);
  }
}

const hasWeaveController = ({ containers }: SeenDaemonSet): boolean =>
  containers.some(({ name, image }) => name === "weave-npc" || isImage(image, "weaveworks/weave-npc"));

/** An argument comes before the environment, that before what is said of single nodes, and that before the ConfigMap. */
function readCilium(reading: Reading, sets: readonly SeenDaemonSet[], evidence: Evidence): void {
  const maps = configMapsOf(evidence, "cilium", "cilium-config", sets);
  for (const key of [
    "enable-policy",
    "enable-k8s-networkpolicy",
    "policy-audit-mode",
    "policy-cidr-match-mode",
    "enable-sctp",
    "allow-localhost",
  ]) {
    const env = envIn(sets, evidence, `CILIUM_${key.toUpperCase().replaceAll("-", "_")}`, key);
    const own = flagIn(sets, key).map((told, i) => (told === undefined ? env[i] : told));
    const ofNodes = [
      ...evidence.ciliumOfNodes.map((defaults) => defaults[key]),
      ...(evidence.annotations.get(`${CILIUM_OF_NODE}${key}`) ?? []),
    ].map((text) => valueIn(key, text));
    const ofAll = agreed(maps.map((data) => valueIn(key, data[key])));
    const shared = ofNodes.every((told) => told === undefined || told === ofAll) ? ofAll : UNREAD;
    reading.set(key, sets.length === 0 ? shared : agreed(own.map((told) => (told === undefined ? shared : told))));
  }
}

/** The environment comes before a node's FelixConfiguration, and that before the one that is called `default`. */
function readCalico(reading: Reading, sets: readonly SeenDaemonSet[], evidence: Evidence): void {
  const defaults = evidence.felix.filter(({ name }) => name === "default");
  const ofNodes = evidence.felix.filter(({ name }) => name.startsWith("node."));
  for (const key of ["bpfEnabled", "defaultEndpointToHostAction"]) {
    const shared = agreed(defaults.map(({ spec }) => valueIn(key, spec[key], "Felix")));
    const differing = ofNodes.some(({ spec }) => {
      const told = valueIn(key, spec[key], "Felix");
      return told !== undefined && told !== shared;
    });
    const stored = differing ? UNREAD : shared;
    const env = envIn(sets, evidence, `FELIX_${key}`, key, "Felix");
    const told = env.length === 0 ? stored : agreed(env.map((one) => (one === undefined ? stored : one)));
    const isDrop = key === "defaultEndpointToHostAction" && told === undefined && sets.length > 0;
    // Felix drops unless it is told, which manifests and the operator do.
    reading.set(key, isDrop ? (defaults.length > 0 ? "drop" : UNREAD) : told);
  }
}

/** The controller works out what the agents on the nodes enforce. Where one is on and the other off, which holds is not told. */
function readAws(reading: Reading, sets: readonly SeenDaemonSet[], evidence: Evidence): void {
  const maps = configMapsOf(evidence, "aws-vpc-cni", "amazon-vpc-cni", sets);
  const key = "enable-network-policy";
  const controller = agreed(maps.map((data) => valueIn(key, data["enable-network-policy-controller"])));
  const agents = sets.filter((set) => hasAgent(set) || flagIn([set], key)[0] !== undefined);
  // Without the flag it is off.
  const agent = agreed(flagIn(agents, key).map((told) => (told === undefined ? "false" : told)));
  const told = [controller, agent].filter((one) => one !== undefined);
  const isOn = told.includes("true");
  // Without its DaemonSet and its ConfigMap nothing tells; nor does a controller without its agents.
  const isMixed = told.includes(UNREAD) || (isOn && (told.includes("false") || agents.length === 0));
  if (!isMixed && (sets.length > 0 || told.length > 0)) reading.set(key, String(isOn));
  const mode = "NETWORK_POLICY_ENFORCING_MODE";
  reading.set(mode, agreed(envIn(sets, evidence, mode, mode)));
  const tag = tagOf(sets, ["aws-network-policy-agent"]);
  if (tag !== undefined && versionNumbers(tag) !== undefined)
    reading.set("agent", isBefore(tag, "1.3.2") ? "before-1.3.2" : "since-1.3.2");
}

const hasAgent = ({ containers }: SeenDaemonSet): boolean =>
  containers.some(({ name, image }) => name === "aws-eks-nodeagent" || isImage(image, "aws-network-policy-agent"));

/** The data of a plugin's ConfigMaps of such a name: beside its DaemonSets, else where the cluster's own things are. */
export function configMapsOf(
  { configMaps }: Evidence,
  plugin: CniName,
  sign: string,
  sets: readonly SeenDaemonSet[],
): readonly Raw[] {
  return configMaps
    .filter(({ name }) => isNamed(name, sign))
    .filter(({ namespace }) =>
      sets.length === 0
        ? isOfCluster(namespace, plugin)
        : namespace === "" || sets.some((set) => set.namespace === "" || set.namespace === namespace),
    )
    .map(({ data }) => data);
}
