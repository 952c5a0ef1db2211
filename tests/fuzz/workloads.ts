/** Workloads with and without pods. */
import { addPod, podSpec } from "./pods.ts";
import { freshName, inNamespace, someLabels, type World } from "./world.ts";

type Part = Record<string, unknown>;

const API_VERSIONS = {
  Deployment: "apps/v1",
  ReplicaSet: "apps/v1",
  StatefulSet: "apps/v1",
  DaemonSet: "apps/v1",
  ReplicationController: "v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
} as const;

type Kind = keyof typeof API_VERSIONS;

/** Adds workloads; some own pods, directly or through a ReplicaSet or a Job. */
export function addWorkloads(world: World): void {
  const { random, features } = world;
  if (!features.workloads) return;
  const count = 1 + random.below(3);
  for (let index = 0; index < count; index++) addWorkload(world);
}

function addWorkload(world: World): void {
  const { random, namespaces, workloads } = world;
  const kind = random.pick([
    ...(Object.keys(API_VERSIONS) as Kind[]),
    "StatefulSet",
    "StatefulSet",
    "Deployment",
  ] as const);
  const namespace = random.pick(namespaces);
  const name = freshName(`${kind.toLowerCase()}-`, workloads);
  const labels = { ...someLabels(world), ...(random.chance(0.2) ? { "apps.kubernetes.io/pod-index": "9" } : {}) };
  const hostNetwork = world.features.hostNetwork && random.chance(0.2);
  const template = { metadata: { labels }, spec: { ...podSpec(world), ...(hostNetwork ? { hostNetwork } : {}) } };
  add(world, kind, namespace, name, specOf(world, kind, labels, template));
  // A pod with the name that the StatefulSet would give to its own: it's that pod, whoever made it.
  if (kind === "StatefulSet" && random.chance(0.15)) addPod(world, { namespace, name: `${name}-${random.below(2)}` });
  if (random.chance(0.45)) adopt(world, kind, namespace, name, labels, template);
}

function specOf({ random }: World, kind: Kind, labels: Part, template: Part): Part {
  const selector = { matchLabels: labels };
  const replicas = random.pick<Part>([{}, { replicas: 0 }, { replicas: 1 }, { replicas: 3 }, { replicas: null }]);
  const completion = random.pick<Part>([{}, {}, { completionMode: "NonIndexed" }, { completionMode: "Indexed" }]);
  switch (kind) {
    case "CronJob":
      return { schedule: "* * * * *", jobTemplate: { spec: { ...completion, template } } };
    case "Job":
      return { ...completion, template };
    case "DaemonSet":
      return { selector, template };
    case "ReplicationController":
      return { selector: labels, template, ...replicas };
    case "StatefulSet":
      return {
        selector,
        serviceName: "",
        template,
        ...replicas,
        ...(random.chance(0.2) ? { ordinals: { start: 2 } } : {}),
      };
    default:
      return { selector, template, ...replicas };
  }
}

function add(world: World, kind: Kind, namespace: string, name: string, spec: Part, owner?: Part): void {
  const over = kind === "Job" && world.random.chance(0.2);
  world.workloads.push(`${namespace}/${kind}/${name}`);
  world.objects.push({
    apiVersion: API_VERSIONS[kind],
    kind,
    metadata: { name, ...inNamespace(world, namespace), ...(owner ? { ownerReferences: [owner] } : {}) },
    spec,
    ...(over ? { status: { conditions: [{ type: "Complete", status: "True" }] } } : {}),
  });
}

/** Gives some pods of the namespace to a workload: through what it makes in between, where it makes something. */
function adopt(world: World, kind: Kind, namespace: string, name: string, labels: Part, template: Part): void {
  const { random, objects, defaultNamespace } = world;
  const between: Kind | undefined = kind === "Deployment" ? "ReplicaSet" : kind === "CronJob" ? "Job" : undefined;
  let owner = reference(kind, name);
  // What stands between need not be among the objects: a ReplicaSet's name tells its Deployment all the same.
  const hash = kind === "Deployment" && random.chance(0.3) ? random.pick(["5d8f", "7"]) : undefined;
  if (between !== undefined) {
    const child = `${name}-${hash ?? 1}`;
    // A ReplicaSet's template need not be its Deployment's any more.
    const changed = random.chance(0.5) ? template : { ...template, metadata: { labels: someLabels(world) } };
    if (hash === undefined || random.chance(0.3)) {
      add(world, between, namespace, child, specOf(world, between, labels, changed), owner);
    }
    owner = reference(between, child);
  }
  if (random.chance(0.4)) return;
  // Failed pods would leave open whether the workload still stands for others.
  const free = objects.filter((object) => isFreePod(object, namespace, defaultNamespace));
  for (const pod of free.slice(0, 1 + random.below(2))) {
    const { metadata } = pod as { metadata: { labels?: Part | null; ownerReferences?: Part[] } };
    // Only the controller has made the pod; other owners keep it from being collected.
    const other = { ...reference("ReplicaSet", "nothing"), controller: random.pick([false, undefined]) };
    metadata.ownerReferences = random.pick([[owner], [owner], [other, owner], [owner, other]]);
    if (hash !== undefined && random.chance(0.8)) metadata.labels = { ...metadata.labels, "pod-template-hash": hash };
  }
}

function isFreePod(object: object, namespace: string, defaultNamespace: string): boolean {
  const { kind, metadata, status } = object as { kind: string; metadata: Part; status?: { phase?: string } };
  const finished = status?.phase === "Succeeded" || status?.phase === "Failed";
  const own = metadata.namespace || defaultNamespace;
  return kind === "Pod" && own === namespace && !finished && metadata.ownerReferences === undefined;
}

function reference(kind: Kind, name: string): Part {
  return { apiVersion: API_VERSIONS[kind], kind, name, uid: `${kind}-${name}`, controller: true };
}
