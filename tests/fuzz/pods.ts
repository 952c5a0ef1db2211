/** Namespaces, nodes and pods of a case: alike in most things, different in the ones that matter. */
import {
  anyFamily,
  clusterFamilies,
  freshName,
  inNamespace,
  type MadeNode,
  nothing,
  someLabels,
  type World,
} from "./world.ts";

type Part = Record<string, unknown>;

/** Adds Namespace objects; with `undeclared` some namespaces have none. */
export function addNamespaces(world: World): void {
  const { random, features, namespaces, objects } = world;
  for (const name of namespaces) {
    if (features.undeclared && random.chance(0.5)) continue;
    const labels = {
      ...someLabels(world),
      ...random.pick([{}, { "kubernetes.io/metadata.name": name }, { "kubernetes.io/metadata.name": "a" }]),
    };
    const none = Object.keys(labels).length === 0;
    objects.push({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, ...(none ? random.pick<Part>([{}, { labels: null }, { labels: {} }]) : { labels }) },
    });
  }
}

/** Adds nodes, some of them only implied by their pods. */
export function addNodes(world: World): void {
  const { random, features, nodes, objects, book, literals } = world;
  if (!features.nodes && !features.hostNetwork && features.podCIDRs !== "nodes") return;
  const families = clusterFamilies(world);
  const count = 1 + random.below(3);
  const translated: string[] = [];
  for (let index = 0; index < count; index++) {
    const name = freshName("node-", nodes);
    const declared = random.chance(0.6);
    const internal = random.chance(0.9) ? families.map((family) => book.take(family)) : [];
    if (declared && internal.length > 0 && random.chance(0.15)) internal.push(book.take(anyFamily(world)));
    const external = declared && random.chance(0.2) ? [book.take(anyFamily(world))] : [];
    // Behind one translation, nodes have one external address, which their pods do not report as their host's.
    if (declared && translated.length === 0 && random.chance(0.3)) translated.push(book.take(anyFamily(world)));
    const behind = declared && random.chance(0.7) ? translated : [];
    const node: MadeNode = { name, declared, addresses: [...internal, ...external] };
    nodes.push(node);
    literals.push(...node.addresses, ...behind);
    if (!declared) continue;
    // InternalIP comes first whatever the order of the list.
    const addresses = [
      ...internal.map((address) => ({ type: "InternalIP", address })),
      { type: "Hostname", address: name },
    ];
    const outer = [...external, ...behind].map((address) => ({ type: "ExternalIP", address }));
    objects.push({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, ...(random.chance(0.8) ? { labels: someLabels(world) } : {}) },
      spec: features.podCIDRs === "nodes" ? podCIDRs(world) : {},
      status: { addresses: random.chance(0.5) ? [...addresses, ...outer] : [...outer, ...addresses] },
    });
  }
}

/** The older field names one range, the newer one a range for each family. */
function podCIDRs(world: World): Part {
  const { random, book } = world;
  const ranges = clusterFamilies(world).map((family) => book.cidr(family));
  return random.pick<Part>([
    { podCIDRs: ranges },
    { podCIDRs: ranges, podCIDR: ranges[0] },
    { podCIDR: ranges[0] },
    { podCIDR: ranges[0], podCIDRs: [] },
  ]);
}

/** Adds pods, and among them now and then a finished one whose address another has by now. */
export function addPods(world: World): void {
  const { random, size, features } = world;
  // Dual-stack pods have a class for each address, and prefixes have some too.
  const brink = features.families === "dual" ? 285 : 470;
  const count = {
    tiny: 1 + random.below(4),
    small: 3 + random.below(12),
    medium: 20 + random.below(130),
    brink: brink + random.below(40),
    crowd: 560 + random.below(500),
  }[size];
  for (let index = 0; index < count; index++) addPod(world);
  if (random.chance(0.25)) addFinishedPods(world);
}

const DELETED = "2026-01-01T00:00:00Z";

/** Adds one pod; which one is for workloads that want a pod of a certain name. */
export function addPod(world: World, given: Partial<Record<"namespace" | "name", string>> = {}): void {
  const { random, features, size, pods, nodes, objects, literals, namespaces } = world;
  const namespace = given.namespace ?? random.pick(namespaces);
  const name = given.name ?? podName(world, namespace);
  const hostNetwork = features.hostNetwork && random.chance(0.35);
  const node = nodes.length > 0 && random.chance(0.75) ? random.pick(nodes) : undefined;
  const labels = { ...someLabels(world), ...(isNumbered(size) ? { id: String(pods.length) } : {}) };
  const hasAddress = !(features.addressless && random.chance(0.5));
  const addresses = hostNetwork ? hostAddresses(world, node, hasAddress) : hasAddress ? podAddresses(world) : [];
  const terminating = random.chance(0.08);
  pods.push({ namespace, name, labels, addresses, hostNetwork, finished: false, terminating });
  literals.push(...addresses);
  objects.push({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...inNamespace(world, namespace),
      ...(Object.keys(labels).length === 0 ? random.pick<Part>([{}, { labels: null }, { labels: {} }]) : { labels }),
      ...(terminating ? { deletionTimestamp: DELETED } : {}),
    },
    spec: { ...podSpec(world), ...(node ? { nodeName: node.name } : {}), ...(hostNetwork ? { hostNetwork } : {}) },
    ...podStatus(world, addresses, node, hostNetwork),
  });
}

/** Whether each pod has a label of its own, by which policies tell it from all others. */
export function isNumbered(size: World["size"]): boolean {
  return size === "brink" || size === "crowd";
}

