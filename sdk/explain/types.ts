/** The shapes of an explanation: structured data first; `renderExplanation` makes text of it. */
import type { Enforced } from "../cni/types.ts";
import type { ObjectReference, Path, Source } from "../errors.ts";
import type { Caveat, Protocol, Reason, Verdict } from "../types.ts";

/** Something in a policy: its place in the object, and in the text that it was read from. */
export interface Place {
  readonly policy: ObjectReference;
  /** As in `["spec", "ingress", 0]`; empty for the policy as a whole. */
  readonly path: Path;
  readonly source?: Source;
}

/** Tiers by their API; the additive one is NetworkPolicy's. */
export type TierName = "admin" | "admin-v1alpha1" | "network-policy" | "baseline" | "baseline-v1alpha1";

/** A policy that selects the subject in this direction. */
export interface SelectingPolicy extends Place {
  readonly tier: TierName;
  /** False where it is not known whether it selects the pod: its namespace's labels are open. */
  readonly certain: boolean;
}

/** A rule that let the flow pass, denied it or passed it on; what of it matched. */
export interface MatchedRule extends Place {
  readonly tier: TierName;
  /** What it says of what matches. */
  readonly action: "allow" | "deny" | "pass";
  /** False where the input leaves open whether it matches. */
  readonly certain: boolean;
  /** The peer entries that match for certain, or else those that may; none where the rule is for anyone. */
  readonly peers: readonly Place[];
  /** The port entries that do, in the same way; none where the rule is for every port. */
  readonly ports: readonly Place[];
}

/** What an entry asked for that the flow does not have. The list is closed. */
export type MissCode =
  | "not-a-pod"
  | "other-namespace"
  | "namespace-labels"
  | "pod-labels"
  | "outside-cidr"
  | "in-except"
  | "not-a-node"
  | "node-labels"
  | "other-protocol"
  | "other-port"
  | "no-such-port-name"
  | "unknown";

/** One thing that kept a rule from matching. */
export interface Miss extends Place {
  readonly code: MissCode;
  /** One sentence, without a final period. */
  readonly message: string;
  /** What was asked for, and what there is, where both can be said in a word. */
  readonly expected?: string;
  /** What there is. */
  readonly actual?: string;
}

/** A rule that would have decided the other way, and all that kept it from matching, of the entries that came nearest. */
export interface NearMiss extends Place {
  readonly tier: TierName;
  /** What it says of what matches. */
  readonly action: "allow" | "deny" | "pass";
  /** How many things would have to be otherwise; rules are listed by it. */
  readonly distance: number;
  /** What kept it from matching. */
  readonly misses: readonly Miss[];
  /** What kept other peers and ports from matching that come as near: of each list one entry is enough, whichever it is. */
  readonly alternatives: readonly (readonly Miss[])[];
}

/** What a tier made of a flow in one direction. The list is closed. */
export type TierOutcome = "allow" | "deny" | "pass" | "no-match" | "undetermined" | "not-reached";

/** A tier that has policies for the subject in this direction, and what came of it: a pass and no match both go on to the next one. */
export interface TierStep {
  readonly tier: TierName;
  readonly outcome: TierOutcome;
}

/** One direction, on the pod whose policies decide it. */
export interface ExplainedSide {
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** The pod that policies of this direction are asked about; what is outside and host-network pods have none. */
  readonly subject: string;
  /** What each tier decided, in the order in which they are asked; those without a policy for this side are left out. */
  readonly tiers: readonly TierStep[];
  /** NetworkPolicies that isolate the subject in this direction. */
  readonly isolatedBy: readonly SelectingPolicy[];
  /** Rules that the verdict comes from, in the order in which they decide; all allows of the NetworkPolicy tier count alike. */
  readonly decidedBy: readonly MatchedRule[];
  /** Of a denied (or undetermined) side the rules that came near to allowing it, of an allowed one those near to denying it; nearest first. */
  readonly nearMisses: readonly NearMiss[];
}

/** How a Service led to the destination. */
export interface ServiceStep {
  readonly service: ObjectReference;
  /** Its cluster, external or load-balancer address was translated to the destination's; not of headless Services and domain names. */
  readonly translated: boolean;
  /** The Service's own port; the pair has the destination's. Absent where the destination's is asked for. */
  readonly port?: number;
  /** ExternalName Services that led to this one, in their order. */
  readonly aliases?: readonly ObjectReference[];
}

