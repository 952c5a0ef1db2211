/** Services of every kind, and EndpointSlices or Endpoints for some. */
import { anyFamily, clusterFamilies, inNamespace, type World } from "./world.ts";

type Part = Record<string, unknown>;

interface MadePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port: number;
  readonly targetPort?: number | string;
}

/** Adds Services, with EndpointSlices or Endpoints for some. */
export function addServices(world: World): void {
  const { random, features } = world;
  if (!features.services) return;
  const count = 1 + random.below(4);
  for (let index = 0; index < count; index++) addService(world);
}

function addService(world: World): void {
  const { random, namespaces, services, objects } = world;
  const namespace = random.pick(namespaces);
  // Services of one name in several namespaces are no relations.
  const taken = (name: string): boolean => services.some((service) => service.name === `${namespace}/${name}`);
  const name = taken("service-0") ? `service-${services.length}` : "service-0";
  const ports = servicePorts(world);
  const metadata = { name, ...inNamespace(world, namespace) };
  const service = (spec: Part, status: Part = {}): void => {
    objects.push({ apiVersion: "v1", kind: "Service", metadata, spec, ...status });
  };
  const kind = random.weighted({ cluster: 5, headless: 3, balancer: 1, nodePort: 1, external: 1.5 });
  if (kind === "external") {
    service({ type: "ExternalName", externalName: externalName(world), ...(random.chance(0.5) ? { ports } : {}) });
    services.push({ name: `${namespace}/${name}`, ports: ports.map(({ port }) => port) });
    return;
  }
  const sliced = random.chance(0.3);
  const selected = !sliced || random.chance(0.5);
  const common: Part = {
    ports,
    ...(selected ? { selector: someSelector(world) } : random.pick<Part>([{}, { selector: null }, { selector: {} }])),
    ...(random.chance(0.15) ? { publishNotReadyAddresses: true } : {}),
    ...(kind !== "cluster" && random.chance(0.3) ? { externalTrafficPolicy: random.pick(["Local", "Cluster"]) } : {}),
    ...(random.chance(0.3) ? { internalTrafficPolicy: random.pick(["Local", "Local", "Cluster"]) } : {}),
  };
  if (kind === "headless") service({ ...common, clusterIP: "None", ...families(world) });
  else addAddressed(world, kind, common, service);
  if (sliced && random.chance(0.7)) addSlices(world, namespace, name, ports);
  // Beside slices too, and for Services with a selector, which they say nothing of.
  if (sliced && random.chance(0.5)) addEndpoints(world, namespace, name, ports);
  services.push({ name: `${namespace}/${name}`, ports: ports.map(({ port }) => port) });
}

function addAddressed(
  world: World,
  kind: "cluster" | "balancer" | "nodePort",
  common: Part,
  service: (spec: Part, status?: Part) => void,
): void {
  const { random, book, literals } = world;
  const clusterIPs = clusterFamilies(world).map((family) => book.take(family));
  const one = random.chance(0.3) ? clusterIPs.slice(0, 1) : clusterIPs;
  const hosts = world.nodes.flatMap((node) => node.addresses).filter((address) => !world.shared.has(address));
  const externalIPs = random.chance(0.25)
    ? [random.pick([...hosts, ...world.shared, book.take(anyFamily(world))])]
    : [];
  for (const address of externalIPs) world.shared.add(address);
  const ingress = kind === "balancer" ? [{ ip: book.take(anyFamily(world)) }] : [];
  literals.push(...one, ...one, ...externalIPs, ...ingress.map(({ ip }) => ip));
  // A Service that was never applied has no addresses at all.
  const addresses = random.chance(0.15)
    ? {}
    : { clusterIP: one[0], ...(random.chance(0.7) ? { clusterIPs: one } : {}) };
  const type = { cluster: "ClusterIP", balancer: "LoadBalancer", nodePort: "NodePort" }[kind];
  // The API lets no two Services have one; which of the pods' it is does not matter.
  const nodePorts = (common.ports as MadePort[]).map((port) =>
    kind !== "cluster" && random.chance(0.7) ? { ...port, nodePort: random.pick(world.numbers) } : port,
  );
  service(
    {
      ...common,
      ports: nodePorts,
      ...(kind === "cluster" && random.chance(0.5) ? {} : { type }),
      ...addresses,
      ...families(world),
      ...(externalIPs.length > 0 ? { externalIPs } : {}),
    },
    kind === "balancer" ? { status: { loadBalancer: { ingress } } } : {},
  );
}

/** What a Service says of its address families, whatever its addresses are. */
function families({ random }: World): Part {
  if (random.chance(0.7)) return {};
  return {
    ...(random.chance(0.7) && {
      ipFamilies: random.pick([["IPv4"], ["IPv6"], ["IPv4", "IPv6"], ["IPv6", "IPv4"], []]),
    }),
    ...(random.chance(0.7) && { ipFamilyPolicy: random.pick(["SingleStack", "PreferDualStack", "RequireDualStack"]) }),
  };
}

