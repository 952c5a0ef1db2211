/**
 * Recognises CNI plugins. DaemonSets say what runs; where there are none, ConfigMaps and CRDs; else the nodes' annotations.
 * A policy engine on top of a network comes before the network itself, and several engines may be there at once.
 */
import type { Evidence, SeenContainer, SeenDaemonSet } from "./evidence.ts";
import { configMapsOf, readSettings } from "./read-settings.ts";
import { allSigns, isImage, isOf, type Signs, tagOf } from "./signs.ts";
import { valueIn, wordOf } from "./told.ts";
import type { CniChoice, CniName } from "./types.ts";
import { versionNumbers } from "./version.ts";

/** The plugins, as they are set up; none where nothing tells. */
export function recognize(evidence: Evidence): readonly CniChoice[] {
  const found = allSigns().filter((one) => evidence.daemonSets.some((set) => isOf(set, one)));
  const levels = [
    found,
    allSigns().filter(
      ({ name, configMaps, crds }) =>
        configMaps.some((sign) => configMapsOf(evidence, name, sign, []).length > 0) ||
        crds.some((one) => evidence.crds.some((crd) => crd === one || crd.endsWith(`.${one}`))),
    ),
    allSigns().filter(({ annotations }) => hasStart([...evidence.annotations.keys()], annotations)),
  ];
  const level = levels.find((one) => one.length > 0) ?? [];
  const choices = level.map((one) => choiceOf(one, evidence));
  const nodeArgs = evidence.annotations.get("k3s.io/node-args")?.map(wordsOf);
  if (nodeArgs !== undefined) {
    // An argument of servers; agents go by it.
    const off = "disable-network-policy";
    const isOff = nodeArgs.some((words) => valueIn(off, wordOf(words, off, "truth")) === "true");
    // Without its own network it runs another one, which this does not tell of.
    const isBare =
      isOff && choices.length === 0 && nodeArgs.some((words) => wordOf(words, "flannel-backend", "always") === "none");
    if (!isBare) choices.push({ name: "k3s", ...(isOff && { settings: { [off]: true } }) });
  }
  return enginesOf(choices);
}

/** The words of a list in JSON; `=` stays. */
const wordsOf = (list: string): readonly string[] => list.match(/[^\s"'[\],]+/g) ?? [];

const hasStart = (texts: readonly string[], starts: readonly string[]): boolean =>
  texts.some((text) => starts.some((start) => text.startsWith(start)));

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
  if (name === "aws-vpc-cni") return settings?.["enable-network-policy"] === false;
  return name === "k3s" && settings?.["disable-network-policy"] === true;
}

function choiceOf(one: Signs, evidence: Evidence): CniChoice {
  const sets = evidence.daemonSets.filter((set) => isOf(set, one));
  if (one.name === "flannel" && sets.some(({ containers }) => containers.some(isPolicyEngine)))
    return { name: "flannel-netpol" };
  const version = versionOf(one, sets);
  return {
    name: one.name,
    ...(version !== undefined && { version }),
    ...readSettings(one.name, sets, evidence),
  };
}

const isPolicyEngine = ({ image }: SeenContainer): boolean => isImage(image, "kube-network-policies");

/** The tag of the plugin's image; kindnet's says nothing of kind's version, and `v3` is whatever came last of that. */
function versionOf({ name, versioned }: Signs, sets: readonly SeenDaemonSet[]): string | undefined {
  const tag = name === "kindnet" ? undefined : tagOf(sets, versioned);
  return tag !== undefined && (versionNumbers(tag)?.length ?? 0) > 1 ? tag : undefined;
}
