/** Workloads stand for pods where no live pod descends from them (design: Workloads). */
import type { PodFacts } from "./endpoint.ts";
import type { Labels, OwnerReference, PlainObject, Pod, Workload } from "./objects.ts";
import { templatePod } from "./pods.ts";

export const WORKLOAD_KINDS: readonly string[] = [
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "ReplicationController",
  "Job",
  "CronJob",
];

export interface StandIn {
  /** The pod's name where its workload settles it: a StatefulSet's. */
  readonly name?: string;
  readonly pod: PodFacts;
}

/**
 * The pods of every workload by `namespace/Kind/name`, and those among them that stand for pods to come.
 * A workload whose pods another loaded workload makes (a ReplicaSet for its Deployment) leaves it to that one.
 */
export function podsOfWorkloads(
  workloads: readonly Workload[],
  pods: readonly Pod[],
  live: ReadonlyMap<Pod, PodFacts>,
  namespaceOf: (object: PlainObject) => string,
): { members: Map<string, PodFacts[]>; standing: StandIn[] } {
  const isBelow = (object: PlainObject, workload: Workload): boolean => {
    const namespace = namespaceOf(workload);
    const owners = (kind: string, name: string): readonly OwnerReference[] =>
      workloads
        .filter((owner) => namespaceOf(owner) === namespace && owner.kind === kind && owner.metadata.name === name)
        .flatMap(ownersOf);
    return namespaceOf(object) === namespace && descends(object, workload, owners);
  };
  // A finished pod is none, so a CronJob between two runs makes another one; but its Job has run.
  const counts = (pod: Pod, workload: Workload): boolean => live.has(pod) || workload.kind === "Job";
  const idle = workloads.filter((workload) => !pods.some((pod) => counts(pod, workload) && isBelow(pod, workload)));
  const makers = idle
    .map((workload) => ({ workload, made: standIns(workload, namespaceOf(workload)) }))
    .filter(({ made }) => made.length > 0);
  const last = makers.filter(({ workload }) => !makers.some((other) => isBelow(other.workload, workload)));
  const members = workloads.map((workload): [string, PodFacts[]] => [
    `${namespaceOf(workload)}/${workload.kind}/${workload.metadata.name}`,
    [
      ...[...live].filter(([pod]) => isBelow(pod, workload)).map(([, facts]) => facts),
      ...last
        .filter((maker) => maker.workload === workload || isBelow(maker.workload, workload))
        .flatMap(({ made }) => made.map(({ pod }) => pod)),
    ],
  ]);
  return { members: new Map(members), standing: last.flatMap(({ made }) => made) };
}

/** The pods that a workload without pods will make. */
function standIns(workload: Workload, namespace: string): StandIn[] {
  const { spec, kind } = workload;
  const template = kind === "CronJob" ? spec?.jobTemplate?.spec?.template : spec?.template;
  const replicas = replicasOf(workload);
  if (kind !== "StatefulSet") {
    const labels = addedLabels(workload);
    return replicas > 0 ? [{ pod: templatePod(template, namespace, labels, true) }] : [];
  }
  const start = spec?.ordinals?.start ?? 0;
  return Array.from({ length: replicas }, (_, index) => {
    const name = `${workload.metadata.name}-${start + index}`;
    const labels: Labels = {
      ...addedLabels(workload),
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(start + index),
    };
    return { name, pod: templatePod(template, namespace, labels, false) };
  });
}

/** Labels that the controllers add to every pod; a value that they make up is none that a selector names. */
function addedLabels({ kind, metadata }: Workload): Labels {
  const some = "?";
  switch (kind) {
    case "Job":
    case "CronJob": {
      const name = kind === "Job" ? metadata.name : some;
      const uid = { "controller-uid": some, "batch.kubernetes.io/controller-uid": some };
      return { "job-name": name, "batch.kubernetes.io/job-name": name, ...uid };
    }
    case "Deployment":
      return { "pod-template-hash": some };
    case "DaemonSet":
      return { "controller-revision-hash": some, "pod-template-generation": some };
    case "StatefulSet":
      return { "controller-revision-hash": some };
    default:
      return {};
  }
}

/** Whether an object descends from a workload: by its owners, or by theirs, as far as they are loaded. */
function descends(
  object: PlainObject,
  workload: Workload,
  owners: (kind: string, name: string) => readonly OwnerReference[],
): boolean {
  const seen = new Set<string>();
  const reaches = (references: readonly OwnerReference[]): boolean =>
    references.some(({ kind, name }) => {
      if (kind === workload.kind && name === workload.metadata.name) return true;
      const key = `${kind}/${name}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return reaches(owners(kind, name));
    });
  return reaches(ownersOf(object));
}

function ownersOf(object: PlainObject): readonly OwnerReference[] {
  return object.metadata.ownerReferences ?? [];
}

function replicasOf(workload: Workload): number {
  switch (workload.kind) {
    case "DaemonSet":
    case "CronJob":
      return 1;
    case "Job": {
      const over = (workload.status?.conditions ?? []).some(
        ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
      );
      return over ? 0 : 1;
    }
    default:
      return workload.spec?.replicas ?? 1;
  }
}