/** Ports with different numbers and, if there are several, different names. */
function servicePorts({ random, numbers, portNames }: World): MadePort[] {
  const count = 1 + random.below(3);
  const picked = random.shuffle(numbers);
  return Array.from({ length: count }, (_, index) => ({
    ...(count > 1 || random.chance(0.4) ? { name: ["web", "h", "dns"][index]! } : {}),
    ...(random.chance(0.3) ? { protocol: random.pick(["TCP", "UDP"]) } : {}),
    port: picked[index]!,
    ...(random.chance(0.7) ? { targetPort: random.chance(0.5) ? random.pick(portNames) : random.pick(numbers) } : {}),
  }));
}

/** A selector that selects some pod, more often than not. */
function someSelector({ random, pods, keys, values }: World): Part {
  const labels = Object.entries(random.pick(pods).labels);
  if (labels.length > 0 && random.chance(0.85))
    return Object.fromEntries(random.shuffle(labels).slice(0, 1 + random.below(2)));
  return { [random.pick(keys)]: random.pick(values) };
}

function externalName(world: World): string {
  const { random, domains, services, literals, book } = world;
  switch (random.weighted({ known: 3, unknown: 1, service: 2 })) {
    case "known": {
      const addresses = random.list(1, 2, () => book.nearby(anyFamily(world)));
      domains["db.example.com"] ??= random.chance(0.3) && literals.length > 0 ? [random.pick(literals)] : addresses;
      return "db.example.com";
    }
    case "service": {
      // Only Services made before: no circles.
      if (services.length === 0) return "elsewhere.example.com";
      const [namespace, name] = random.pick(services).name.split("/");
      return `${name}.${namespace}.svc${random.pick(["", ".cluster.local"])}`;
    }
    default:
      return "elsewhere.example.com";
  }
}

function addSlices(world: World, namespace: string, name: string, ports: readonly MadePort[]): void {
  const { random, objects, numbers } = world;
  const written = ports.map((port) => ({
    name: port.name ?? "",
    protocol: port.protocol ?? "TCP",
    // One without a number is nothing to kube-proxy.
    ...(random.chance(0.95) && {
      port: typeof port.targetPort === "number" ? port.targetPort : random.pick(numbers),
    }),
  }));
  for (const family of clusterFamilies(world)) {
    const endpoints = random.list(1, 3, () => {
      const { address, ...target } = someBackend(world, namespace, family);
      const conditions = random.pick<Part>([
        {},
        { ready: true },
        { ready: true },
        { ready: false },
        { ready: false, terminating: true },
        { ready: false, serving: random.chance(0.7), terminating: true },
      ]);
      return { addresses: [address], conditions, ...target };
    });
    const mirrored = random.chance(0.3);
    objects.push({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: `${name}-${family}`,
        ...inNamespace(world, namespace),
        labels: { "kubernetes.io/service-name": name, ...(mirrored && { [MANAGED_BY]: MIRRORING }) },
      },
      addressType: family === 4 ? "IPv4" : "IPv6",
      endpoints,
      ports: written,
    });
  }
}

const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
const MIRRORING = "endpointslicemirroring-controller.k8s.io";

function addEndpoints(world: World, namespace: string, name: string, ports: readonly MadePort[]): void {
  const { random, objects, numbers } = world;
  const subset = (): Part => {
    const addresses = (most: number): Part[] =>
      random.list(0, most, () => {
        const { address: ip, ...target } = someBackend(world, namespace, random.pick(clusterFamilies(world)));
        return { ip, ...target };
      });
    const written = ports.map(({ name, protocol, targetPort }) => ({
      ...(name !== undefined && { name }),
      ...(protocol !== undefined && { protocol }),
      port: typeof targetPort === "number" ? targetPort : random.pick(numbers),
    }));
    return { addresses: addresses(3), notReadyAddresses: random.chance(0.3) ? addresses(2) : null, ports: written };
  };
  objects.push({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      name,
      ...inNamespace(world, namespace),
      labels: random.chance(0.2) ? { "endpointslice.kubernetes.io/skip-mirror": random.pick(["true", "false"]) } : {},
    },
    subsets: random.list(0, 2, subset),
  });
}

/** An address, often a pod's, and what says so; of a pod that has another one, or is in another namespace, or was deleted, too. */
function someBackend(world: World, namespace: string, family: 4 | 6): { address: string } & Part {
  const { random, pods, book, nodes } = world;
  const pod = random.pick(pods);
  const address = pod.addresses.find((text) => text.includes(":") === (family === 6));
  const isBackend = address !== undefined && !pod.finished && pod.namespace === namespace;
  return {
    address: isBackend ? address : book.nearby(family),
    ...(random.chance(isBackend ? 0.7 : 0.3) ? { targetRef: { kind: "Pod", namespace, name: pod.name } } : {}),
    ...(nodes.length > 0 && random.chance(0.5) ? { nodeName: random.pick(nodes).name } : {}),
  };
}
