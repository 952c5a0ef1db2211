/**
 * Which changes can be made in what is there. All others need a rebuild: those that change the labels of namespaces, the
 * nodes and their addresses, which workloads have pods, or host-network pods. Whether the core's classes can tell a new
 * policy apart is the core's to say.
 */
import type { PodObject, WorkloadObject } from "../read/objects.ts";
import type { FullState } from "../state.ts";
import type { Edit, Edits } from "./edits.ts";
import type { Ledger } from "./ledger.ts";
import { isSame, sameContent } from "./same.ts";
import { type Share, shareOf, Tallies } from "./tallies.ts";

/** What a change does to a pod's endpoint. */
export interface PodChange {
  readonly key: string;
  readonly before: PodObject | undefined;
  readonly after: PodObject | undefined;
  /** The endpoint stays: a live pod before and after. */
  readonly keeps: boolean;
  /** The workloads that it descends from, before and after. */
  readonly left: readonly string[];
  readonly joined: readonly string[];
}

export interface Plan {
  /** Pods that change in more than where they were written. */
  readonly pods: readonly PodChange[];
  /** What the tallies change by. */
  readonly delta: Tallies;
}

/** What an update does, or undefined where only a rebuild can do it. */
export function planUpdate(edits: Edits, ledger: Ledger, full: FullState): Plan | undefined {
  const { namespaces, nodes, workloads, pods, networkPolicies } = edits.lists;
  const delta = new Tallies();
  const fits =
    all(nodes.values(), isUntouched) &&
    all(namespaces, ([name, edit]) => isUntouched(edit) || (isNew(edit) && full.namespaces.find(name) === undefined)) &&
    all(
      workloads,
      ([key, edit]) => isUntouched(edit) || keepsItsPods(edit, (ledger.tallies.workloads.get(key) ?? 0) > 0),
    );
  if (!fits) return undefined;

  const changes: PodChange[] = [];
  const shares: { readonly share: Share; readonly edit: Edit<PodObject>; readonly count: 1 | -1 }[] = [];
  for (const [key, edit] of pods) {
    if (isUntouched(edit)) continue;
    const change = planPod(key, edit, ledger, full);
    if (change === undefined) return undefined;
    changes.push(change);
    for (const [pod, count] of [
      [edit.before, -1],
      [edit.after, 1],
    ] as const) {
      if (pod === undefined) continue;
      const share = shareOf(pod, ledger.store.workloads, ledger.nodeAddresses, full.podRanges);
      shares.push({ share, edit, count });
      delta.addPod(share, count);
    }
  }
  for (const { before, after } of networkPolicies.values()) {
    if (before !== undefined) delta.addPolicy(before.namespace, -1);
    if (after !== undefined) delta.addPolicy(after.namespace, 1);
  }
  const stays =
    all(delta.workloads, ([key, change]) => keepsStandIns(key, change, workloads.get(key)?.after, ledger)) &&
    all(delta.objections, ([objection, change]) => keepsSides(ledger.tallies.objections.get(objection) ?? 0, change)) &&
    all(delta.nodes, ([name, change]) => keepsAddresses(name, change, ledger, full)) &&
    all(shares, ({ share, edit, count }) => claimsNothingNew(share, edit, count, delta, ledger, full));
  return stays ? { pods: changes, delta } : undefined;
}

function isNew<T>({ before }: Edit<T>): boolean {
  return before === undefined;
}

/** Whether an object says what it said, in its place. */
export function isUntouched<T extends { readonly origin: unknown }>({ before, after, renewed }: Edit<T>): boolean {
  return before !== undefined && after !== undefined && !renewed && sameContent(before, after);
}

/** A workload with pods of its own has none that stand for it, so nothing but its owners counts. */
function keepsItsPods<T extends { readonly owners: unknown }>({ before, after, renewed }: Edit<T>, hasPods: boolean) {
  return hasPods && before !== undefined && after !== undefined && !renewed && isSame(before.owners, after.owners);
}

