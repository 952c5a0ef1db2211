/** What suggested policies are made of: peers, selectors and names for the ends of a flow. */
import { hostPrefix } from "../address.ts";
import type { Direction } from "../model/model.ts";
import { NAMESPACE_NAME_LABEL } from "../model/namespaces.ts";
import type { Labels } from "../read/objects.ts";
import type { EndFacts } from "./misses.ts";
import type { ExplainedPair } from "./types.ts";

/** A pair with what selectors can say of its ends. */
export interface CandidatePair {
  readonly pair: ExplainedPair;
  readonly ends: { readonly from: EndFacts; readonly to: EndFacts };
}

/** One direction of a pair. */
export interface PairSide {
  readonly facts: CandidatePair;
  readonly direction: Direction;
}

/** The end whose policies decide in a direction, and the other one, which their peers are asked about, with its address. */
export function endsOf(
  { ends, pair: { addresses } }: CandidatePair,
  direction: Direction,
): { readonly subject: EndFacts; readonly other: EndFacts; readonly address: string | undefined } {
  return direction === "egress"
    ? { subject: ends.from, other: ends.to, address: addresses.to }
    : { subject: ends.to, other: ends.from, address: addresses.from };
}

/** Labels that controllers add and change: nobody selects by them. */
const PASSING_LABELS: ReadonlySet<string> = new Set([
  "pod-template-hash",
  "controller-revision-hash",
  "pod-template-generation",
  "controller-uid",
  "batch.kubernetes.io/controller-uid",
  "job-name",
  "batch.kubernetes.io/job-name",
]);

/** A pod by its namespace and labels, anything else by its address. */
export function peerFor(end: EndFacts, address: string | undefined): object | undefined {
  if (end.namespace !== undefined && !end.hostNetwork) {
    return {
      namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: end.namespace } },
      podSelector: labelsOnly(end.labels),
    };
  }
  return address === undefined ? undefined : { ipBlock: { cidr: hostPrefix(address) } };
}

/** Labels of one pod of a workload alone: what is for all of them does not select by them. */
const OWN_LABELS: readonly string[] = [
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
  "batch.kubernetes.io/job-completion-index",
];

/** One pod as all of its workload. */
export function ofWorkload(end: EndFacts): EndFacts {
  const labels = Object.fromEntries(Object.entries(end.labels).filter(([key]) => !OWN_LABELS.includes(key)));
  return { ...end, labels };
}

/** A selector of a pod's labels. */
export function labelsOnly(labels: Labels): object {
  const kept = keptLabels(labels);
  return Object.keys(kept).length > 0 ? { matchLabels: kept } : {};
}

/** Labels that policies select by. */
export function keptLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !PASSING_LABELS.has(key)));
}

/** What an end may be called in a policy's name: its application, where a label tells it. */
export function nameOf({ display, labels }: EndFacts): string {
  const text = labels["app.kubernetes.io/name"] ?? labels.app ?? display.split("/").at(-1) ?? display;
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .slice(0, 40)
      .replaceAll(/^-+|-+$/g, "") || "it"
  );
}

/** A name that nobody has: the one that is wanted, or the first with a number. */
export function freeName(taken: ReadonlySet<string>, wanted: string): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
  return name;
}
