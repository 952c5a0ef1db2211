/** The shapes of CNI profiles, and of what a plugin makes of a flow. */
import type { Verdict } from "../types.ts";

/** Plugins (and what installs one) that have a profile. */
export type CniName =
  | "flannel"
  | "flannel-netpol"
  | "canal"
  | "k3s"
  | "calico"
  | "cilium"
  | "antrea"
  | "kube-router"
  | "weave"
  | "kube-network-policies"
  | "kindnet"
  | "ovn-kubernetes"
  | "aws-vpc-cni"
  | "azure-npm"
  | "gke-dpv2";

/** A plugin as it is set up; `docs/cni.md` lists the settings that matter, by the plugins' own names. */
export interface CniChoice {
  readonly name: CniName;
  /** As in `"1.15.3"` or `"v3.28"`. Default: the version that the profile was read at. */
  readonly version?: string;
  /** By the plugin's own names. */
  readonly settings?: Readonly<Record<string, string | boolean>>;
  /** Settings of which it is not known how they are set: `"auto"` found them unreadable, or set otherwise in another place. */
  readonly unread?: readonly string[];
}

/** Where a fact comes from: how sure it is. */
export type CniStatus = "verified in source" | "documented" | "reported in issue" | "unknown";

/** What a fact is about. */
export type CniTopic =
  | "enforces"
  | "end-port"
  | "sctp"
  | "named-ports"
  | "ip-families"
  | "ip-block"
  | "icmp"
  | "host-network-target"
  | "host-network-peer"
  | "node-to-local-pod"
  | "node-to-remote-pod"
  | "pod-to-own-node"
  | "pod-to-itself"
  | "service-translation"
  | "existing-connections"
  | "startup"
  | "own-policies"
  | "limits"
  | "recognition";

/** What a fact changes of a verdict. `docs/cni.md` says of each plugin what it comes to. */
export type CniEffect =
  | "as-specified"
  | "none"
  | "unknown"
  | "not-enforced"
  | "switch-off"
  | "owned-pods-only"
  | "linux-ec2-only"
  | "windows-drops-policies"
  | "windows-unmatched"
  | "end-port-ignored"
  | "sctp-off"
  | "sctp-open"
  | "sctp-ports-unmatched"
  | "named-port-drops-policy"
  | "named-port-opens-protocol"
  | "named-port-skips-blocks"
  | "named-port-unmatched"
  | "named-port-collides"
  | "unresolved-names-open"
  | "ipv4-only"
  | "block-outside-only"
  | "block-not-on-own-node"
  | "block-not-on-pods"
  | "except-shared-by-rule"
  | "except-shared-by-namespace"
  | "echo-open"
  | "icmp-closed"
  | "host-peer-matched"
  | "host-peer-by-pod-selector"
  | "own-node-root-only"
  | "own-node-closed"
  | "own-node-open"
  | "own-node-addresses-open"
  | "own-node-ports-open"
  | "own-node-services-open"
  | "own-node-dropped"
  | "remote-node-open"
  | "host-target-selected"
  | "unselected-closed"
  | "undirected-closed"
  | "self-closed"
  | "hairpin-unknown"
  | "hairpin-open"
  | "hairpin-ingress-open"
  | "hairpin-either-side"
  | "service-port-must-match"
  | "tiers-ignored"
  | "tiers-not-sure"
  | "cluster-policies-ignored"
  | "cluster-policies-not-sure"
  | "admin-policies-ignored"
  | "admin-policies-not-sure"
  | "admin-policies-alone"
  | "tier-rules-unsupported";

/** One thing known of a plugin. */
export interface CniFact {
  readonly topic: CniTopic;
  /** In a sentence. */
  readonly finding: string;
  readonly effect: CniEffect;
  readonly status: CniStatus;
  /** Concluded by reading, not by running. */
  readonly derived?: boolean;
  /** More of it: versions, conditions. */
  readonly detail?: string;
  /** Where it is written: files at a version, documentation, issues. */
  readonly sources: readonly string[];
}

export interface CniProfile {
  readonly name: CniName;
  readonly title: string;
  /** The versions that the facts were read at. */
  readonly read: string;
  readonly facts: readonly CniFact[];
}

/** A fact that bears on a flow. */
export interface EnforcedFact extends CniFact {
  /** The profile that it is of. */
  readonly cni: CniName;
  /**
   * It agrees with the policies' meaning; it is what, or a part of what, changes the verdict; it would, or it keeps another fact
   * from it, and together they come to nothing; or it could change the verdict and is not sure enough to.
   */
  readonly bearing: "agrees" | "changes" | "offset" | "could-change";
  /**
   * What the verdict would be with this fact and without it, where it does not agree: beside the other facts if it makes a
   * difference there, else by itself.
   */
  readonly verdicts?: { readonly with: Verdict; readonly without: Verdict };
}

/** What the CNI plugin will do, beside what the policies mean. */
export interface Enforced {
  /** The plugin's name; several with `+` between them; `"unrecognized"` where `"auto"` found none. */
  readonly cni: string;
  /** `"unknown"` where the policies' meaning is, or a fact that is not sure would change the answer. */
  readonly verdict: "allow" | "deny" | "unknown";
  /** Those that bear on this flow. */
  readonly facts: readonly EnforcedFact[];
}