/** Ports next to each other, from the first to the last one. */
export interface AllowedPorts {
  readonly first: number;
  readonly last: number;
}

/** One pair of ends, as it was evaluated. */
export interface ExplainedPair {
  /** `namespace/pod`, an address, or a description of a pod that does not exist yet. */
  readonly from: string;
  /** As `from`. */
  readonly to: string;
  readonly protocol: Protocol;
  /** On the destination, after Service translation; absent for protocols without ports. */
  readonly port?: number;
  /** Of the addresses that were used. */
  readonly family: 4 | 6;
  /** The addresses that were used, in canonical text; without one that is not known. */
  readonly addresses: { readonly from?: string; readonly to?: string };
  readonly verdict: Verdict;
  readonly service?: ServiceStep;
  readonly egress: ExplainedSide;
  readonly ingress: ExplainedSide;
  /** Of a protocol without ports: the TCP ports on which the same two ends are allowed, in their order. */
  readonly overTCP?: readonly AllowedPorts[];
}

/** A change of the policies after which the verdict is the other one. It was tried. */
export interface SuggestedChange {
  /** What the verdict becomes. */
  readonly verdict: Verdict;
  /** One sentence, without a final period. */
  readonly message: string;
  /** Policies to apply: new ones, and changed ones as they would be. */
  readonly apply: readonly object[];
  /** Policies to delete. */
  readonly remove: readonly ObjectReference[];
  /**
   * Pairs of other pods, loaded ones and those that stand for workloads, that it opens and cuts on the flow's port; on any of its ports where a Service's backends
   * have several. Undefined in clusters with more than 65,536 classes (`state.counts`), with fewer on several ports.
   */
  readonly opens: number | undefined;
  /** As `opens`. */
  readonly cuts: number | undefined;
  /** Some of those pairs, with what they come to. */
  readonly examples: readonly { readonly from: string; readonly to: string; readonly verdict: Verdict }[];
  /** More pairs are undetermined than before, or fewer. Those that were not allowed and are not are in no count. */
  readonly unsettles?: true;
}

/** Why no change of policies gives a verdict. The list is closed. */
export type UnchangeableCode = "same-pod" | "own-node" | "no-subject" | "not-found";

/** A verdict that no change of policies was found for. */
export interface Unchangeable {
  readonly verdict: Verdict;
  /** `not-found`: none of the changes that were tried gives it, which does not say that there is none. */
  readonly code: UnchangeableCode;
  /** One sentence, without a final period. */
  readonly message: string;
}

/** Why a flow passes or does not: the decision with the policies and rules behind it, and what would change it. */
export interface Explanation {
  readonly verdict: Verdict;
  /** What the source's policies say; where an end stands for several pods, of the first pair that the verdict comes from. */
  readonly egress: ExplainedSide;
  readonly ingress: ExplainedSide;
  /** Every pair that was evaluated; one, unless an end stands for several pods. */
  readonly pairs: readonly ExplainedPair[];
  /** What the verdict rests on beyond the letter of the API. */
  readonly caveats: readonly Caveat[];
  /** False where something that was not loaded could change the verdict: the caveats name it. */
  readonly complete: boolean;
  /** Policies of kinds that are not modelled and that could touch one of the pods, as the caveat says; absent where there are none. */
  readonly unmodelled?: readonly Place[];
  /** What the CNI plugin will do, with the facts that bear on it and their sources; with the option `cni` of `loadState`. */
  readonly enforced?: Enforced;
  /**
   * The smallest changes that would turn the verdict, those first that do the least beside it; of an undetermined one, those that
   * settle it as allowed, then those that settle it as denied.
   */
  readonly changes: readonly SuggestedChange[];
  /** Verdicts that `changes` has nothing for, and why; absent where there are none, or changes were not asked for. */
  readonly unchangeable?: readonly Unchangeable[];
}

/** How much is to be told. */
export interface ExplainOptions {
  /** Look for changes that would turn the verdict (default): each is tried on a copy of the state. */
  readonly changes?: boolean | undefined;
}
