/**
 * Pods that a policy would speak of if they were endpoints: those on the host network, loaded or to come of a workload, those
 * that have finished, and those of workloads that are scaled to zero. Asked of a state in which they are.
 */
import { buildState } from "../build-state.ts";
import type { Tier } from "../model/model.ts";
import { controllerOf, firstPodLabels, workloadKey } from "../model/workloads.ts";
import type { PodObject, WorkloadObject } from "../read/objects.ts";
import type { Inspection } from "../runtime.ts";
import type { FullState } from "../state.ts";
import { compareReferences } from "./order.ts";
import type { LintPolicy } from "./policies.ts";

type Pods = ReadonlyMap<number, PodObject>;

const NOBODY: readonly PodObject[] = [];

export class MeantPods {
  readonly #inspect: Inspection["inspect"];
  /** Undefined where there are no such pods. */
  readonly #full: FullState | undefined;
  /** By the endpoint that each has there. */
  readonly #hidden = new Map<number, PodObject>();
  readonly #absent = new Map<number, PodObject>();
  /** The numbers that the policies have there, by tier, namespace and name. */
  readonly #numbers = new Map<string, number>();

  constructor(inspect: Inspection["inspect"], full: FullState) {
    this.#inspect = inspect;
    const { runtime, objects, options } = full;
    const hidden = [
      ...objects.pods.filter(({ hostNetwork, finished }) => hostNetwork || finished),
      ...hostWorkloads(full).map(podOf),
    ].sort(compareReferences);
    const absent = absentWorkloads(full).map(podOf).sort(compareReferences);
    if (hidden.length + absent.length === 0) return;
    const asEndpoints = hidden.map((pod) => ({ ...pod, hostNetwork: false, finished: false, ips: [], owners: [] }));
    const built = buildState(
      runtime,
      {
        ...objects,
        pods: [...asEndpoints, ...absent],
        workloads: [],
        services: [],
        endpointSlices: [],
        endpoints: [],
      },
      options,
    );
    this.#full = built;
    const note = (noted: Map<number, PodObject>, pods: readonly PodObject[]): void => {
      for (const pod of pods) {
        const entry = built.directory.podNamed(pod.namespace, pod.name);
        if (entry !== undefined) noted.set(entry.endpoint, pod);
      }
    };
    note(this.#hidden, hidden);
    note(this.#absent, absent);
    for (const [number, { tier, namespace, name }] of built.model.policies.entries()) {
      const space = typeof namespace === "number" ? built.namespaces.list[namespace]?.name : undefined;
      this.#numbers.set(keyOf(tier, space, name), number);
    }
  }

  selected(policy: LintPolicy): readonly PodObject[] {
    return this.#ask(this.#hidden, policy, (full, number, count) =>
      full.builder.selected(this.#inspect, number, count),
    );
  }

  absentSelected(policy: LintPolicy): readonly PodObject[] {
    return this.#ask(this.#absent, policy, (full, number, count) =>
      full.builder.selected(this.#inspect, number, count),
    );
  }

  matched(policy: LintPolicy, rule: number, peer: number): readonly PodObject[] {
    return this.#ask(this.#hidden, policy, (full, number, count) =>
      full.builder.matched(this.#inspect, number, rule, peer, count),
    );
  }

  absentMatched(policy: LintPolicy, rule: number, peer: number): readonly PodObject[] {
    return this.#ask(this.#absent, policy, (full, number, count) =>
      full.builder.matched(this.#inspect, number, rule, peer, count),
    );
  }

  #ask(
    pods: Pods,
    { namespace, policy }: LintPolicy,
    ask: (full: FullState, number: number, count: number) => Uint8Array,
  ): readonly PodObject[] {
    const number = this.#numbers.get(keyOf(policy.tier, namespace, policy.name));
    if (this.#full === undefined || number === undefined || pods.size === 0) return NOBODY;
    const matches = ask(this.#full, number, this.#full.directory.endpointCount);
    return [...pods].flatMap(([endpoint, pod]) => (matches[endpoint] ? [pod] : []));
  }
}

const keyOf = (tier: Tier, namespace: string | undefined, name: string): string => `${tier}/${namespace ?? ""}/${name}`;

/** Workloads on the host network whose pods were not loaded. */
function hostWorkloads({ objects, directory }: FullState): readonly WorkloadObject[] {
  return objects.workloads.filter(({ kind, namespace, name, template }) => {
    const pods = directory.podsOf(workloadKey(namespace, kind, name)) ?? [];
    return template.hostNetwork && pods.length > 0 && pods.every(({ standsIn }) => standsIn);
  });
}

/**
 * Workloads that have no pods now and may have some at other times. Not those of the past: a ReplicaSet that its Deployment
 * has replaced, a Job that a CronJob makes anew.
 */
function absentWorkloads({ objects: { workloads } }: FullState): readonly WorkloadObject[] {
  const ownerKey = (namespace: string, kind: string, name: string): string => `${kind}/${namespace}/${name}`;
  const present = new Set<string>();
  for (const { kind, namespace, name, owners, replicas } of workloads) {
    present.add(ownerKey(namespace, kind, name));
    const owner = controllerOf(owners);
    if (replicas > 0 && owner !== undefined) present.add(ownerKey(namespace, owner.kind, owner.name));
  }
  return workloads.filter(({ namespace, owners, replicas, template }) => {
    if (replicas > 0 || template.hostNetwork) return false;
    const owner = controllerOf(owners);
    // The owner speaks for itself, or has made another one.
    return owner === undefined || !present.has(ownerKey(namespace, owner.kind, owner.name));
  });
}

/** The first pod that a workload would make, under a name that no pod can have. */
function podOf(workload: WorkloadObject): PodObject {
  const { kind, namespace, name, template, origin } = workload;
  return {
    ...template,
    labels: firstPodLabels(workload),
    kind: "Pod",
    namespace,
    name: `${kind}/${name}`,
    annotations: {},
    origin,
    owners: [],
    finished: false,
    terminating: false,
    ips: [],
    hostIPs: [],
  };
}
