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
  const named = new Map(workloads.map((one) => [`${namespaceOf(one)}/${one.kind}/${one.metadata.name}`, one] as const));
  const isBelow = (object: PlainObject, workload: Workload): boolean =>
    namespaceOf(object) === namespaceOf(workload) &&
    descends(object, workload, (kind, name) => named.get(`${namespaceOf(workload)}/${kind}/${name}`));
  const taken = new Set(pods.map((pod) => `${namespaceOf(pod)}/${pod.metadata.name}`));
  // A finished pod is none, so a CronJob between two runs makes another one; but its Job has run.
  const counts = (pod: Pod, workload: Workload): boolean => live.has(pod) || workload.kind === "Job";
  const idle = workloads.filter((workload) => !pods.some((pod) => counts(pod, workload) && isBelow(pod, workload)));
  const makers = idle
    .map((workload) => ({ workload, made: standIns(workload, namespaceOf(workload), taken) }))
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

/** The pods that a workload without pods will make; a StatefulSet none by a name that is `taken`. */
function standIns(workload: Workload, namespace: string, taken: ReadonlySet<string>): StandIn[] {
  const { spec, kind } = workload;
  const template = kind === "CronJob" ? spec?.jobTemplate?.spec?.template : spec?.template;
  const replicas = replicasOf(workload);
  if (kind !== "StatefulSet") {
    const labels = addedLabels(workload);
    return replicas > 0 ? [{ pod: templatePod(template, namespace, labels, true) }] : [];
  }
  const start = spec?.ordinals?.start ?? 0;
  const ordinals = Array.from({ length: replicas }, (_, index) => start + index);
  const free = ordinals.filter((ordinal) => !taken.has(`${namespace}/${workload.metadata.name}-${ordinal}`));
  return free.map((ordinal) => {
    const name = `${workload.metadata.name}-${ordinal}`;
    const labels: Labels = {
      ...addedLabels(workload),
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(ordinal),
    };
    return { name, pod: templatePod(template, namespace, labels, false) };
  });
}

/** Labels that the controllers add to every pod; a value that they make up is none that a selector names. */
function addedLabels({ kind, metadata, spec }: Workload): Labels {
  const some = "?";
  switch (kind) {
    case "Job":
    case "CronJob": {
      const name = kind === "Job" ? metadata.name : some;
      const uid = { "controller-uid": some, "batch.kubernetes.io/controller-uid": some };
      const { completionMode } = (kind === "Job" ? spec : spec?.jobTemplate?.spec) ?? {};
      const index = completionMode === "Indexed" ? { "batch.kubernetes.io/job-completion-index": some } : {};
      return { "job-name": name, "batch.kubernetes.io/job-name": name, ...uid, ...index };
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

/** Whether an object descends from a workload: through the owners that made it, as far as they are loaded. */
function descends(
  object: PlainObject,
  workload: Workload,
  find: (kind: string, name: string) => Workload | undefined,
): boolean {
  const seen = new Set<string>();
  let owner = makerOf(object);
  while (owner !== undefined && !seen.has(`${owner.kind}/${owner.name}`)) {
    if (owner.kind === workload.kind && owner.name === workload.metadata.name) return true;
    seen.add(`${owner.kind}/${owner.name}`);
    const found = find(owner.kind, owner.name);
    owner = found === undefined ? deploymentBehind(owner, object) : makerOf(found);
  }
  return false;
}

/** The owner that made an object is the one that controls it; other owners only keep it alive. */
function makerOf({ metadata }: PlainObject): OwnerReference | undefined {
  const owners = metadata.ownerReferences ?? [];
  return owners.find(({ controller }) => controller === true) ?? owners[0];
}

/** A ReplicaSet that isn't loaded is called after its Deployment and the hash that its pods carry. */
function deploymentBehind({ kind, name }: OwnerReference, object: PlainObject): OwnerReference | undefined {
  const hash = object.kind === "Pod" ? object.metadata.labels?.["pod-template-hash"] : undefined;
  if (kind !== "ReplicaSet" || hash === undefined || !name.endsWith(`-${hash}`)) return undefined;
  return { kind: "Deployment", name: name.slice(0, -`-${hash}`.length) };
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
