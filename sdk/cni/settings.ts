/** What a plugin's settings and version change of its profile: data, one rule a case. */
import type { CniEffect, CniName, CniTopic } from "./types.ts";

/** What holds of a topic in place of the profile's fact. */
interface Replacement {
  readonly topic: CniTopic;
  readonly effect: CniEffect;
  /** In a sentence, which stands in place of the fact's. */
  readonly finding: string;
  /** Concluded, and not sure enough to change a verdict. */
  readonly derived?: true;
}

/** A setting that gives a topic another fact. Values are compared as text, upper and lower case alike. */
export interface SettingRule extends Replacement {
  readonly setting: string;
  readonly value: string;
  /** The first version that has the setting; those before leave it unread. */
  readonly since?: string;
}

/** Versions before one, or from one on, give a topic another fact. */
export interface VersionRule extends Replacement {
  readonly bound: "before" | "since";
  readonly version: string;
}

const set = (setting: string, value: string, topic: CniTopic, effect: CniEffect, finding: string): SettingRule => ({
  setting,
  value,
  topic,
  effect,
  finding,
});
const unsure = <R extends Replacement>(rule: R): R => ({ ...rule, derived: true });
const since = (version: string, rule: SettingRule): SettingRule => ({ ...rule, since: version });
const off = (setting: string, value: string, finding: string): SettingRule =>
  set(setting, value, "enforces", "not-enforced", finding);
const before = (version: string, topic: CniTopic, effect: CniEffect, finding: string): VersionRule => ({
  bound: "before",
  version,
  topic,
  effect,
  finding,
});

/** Made when asked for: nothing is done at import. Of two rules for a topic the later one holds, but none after one that switches off. */
export function settingsOf(name: CniName): readonly SettingRule[] {
  const own = ownSettingsOf(name);
  const [finding, runs] =
    name === "flannel"
      ? ["no, unless a policy engine runs on top of it, which DaemonSets or their pods would show", true]
      : ["no, if this is what is left of it: none of the cluster's own DaemonSets is one of its", name !== "k3s"];
  return runs ? [...own, unsure(off("daemonsets", "unseen", finding))] : own;
}

function ownSettingsOf(name: CniName): readonly SettingRule[] {
  switch (name) {
    case "canal":
    case "calico":
      return [
        set(
          "bpfEnabled",
          "true",
          "sctp",
          "sctp-ports-unmatched",
          "the eBPF dataplane reads no SCTP ports: port rules on SCTP do not match",
        ),
        set(
          "defaultEndpointToHostAction",
          "drop",
          "pod-to-own-node",
          "own-node-dropped",
          "dropped: what egress policies let through then meets DefaultEndpointToHostAction",
        ),
        unsure(
          set(
            "defaultEndpointToHostAction",
            "return",
            "pod-to-own-node",
            "own-node-dropped",
            "left to the node's own rules: what egress policies let through then meets those",
          ),
        ),
      ];
    case "cilium":
      return [
        off("enable-policy", "never", "no: policies are loaded and enforced on no endpoint"),
        off("enable-k8s-networkpolicy", "false", "no: Cilium does not read NetworkPolicies"),
        off("policy-audit-mode", "true", "no: what policies deny is logged, and passes"),
        since(
          "1.15",
          set(
            "policy-cidr-match-mode",
            "nodes",
            "ip-block",
            "block-not-on-pods",
            "matches addresses outside the cluster and nodes, not pods. `except` works for external addresses",
          ),
        ),
        since(
          "1.15",
          set(
            "policy-cidr-match-mode",
            "nodes",
            "node-to-remote-pod",
            "as-specified",
            "enforced (identity remote-node); only ipBlock can allow it",
          ),
        ),
        unsure(
          set(
            "enable-policy",
            "always",
            "startup",
            "undirected-closed",
            "always: endpoints are closed in each direction for which no policy selects them",
          ),
        ),
        set("enable-sctp", "true", "sctp", "as-specified", "yes (beta)"),
        set(
          "allow-localhost",
          "policy",
          "node-to-local-pod",
          "own-node-closed",
          "enforced: the node itself is let in only by a rule",
        ),
      ];
    case "kube-router":
      return [off("run-firewall", "false", "no: the firewall, which enforces policies, does not run")];
    case "k3s":
      return [off("disable-network-policy", "true", "no: k3s runs without its policy controller")];
    case "weave":
      return [
        off("EXPECT_NPC", "0", "no: Weave Net is told not to wait for weave-npc, which enforces policies"),
        off("weave-npc", "false", "no: there is no container weave-npc, which enforces policies"),
      ];
    case "kindnet":
      return [
        off("network-policy", "false", "no: kindnet runs without its policy controller"),
        unsure(off("kindnetd", "before-2024-08", "no, as it seems: an image this old comes with kind before v0.24.0")),
      ];
    case "ovn-kubernetes":
      return [
        set("allow-icmp-network-policy", "true", "icmp", "echo-open", "always allowed, whatever the policies say"),
      ];
    case "aws-vpc-cni":
      return [
        set(
          "enable-network-policy",
          "true",
          "enforces",
          "as-specified",
          "yes: ingress and egress, on EC2 Linux nodes (Fargate and Windows are not covered)",
        ),
        off("enable-network-policy", "false", "no: the network policy agent is switched off"),
        set(
          "agent",
          "before-1.3.2",
          "own-policies",
          "tiers-ignored",
          "none: the network policy agent is older than 1.3.2",
        ),
        set(
          "agent",
          "since-1.3.2",
          "own-policies",
          "admin-policies-not-sure",
          "ClusterNetworkPolicy Admin → NetworkPolicy → Baseline → default",
        ),
        since(
          "1.17.1",
          set(
            "NETWORK_POLICY_ENFORCING_MODE",
            "strict",
            "startup",
            "unselected-closed",
            "default deny, also later: pods that no policy selects stay closed (host-network pods are exempt)",
          ),
        ),
      ];
    default:
      return [];
  }
}

