/**
 * Workloads: which live pods descend from them, and the pods that stand for those that have none.
 *
 *   Pod ─owner─▶ ReplicaSet ─owner─▶ Deployment          Pod ─owner─▶ Job ─owner─▶ CronJob
 */
import type { Labels, OwnerReference, PodObject, WorkloadObject } from "../read/objects.ts";

/** A pod that a workload would make. */
export interface StandIn {
  readonly workload: WorkloadObject;
  /** The pod's own name where the workload's kind fixes it (StatefulSet). */
  readonly podName?: string;
  readonly labels: Labels;
}

/** `namespace/Kind/name` */
export function workloadKey(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`;
}

/** The workloads that a pod descends from, nearest first, as keys. */
export function ancestorsOf(pod: PodObject, workloads: ReadonlyMap<string, WorkloadObject>): string[] {
  return ancestorKeys(pod.namespace, pod.owners, workloads, pod.labels);
}

/** The workloads from some owners on upwards, as keys. */
export function ancestorKeys(
  namespace: string,
  owners: readonly OwnerReference[],
  workloads: ReadonlyMap<string, WorkloadObject>,
  podLabels: Labels = {},
): string[] {
  const ancestors: string[] = [];
  let owner = controllerOf(owners);
  while (owner !== undefined) {
    const key = workloadKey(namespace, owner.kind, owner.name);
    if (ancestors.includes(key)) break;
    ancestors.push(key);
    const workload = workloads.get(key);
    owner = workload === undefined ? impliedOwner(owner, podLabels) : controllerOf(workload.owners);
  }
  return ancestors;
}

/**
 * The pods that stand for workloads without live pods. A workload whose pods another one that was loaded makes (a
 * ReplicaSet for its Deployment) leaves it to that one.
 */
export function standInsFor(
  workloads: ReadonlyMap<string, WorkloadObject>,
  withPods: ReadonlySet<string>,
  podExists: (namespace: string, name: string) => boolean,
): StandIn[] {
  const makers = [...workloads].filter(([key, { replicas }]) => replicas > 0 && !withPods.has(key));
  const delegated = new Set(makers.flatMap(([, { namespace, owners }]) => ancestorKeys(namespace, owners, workloads)));
  return makers
    .filter(([key]) => !delegated.has(key))
    .flatMap(([, workload]): StandIn[] => {
      if (workload.kind === "StatefulSet") return statefulPods(workload, podExists);
      return [{ workload, labels: firstPodLabels(workload) }];
    });
}

function statefulPods(workload: WorkloadObject, podExists: (namespace: string, name: string) => boolean): StandIn[] {
  const pods: StandIn[] = [];
  for (let i = 0; i < workload.replicas; i++) {
    const ordinal = workload.firstOrdinal + i;
    const podName = `${workload.name}-${ordinal}`;
    if (podExists(workload.namespace, podName)) continue;
    pods.push({ workload, podName, labels: statefulLabels(workload, ordinal) });
  }
  return pods;
}

/** The labels of the first pod that a workload would make, or of each where it tells none apart. */
export function firstPodLabels(workload: WorkloadObject): Labels {
  if (workload.kind === "StatefulSet") return statefulLabels(workload, workload.firstOrdinal);
  return { ...workload.template.labels, ...controllerLabels(workload) };
}

function statefulLabels(workload: WorkloadObject, ordinal: number): Labels {
  return {
    ...workload.template.labels,
    ...controllerLabels(workload),
    "statefulset.kubernetes.io/pod-name": `${workload.name}-${ordinal}`,
    "apps.kubernetes.io/pod-index": String(ordinal),
  };
}

/**
 * A value that a controller makes up. It is no label value that a selector could name, so `Exists` finds the label and
 * `In` does not: nobody writes a policy for a hash that is not known yet.
 */
const MADE_UP = "(made up by the controller)";

/** Labels that controllers add to the pods of a template. */
function controllerLabels({ kind, name, indexed }: WorkloadObject): Labels {
  switch (kind) {
    case "Deployment":
      return { "pod-template-hash": MADE_UP };
    case "DaemonSet":
      return { "controller-revision-hash": MADE_UP, "pod-template-generation": MADE_UP };
    case "StatefulSet":
      return { "controller-revision-hash": MADE_UP };
    case "Job":
      return jobLabels(name, indexed);
    case "CronJob":
      return jobLabels(MADE_UP, indexed);
    default:
      return {};
  }
}

function jobLabels(jobName: string, indexed: boolean): Labels {
  return {
    "job-name": jobName,
    "batch.kubernetes.io/job-name": jobName,
    "controller-uid": MADE_UP,
    "batch.kubernetes.io/controller-uid": MADE_UP,
    ...(indexed && { "batch.kubernetes.io/job-completion-index": MADE_UP }),
  };
}

/** The owner that controls an object, else its first one. */
export function controllerOf(owners: readonly OwnerReference[]): OwnerReference | undefined {
  return owners.find((owner) => owner.controller) ?? owners[0];
}

/** The owner of an owner that was not loaded, as far as its name tells: a ReplicaSet is named after its Deployment and the template's hash. */
function impliedOwner(owner: OwnerReference, podLabels: Labels): OwnerReference | undefined {
  const hash = podLabels["pod-template-hash"];
  if (owner.kind !== "ReplicaSet" || hash === undefined || !owner.name.endsWith(`-${hash}`)) return undefined;
  return { kind: "Deployment", name: owner.name.slice(0, -hash.length - 1), controller: true };
}
