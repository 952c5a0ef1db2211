/** The shapes of what policies select: whom a pod is selected by, and whom a policy speaks of. */
import type { ObjectReference } from "../errors.ts";
import type { Place, SelectingPolicy } from "../explain/types.ts";

/** A policy that selects a pod, and in which directions. */
export interface PodSelection extends SelectingPolicy {
  /** The directions that it isolates the pod in; of a cluster-wide policy, which isolates nobody, those that it has rules for. */
  readonly directions: readonly ("ingress" | "egress")[];
}

/** A pod that is selected or matched. */
export interface SelectedPod {
  /** `namespace/pod`; of a pod that stands for a workload's, `namespace/Kind/name`. */
  readonly pod: string;
  /** False where what was loaded leaves open whether it is meant. */
  readonly certain: boolean;
}

/** A node that a peer matches by an address or by its labels. */
export interface SelectedNode {
  /** Its name. */
  readonly node: string;
  /** The address that matches. */
  readonly ip: string;
}

/** A peer entry of a rule, and whom it matches among what was loaded. */
export interface SelectedPeer extends Place {
  /** What the entry speaks of. */
  readonly kind: "pods" | "ipBlock" | "nodes" | "domainNames";
  /** Host-network pods are matched as their node's address. */
  readonly pods: readonly SelectedPod[];
  /** Nodes whose address or labels it matches. */
  readonly nodes: readonly SelectedNode[];
}

/** A rule of a policy, and whom it lets in or out. */
export interface SelectedRule extends Place {
  /** `ingress` is for what comes to the policy's pods. */
  readonly direction: "ingress" | "egress";
  /** What it says of what matches. */
  readonly action: "allow" | "deny" | "pass";
  /** Empty: the rule is for anyone. */
  readonly peers: readonly SelectedPeer[];
}

/** Whom a policy speaks of. Rules of a direction that is not among its `policyTypes` have no effect, and are left out. */
export interface PolicySelection extends Place {
  /** As of a `PodSelection`. */
  readonly directions: readonly ("ingress" | "egress")[];
  /** The pods that it is for. */
  readonly pods: readonly SelectedPod[];
  /** Its rules, in their order. */
  readonly rules: readonly SelectedRule[];
}

/** `"namespace/name"` of a NetworkPolicy, or a reference; of another kind than NetworkPolicy with its `kind`. */
export type PolicyName = string | (Pick<ObjectReference, "namespace" | "name"> & { readonly kind?: string });