function planPod(
  key: string,
  { before, after, renewed }: Edit<PodObject>,
  ledger: Ledger,
  { podRanges }: FullState,
): PodChange | undefined {
  const { store, nodeAddresses, strayAddresses } = ledger;
  const left = before === undefined ? undefined : shareOf(before, store.workloads, nodeAddresses, podRanges);
  const joined = after === undefined ? undefined : shareOf(after, store.workloads, nodeAddresses, podRanges);
  for (const pod of [before, after]) {
    if (pod === undefined || pod.finished) continue;
    if (pod.hostNetwork || pod.ips.some((ip) => strayAddresses.has(ip))) return undefined;
  }
  if (before !== undefined && after !== undefined && !renewed) {
    // It would come to stand among the pods that were there before it.
    if (before.finished && !after.finished) return undefined;
    if (before.finished === after.finished && !isSame(left?.workloads, joined?.workloads)) return undefined;
  }
  // A StatefulSet makes no pod of a name that is there.
  const ordinal = /^(.*)-\d+$/.exec(after?.name ?? before?.name ?? "");
  if (ordinal !== null && before?.finished !== after?.finished) {
    const set = `${(after ?? before)?.namespace}/StatefulSet/${ordinal[1]}`;
    if (makesStandIns(set, ledger)) return undefined;
  }
  const keeps = before !== undefined && after !== undefined && !renewed && !before.finished && !after.finished;
  return { key, before, after, keeps, left: left?.workloads ?? [], joined: joined?.workloads ?? [] };
}

/** Whether a loaded workload would make pods and has none. */
function makesStandIns(key: string, { store, tallies }: Ledger): boolean {
  return (store.workloads.get(key)?.replicas ?? 0) > 0 && !tallies.workloads.has(key);
}

/** Whether the same workloads are without pods as before. */
function keepsStandIns(
  key: string,
  change: number,
  edited: WorkloadObject | undefined,
  { store, tallies }: Ledger,
): boolean {
  if ((store.workloads.get(key)?.replicas ?? 0) === 0 && (edited?.replicas ?? 0) === 0) return true;
  return keepsSides(tallies.workloads.get(key) ?? 0, change);
}

/** Whether there are some before and after a change, or none. */
function keepsSides(count: number, change: number): boolean {
  return count > 0 === count + change > 0;
}

/** A node that only pods tell of comes and goes with them; with addresses, it has endpoints. */
function keepsAddresses(name: string, change: number, { store, tallies }: Ledger, { nodes }: FullState): boolean {
  if (store.nodes.has(name)) return true;
  const count = tallies.nodes.get(name) ?? 0;
  const goes = count > 0 && count + change === 0;
  return !goes || nodes.list[nodes.indexOf(name)]?.addresses.length === 0;
}

/**
 * Which node has an address, and the order of a node's addresses, come from the first object that says so. They stay if
 * all the pods of a node say the same, and nobody says it of another node.
 */
function claimsNothingNew(
  { live, nodeName, claims, saying }: Share,
  { before, after, renewed }: Edit<PodObject>,
  count: 1 | -1,
  delta: Tallies,
  { tallies }: Ledger,
  { nodes }: FullState,
): boolean {
  if (!live || nodeName === undefined || claims.length === 0) return true;
  if (count === 1 && !claims.every((ip) => nodes.ownerOf(ip) !== undefined)) return false;
  const sayings = tallies.claimsOf.get(nodeName);
  const said = sayings?.get(saying) ?? 0;
  // What comes last and says what has been said changes nothing.
  if (count === 1 && (before === undefined || renewed) && said > 0) return true;
  const stays = before !== undefined && after !== undefined && !renewed && !after.finished;
  if (stays && before.nodeName === after.nodeName && isSame(before.hostIPs, after.hostIPs)) return true;
  if (sayings?.size !== 1 || !claims.every((ip) => tallies.claimantsOf.get(ip)?.size === 1)) return false;
  return said > 0 && said + (delta.claimsOf.get(nodeName)?.get(saying) ?? 0) > 0;
}

function all<T>(values: Iterable<T>, holds: (value: T) => boolean): boolean {
  for (const value of values) if (!holds(value)) return false;
  return true;
}