/** Of kindnet the version is kind's. */
export function versionsOf(name: CniName): readonly VersionRule[] {
  const firstPortAlone = (version: string): VersionRule =>
    before(version, "end-port", "end-port-ignored", "no: ignored, only `port` is allowed");
  switch (name) {
    case "canal":
    case "calico":
      return [
        firstPortAlone("3.22.0"),
        {
          ...before("3.32", "own-policies", "admin-policies-ignored", "ClusterNetworkPolicy alone, no predecessors"),
          bound: "since",
        },
        before(
          "3.32",
          "own-policies",
          "cluster-policies-ignored",
          "AdminNetworkPolicy and BaselineAdminNetworkPolicy, but not yet ClusterNetworkPolicy",
        ),
        before("3.29", "own-policies", "tiers-ignored", "neither ClusterNetworkPolicy nor its predecessors yet"),
      ];
    case "cilium":
      return [firstPortAlone("1.16")];
    case "antrea":
      return [
        firstPortAlone("1.1"),
        before(
          "2.7",
          "own-policies",
          "admin-policies-alone",
          "AdminNetworkPolicy and BaselineAdminNetworkPolicy where that is switched on, but not yet ClusterNetworkPolicy",
        ),
        before("1.13", "own-policies", "tiers-ignored", "neither ClusterNetworkPolicy nor its predecessors yet"),
      ];
    case "kube-router":
      return [
        firstPortAlone("1.3.0"),
        before("2.0.0", "ip-families", "ipv4-only", "IPv4; of IPv6, which came with v2, nothing is known"),
        before("0.2.4", "icmp", "as-specified", "echo-request is not let through by itself"),
      ];
    case "k3s":
      return [
        unsure(
          before(
            "1.23",
            "end-port",
            "end-port-ignored",
            "not known of this k3s: kube-router before v1.3.0 allows only `port`",
          ),
        ),
      ];
    case "kube-network-policies":
      return [
        before("1.1.0", "pod-to-own-node", "own-node-open", "not enforced (there is no INPUT chain)"),
        before("0.7.0", "node-to-local-pod", "own-node-closed", "enforced: the node itself is let in only by a rule"),
      ];
    case "kindnet":
      return [
        before("0.24.0", "enforces", "not-enforced", "no: this kind has no policy controller"),
        before(
          "0.32",
          "pod-to-own-node",
          "own-node-open",
          "not enforced: this kind is older than the commit that does",
        ),
      ];
    case "aws-vpc-cni":
      return [
        {
          ...before(
            "1.14",
            "own-policies",
            "tiers-not-sure",
            "ClusterNetworkPolicy Admin → NetworkPolicy → Baseline → default with agents from 1.3.2 on, whose version is not the VPC CNI's",
          ),
          bound: "since",
        },
        before("1.14", "enforces", "not-enforced", "no: this VPC CNI has no network policy agent"),
      ];
    default:
      return [];
  }
}

export const settingNames = (name: CniName): readonly string[] => [
  ...new Set(settingsOf(name).map(({ setting }) => setting)),
];

/** What a setting can be; in lower case, as values are compared. */
export function settingValues(setting: string): readonly string[] {
  switch (setting) {
    case "daemonsets":
      return ["unseen"];
    case "kindnetd":
      return ["before-2024-08"];
    case "agent":
      return ["before-1.3.2", "since-1.3.2"];
    case "enable-policy":
      return ["default", "always", "never"];
    case "policy-cidr-match-mode":
      return ["", "nodes"];
    case "allow-localhost":
      return ["auto", "always", "policy"];
    case "defaultEndpointToHostAction":
      return ["drop", "return", "accept"];
    case "EXPECT_NPC":
      return ["0", "1"];
    case "NETWORK_POLICY_ENFORCING_MODE":
      return ["standard", "strict"];
    default:
      return ["true", "false"];
  }
}
