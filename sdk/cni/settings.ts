/** What a plugin's settings and version change of its profile: data first, one rule a line. */
import { profileOf } from "./profiles.ts";
import type { CniChoice, CniEffect, CniFact, CniName, CniTopic } from "./types.ts";

/** A setting that gives a topic's fact another effect. Values are compared as text, upper and lower case alike. */
export interface SettingRule {
  readonly setting: string;
  readonly values: readonly string[];
  readonly topic: CniTopic;
  readonly effect: CniEffect;
}

/** Versions before this one give a topic's fact another effect. */
export interface VersionRule {
  readonly before: string;
  readonly topic: CniTopic;
  readonly effect: CniEffect;
}

const off = (setting: string, ...values: string[]): SettingRule => rule(setting, values, "enforces", "not-enforced");
const rule = (setting: string, values: readonly string[], topic: CniTopic, effect: CniEffect): SettingRule => ({
  setting,
  values,
  topic,
  effect,
});
const before = (version: string, topic: CniTopic, effect: CniEffect): VersionRule => ({
  before: version,
  topic,
  effect,
});

/** Made when asked for: nothing is done at import. */
export function settingsOf(name: CniName): readonly SettingRule[] {
  switch (name) {
    case "canal":
    case "calico":
      return [
        rule("bpfEnabled", ["true"], "sctp", "sctp-off"),
        rule("defaultEndpointToHostAction", ["drop"], "pod-to-own-node", "own-node-dropped"),
      ];
    case "cilium":
      return [
        off("enable-policy", "never"),
        off("policy-audit-mode", "true"),
        rule("policy-cidr-match-mode", ["nodes"], "ip-block", "block-not-on-pods"),
        rule("enable-sctp", ["true"], "sctp", "as-specified"),
        rule("allow-localhost", ["policy"], "node-to-local-pod", "own-node-closed"),
      ];
    case "kube-router":
      return [off("run-firewall", "false")];
    case "k3s":
      return [off("disable-network-policy", "true")];
    case "weave":
      return [off("EXPECT_NPC", "0"), off("weave-npc", "false")];
    case "kindnet":
      return [off("network-policy", "false")];
    case "ovn-kubernetes":
      return [rule("allow-icmp-network-policy", ["true"], "icmp", "echo-open")];
    case "aws-vpc-cni":
      return [
        rule("enable-network-policy", ["true"], "enforces", "as-specified"),
        off("enable-network-policy", "false"),
        rule("NETWORK_POLICY_ENFORCING_MODE", ["strict"], "startup", "unselected-closed"),
      ];
    default:
      return [];
  }
}

/** Of kindnet the version is kind's. */
export function versionsOf(name: CniName): readonly VersionRule[] {
  switch (name) {
    case "canal":
    case "calico":
      return [before("3.22.0", "end-port", "end-port-ignored")];
    case "cilium":
      return [before("1.16", "end-port", "end-port-ignored")];
    case "antrea":
      return [before("1.1", "end-port", "end-port-ignored")];
    case "kube-router":
      return [before("1.3.0", "end-port", "end-port-ignored"), before("0.2.4", "icmp", "as-specified")];
    case "kube-network-policies":
      return [
        before("1.1.0", "pod-to-own-node", "own-node-open"),
        before("0.7.0", "node-to-local-pod", "own-node-closed"),
      ];
    case "kindnet":
      return [before("0.24.0", "enforces", "not-enforced")];
    case "aws-vpc-cni":
      return [before("1.14", "enforces", "not-enforced")];
    default:
      return [];
  }
}

/** The facts of a plugin as it is set up. */
export function factsOf({ name, version, settings = {} }: CniChoice): readonly CniFact[] {
  const effects = new Map<CniTopic, CniEffect>();
  for (const { before, topic, effect } of versionsOf(name)) {
    if (version !== undefined && isBefore(version, before)) effects.set(topic, effect);
  }
  for (const { setting, values, topic, effect } of settingsOf(name)) {
    const value = settings[setting];
    if (value !== undefined && values.includes(String(value).toLowerCase()) && effects.get(topic) !== "not-enforced") {
      effects.set(topic, effect);
    }
  }
  return profileOf(name).facts.map((fact) => {
    const effect = fact.effect === "owned-pods-only" ? undefined : effects.get(fact.topic);
    return effect === undefined ? fact : { ...fact, effect };
  });
}

export const settingNames = (name: CniName): readonly string[] => [
  ...new Set(settingsOf(name).map(({ setting }) => setting)),
];

/** The numbers of a version; undefined for what is none. */
export function versionNumbers(text: string): readonly number[] | undefined {
  const match = /^v?(\d+(?:\.\d+){0,3})(?:[-+].*)?$/.exec(text);
  return match?.[1]?.split(".").map(Number);
}

function isBefore(version: string, limit: string): boolean {
  const [a, b] = [versionNumbers(version) ?? [], versionNumbers(limit) ?? []];
  for (let i = 0; i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
