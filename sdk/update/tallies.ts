/** How often things are named by the objects of a state: what an update needs to know without looking at all of them. */
import type { Objection, PodRanges } from "../model/pod-ranges.ts";
import { ancestorsOf } from "../model/workloads.ts";
import type { PodObject, WorkloadObject } from "../read/objects.ts";
import type { Store } from "./store.ts";

/** Counts by key; what is counted 0 is not there. */
export class Counter extends Map<string, number> {
  add(key: string, count: number): void {
    const sum = (this.get(key) ?? 0) + count;
    if (sum === 0) this.delete(key);
    else this.set(key, sum);
  }
}

/** What one pod names. */
export interface Share {
  readonly live: boolean;
  /** Addresses that it has lost to other pods, or some of them. */
  readonly lost: readonly string[];
  readonly namespace: string;
  readonly nodeName: string | undefined;
  /** Addresses that it says its node has and that no Node object does. */
  readonly claims: readonly string[];
  /** Those lists of addresses as the pod has them: an address's place in one counts too. */
  readonly saying: string;
  /** The workloads that have a pod through it, nearest first. */
  readonly workloads: readonly string[];
  readonly objection: Objection | undefined;
}

export class Tallies {
  /** Namespaces with live pods, pods that stand for workloads, or policies. */
  readonly namespaces: Counter = new Counter();
  /** Of those, the policies. */
  readonly policed: Counter = new Counter();
  /** Nodes that live pods, and pods that stand for workloads, run on. */
  readonly nodes: Counter = new Counter();
  /** Workloads that live pods descend from. */
  readonly workloads: Counter = new Counter();
  /** Of each node, what its pods say of its addresses. */
  readonly claimsOf: Map<string, Counter> = new Map();
  /** Of each claimed address, the nodes that it is claimed for. */
  readonly claimantsOf: Map<string, Counter> = new Map();
  /** What live pods say against the Nodes' ranges of pods. */
  readonly objections: Counter = new Counter();
  finishedPods = 0;
  /** Addresses of those that have lost one to another pod. */
  readonly lost: Counter = new Counter();

  addPod({ live, lost, namespace, nodeName, claims, saying, workloads, objection }: Share, count: 1 | -1): void {
    for (const key of workloads) this.workloads.add(key, count);
    if (objection !== undefined) this.objections.add(objection, count);
    if (!live) {
      this.finishedPods += count;
      for (const ip of lost) this.lost.add(ip, count);
      return;
    }
    this.namespaces.add(namespace, count);
    if (nodeName === undefined) return;
    this.nodes.add(nodeName, count);
    counterIn(this.claimsOf, nodeName).add(saying, count);
    for (const ip of claims) counterIn(this.claimantsOf, ip).add(nodeName, count);
  }

  addPolicy(namespace: string, count: 1 | -1): void {
    this.namespaces.add(namespace, count);
    this.policed.add(namespace, count);
  }

  addAll(other: Tallies): void {
    this.finishedPods += other.finishedPods;
    for (const list of ["namespaces", "policed", "nodes", "workloads", "objections", "lost"] as const) {
      for (const [key, count] of other[list]) this[list].add(key, count);
    }
    for (const list of ["claimsOf", "claimantsOf"] as const) {
      for (const [key, counts] of other[list]) {
        for (const [inner, count] of counts) counterIn(this[list], key).add(inner, count);
      }
    }
  }
}

function counterIn(counters: Map<string, Counter>, key: string): Counter {
  let counter = counters.get(key);
  if (counter === undefined) {
    counter = new Counter();
    counters.set(key, counter);
  }
  return counter;
}

/** What a pod names; `declared` are the addresses of Node objects. */
export function shareOf(
  pod: PodObject,
  workloads: ReadonlyMap<string, WorkloadObject>,
  declared: ReadonlySet<string>,
  podRanges: PodRanges,
): Share {
  const { namespace, nodeName, finished, hostIPs, hostNetwork, ips } = pod;
  const ancestors = ancestorsOf(pod, workloads);
  // A Job has run when its pod has; whatever else a finished pod was of makes another one.
  const kept = finished ? ancestors.filter((key) => key.startsWith(`${namespace}/Job/`)) : ancestors;
  const own = hostNetwork ? ips : [];
  const isSilent = finished || nodeName === undefined;
  const claims = isSilent ? [] : [...new Set([...hostIPs, ...own])].filter((ip) => !declared.has(ip));
  const saying = claims.length === 0 ? "" : `${hostIPs.join(" ")}, ${own.join(" ")}`;
  return {
    live: !finished,
    lost: pod.released === true ? ips : [],
    namespace,
    nodeName,
    claims,
    saying,
    workloads: kept,
    objection: podRanges.objectionOf(pod),
  };
}

/** The tallies of all objects; `standIns` are the pods that stand for workloads. */
export function tally(
  store: Store,
  declared: ReadonlySet<string>,
  podRanges: PodRanges,
  standIns: Iterable<{ readonly namespace: string; readonly nodeName: string | undefined }>,
): Tallies {
  const tallies = new Tallies();
  for (const pod of store.pods.values()) tallies.addPod(shareOf(pod, store.workloads, declared, podRanges), 1);
  for (const { namespace } of store.networkPolicies.values()) tallies.addPolicy(namespace, 1);
  for (const { namespace, nodeName } of standIns) {
    tallies.namespaces.add(namespace, 1);
    if (nodeName !== undefined) tallies.nodes.add(nodeName, 1);
  }
  return tallies;
}