/** Pods of one name in several namespaces are no relations. */
function podName({ random, pods }: World, namespace: string): string {
  const fresh = freshName("pod-", pods);
  if (pods.length === 0 || random.chance(0.8)) return fresh;
  const { name } = random.pick(pods);
  return pods.some((pod) => pod.namespace === namespace && pod.name === name) ? fresh : name;
}

/** Makes containers with ports: names that several containers share, names on another protocol, sidecars. */
export function podSpec({ random, numbers, portNames, features }: World): Part {
  const ports = (): Part => {
    // One container's port names are unique; the same name in another container is only warned about.
    const names = random.shuffle(portNames);
    const list = random.list(0, 2, (index) => ({
      containerPort: random.pick(numbers),
      ...(random.chance(0.8) && names[index] !== undefined ? { name: names[index] } : {}),
      ...(random.chance(0.5) ? { protocol: random.pick(["TCP", "TCP", "UDP", "SCTP"]) } : {}),
      ...(random.chance(0.06) ? { hostPort: random.pick([...numbers, 0]) } : {}),
    }));
    return list.length > 0 ? { ports: list } : nothing(random, "ports");
  };
  const container = (index: number): Part => ({ name: `c${index}`, image: "i", ...ports() });
  const sidecar = (index: number): Part => ({
    name: `i${index}`,
    image: "i",
    ...(random.chance(0.6) ? { restartPolicy: "Always" } : {}),
    ...ports(),
  });
  return {
    containers: random.list(1, features.sharedNames ? 3 : 1, container),
    ...(features.sharedNames && random.chance(0.4) ? { initContainers: random.list(1, 2, sidecar) } : {}),
  };
}

function podAddresses(world: World): string[] {
  const { random, features, book } = world;
  if (features.families !== "dual") return [book.take(anyFamily(world))];
  const order = random.pick([[4, 6], [4, 6], [6, 4], [4], [6]] as const);
  return order.map((family) => book.take(family));
}

/** A host-network pod has its node's addresses, or reports none yet; without a node it is anywhere. */
function hostAddresses(world: World, node: MadeNode | undefined, hasAddress: boolean): string[] {
  if (!hasAddress) return [];
  if (node === undefined && world.random.chance(0.5)) return podAddresses(world);
  // Not scheduled by its spec, and yet on some node's address.
  return oneAFamily(world, (node ?? world.random.pick([...world.nodes, { addresses: [] }])).addresses);
}

/** The first address of each family that a node has, in the cluster's order. */
function oneAFamily(world: World, addresses: readonly string[]): string[] {
  const firsts = clusterFamilies(world).map((family) =>
    addresses.find((text) => text.includes(":") === (family === 6)),
  );
  return firsts.filter((text) => text !== undefined);
}

function podStatus(world: World, addresses: readonly string[], node: MadeNode | undefined, hostNetwork: boolean): Part {
  const { random } = world;
  const many = addresses.map((ip) => ({ ip }));
  const own: Part =
    addresses.length === 0
      ? {}
      : addresses.length > 1 || random.chance(0.7)
        ? { ...(random.chance(0.8) ? { podIP: addresses[0] } : {}), podIPs: many }
        : { podIP: addresses[0], ...nothing(random, "podIPs") };
  const hosts = oneAFamily(world, node?.addresses ?? []);
  const host: Part =
    hosts.length === 0 || random.chance(hostNetwork ? 0.6 : 0.3)
      ? {}
      : random.chance(0.5)
        ? { hostIP: hosts[0], hostIPs: hosts.map((ip) => ({ ip })) }
        : { hostIP: hosts[0] };
  const conditions = random.pick<Part>([
    {},
    {},
    {
      conditions: [
        { type: "PodScheduled", status: "True" },
        { type: "Ready", status: "True" },
      ],
    },
    { conditions: [{ type: "Ready", status: "True" }] },
    { conditions: [{ type: "Ready", status: "False" }] },
  ]);
  const phase: Part = addresses.length > 0 ? { phase: "Running" } : random.pick<Part>([{}, { phase: "Pending" }]);
  const status = { ...phase, ...own, ...(hostNetwork && hosts.length === 0 ? {} : host), ...conditions };
  return Object.keys(status).length === 0 && random.chance(0.5) ? {} : { status };
}

/** Pods that are gone: finished ones, and such as are being deleted and have lost an address to another pod. */
function addFinishedPods(world: World): void {
  const { random, pods, objects, book, namespaces, features, literals } = world;
  const live = pods.filter((pod) => pod.addresses.length > 0);
  const heirs = live.filter(({ hostNetwork, terminating }) => !hostNetwork && !terminating);
  for (const isDeleted of random.list(1, 2, () => heirs.length > 0 && random.chance(0.3))) {
    const from = isDeleted ? heirs : live.length > 0 && random.chance(0.6) ? live : undefined;
    const taken = from && random.pick(from).addresses;
    const addresses = taken === undefined ? [book.take(anyFamily(world))] : random.chance(0.2) ? [taken[0]!] : taken;
    const hostNetwork = !isDeleted && features.hostNetwork && random.chance(0.2);
    const phase = isDeleted ? "Running" : random.pick(["Succeeded", "Failed"]);
    const pod = { namespace: random.pick(namespaces), name: freshName("pod-", pods), labels: someLabels(world) };
    pods.push({ ...pod, addresses, hostNetwork: false, finished: true });
    literals.push(...addresses);
    objects.push({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: pod.name,
        ...inNamespace(world, pod.namespace),
        labels: pod.labels,
        ...(isDeleted ? { deletionTimestamp: DELETED } : {}),
      },
      spec: { ...podSpec(world), ...(hostNetwork ? { hostNetwork } : {}) },
      status: { phase, podIP: addresses[0], podIPs: addresses.map((ip) => ({ ip })) },
    });
  }
}
