/** Services as destinations: resolved to ready backends and target ports before any policy looks (design: Service). */
import { type Address, type Family, parseAddress } from "./address.ts";
import type { Cluster } from "./cluster.ts";
import type { PodFacts } from "./endpoint.ts";
import { atAddress, type End, familiesOf, literal, nodeOf } from "./ends.ts";
import { FlowError } from "./flow-error.ts";
import { sameAddress } from "./nodes.ts";
import type { EndpointAddress, EndpointSlice, Service, ServicePort } from "./objects.ts";
import { isPortNumber, portOnEnd } from "./port-number.ts";
import { remember } from "./remember.ts";

/** Where a flow goes. Without a port: over a protocol that has none; with a name: one to look up there. */
export interface Target {
  readonly end: End;
  readonly port?: number | string;
  readonly throughService: boolean;
  /** The Service's own address was translated to this end's: a pod that comes back to itself so is not known as itself. */
  readonly translated?: boolean;
  /** A node's port led here. */
  readonly behindNode?: true;
  /** The only families it can be reached in: those of a Service, or that of its literal address. */
  readonly families?: readonly Family[] | undefined;
  /** The Service that led here, and the nodes that this is on: nobody knows of a pod that isn't scheduled. */
  readonly behind?: { readonly service: Service; readonly nodes: readonly string[] | undefined };
  /** The clients' nodes that it can be reached from: one of a Service whose `internalTrafficPolicy` is Local. */
  readonly onlyFrom?: readonly string[] | undefined;
  /** The node that is asked leads clients outside the cluster elsewhere. */
  readonly onlyFromInside?: boolean;
  /** Of a node: the families in which a Service takes the port. */
  readonly taken?: readonly Family[];
}

/** What a flow asks a Service for; `port` is absent for protocols without ports. */
export interface Asked {
  readonly protocol: string;
  readonly port?: number | string;
}

/** Finds a Service by `namespace/name`. */
export function serviceNamed(cluster: Cluster, name: string): Service {
  const service = cluster.services.find((one) => `${cluster.namespaceOf(one)}/${one.metadata.name}` === name);
  if (service === undefined) throw new FlowError("unknown-service", `no Service ${name}`);
  return service;
}

/** Finds the Services that a cluster, external or load-balancer address leads to: all that have the port, or else one. */
export function servicesAt(cluster: Cluster, address: Address, asked: Asked): readonly Service[] {
  const services = cluster.services.filter(
    (service) => includes(addressesOf(service).cluster, address) || isExternal(service, address),
  );
  const withPort = services.filter((service) => hasPort(service, asked));
  return withPort.length > 0 ? withPort : services.slice(0, 1);
}

/** Whether an address is one that leads to a Service from outside. */
export function isExternal(service: Service, address: Address): boolean {
  return includes(addressesOf(service).external, address);
}

/** Whether a Service has the port that is asked for. */
export function hasPort(service: Service, asked: Asked): boolean {
  return findPort(service, asked) !== undefined;
}

/**
 * Resolves a Service, or several that share an address and a port, to their backends.
 *
 * @throws FlowError `unknown-service-port`, `no-backend`, `unknown-port`
 */
export function backends(cluster: Cluster, services: readonly Service[], asked: Asked, byName = true): Target[] {
  const targets = services.flatMap((service) =>
    service.spec?.type === "ExternalName"
      ? behindName(cluster, service, asked)
      : behindService(cluster, service, asked, byName ? familiesOfService(service) : undefined),
  );
  if (targets.length === 0) {
    throw new FlowError("no-backend", `${services.map(({ metadata }) => metadata.name).join()} has no backend`);
  }
  return targets.map((target) => ({ ...target, throughService: true }));
}

/** The Services that have a node port. */
export function servicesAtNodePort(cluster: Cluster, protocol: string, port: number): readonly Service[] {
  return cluster.services.filter(
    ({ spec }) => spec?.type !== "ExternalName" && (spec?.ports ?? []).some((one) => isNodePort(one, protocol, port)),
  );
}

const isNodePort = (one: ServicePort, protocol: string, port: number): boolean =>
  one.nodePort === port && (one.protocol ?? "TCP") === protocol;

/** What a Service's node port leads to: what its own port does, in its families. */
export function backendsAtNodePort(
  cluster: Cluster,
  service: Service,
  protocol: string,
  port: number,
  node: string,
): Target[] {
  const own = (service.spec?.ports ?? []).find((one) => isNodePort(one, protocol, port));
  if (own === undefined) return [];
  const through = { ...service, spec: { ...service.spec, ports: [own] } };
  return behindService(cluster, through, { protocol, port: own.port }, familiesOfService(service)).map((target) =>
    onNode(target, node),
  );
}

/** Reached by the Service's name or cluster address (API reference, internalTrafficPolicy). */
export const fromInside = (target: Target): Target =>
  target.behind?.service.spec?.internalTrafficPolicy === "Local"
    ? { ...target, onlyFrom: target.behind.nodes }
    : target;

/** Reached by a port of a node, or by an address that is a Service's and a node's (API reference, externalTrafficPolicy). */
export const onNode = (target: Target, node: string): Target => ({
  ...target,
  onlyFromInside:
    target.behind?.service.spec?.externalTrafficPolicy === "Local" && target.behind.nodes?.includes(node) === false,
});

/** The families of a Service: of its addresses, else those that it lists. One of them is all only where no second one is asked for. */
export function familiesOfService({ spec }: Service): readonly Family[] | undefined {
  const texts = (spec?.clusterIPs?.length ? spec.clusterIPs : [spec?.clusterIP ?? ""]).filter((text) =>
    /[.:]/.test(text),
  );
  const own = texts.map((text): Family => (text.includes(":") ? 6 : 4));
  const listed = (spec?.ipFamilies ?? []).map((name): Family => (name === "IPv6" ? 6 : 4));
  const said = own.length > 0 ? own : listed;
  if (said.length === 2) return said;
  if (spec?.ipFamilyPolicy === "RequireDualStack") return [4, 6];
  return said.length === 0 || spec?.ipFamilyPolicy === "PreferDualStack" ? undefined : said;
}

function behindService(
  cluster: Cluster,
  service: Service,
  asked: Asked,
  families: readonly Family[] | undefined,
): Target[] {
  const isWithin = (own: readonly Family[] | undefined): boolean =>
    own === undefined || own.some((family) => families?.includes(family) ?? true);
  const within = ({ slice, families: own }: Found): Pick<Target, "families"> => ({
    families: slice === undefined ? families : own,
  });
  const to = (end: End, port: number | undefined): Target[] =>
    port === undefined ? [] : [{ end, port, throughService: true, translated: service.spec?.clusterIP !== "None" }];
  // Headless: clients get pod addresses and connect to the pods' own ports; only a name needs the Service's list.
  // Any other Service answers on its ports alone, so that a protocol without ports finds none.
  const isHeadless = service.spec?.clusterIP === "None" && typeof asked.port !== "string";
  const servicePort = isHeadless ? undefined : findPort(service, asked);
  // EndpointSlices are of a family each, whatever else is known of a pod, and those without the port have no part in it.
  const found = endpointsOf(
    cluster,
    service,
    (slice) =>
      isWithin(SLICE_FAMILIES[slice.addressType]) &&
      (servicePort === undefined || portIn(slice, servicePort) !== undefined),
  ).filter(({ end, slice }) => slice !== undefined || isWithin(familiesOf(cluster, end)));
  const ready = found.filter(({ draining }) => draining !== true);
  if (isHeadless) {
    const { port } = asked;
    return ready.map((one) => ({
      end: one.end,
      ...(port === undefined ? {} : { port }),
      throughService: true,
      ...within(one),
    }));
  }
  if (servicePort === undefined) throw new FlowError("unknown-service-port", `no port ${asked.port}`);
  const targetsOf = (one: Found): Target[] =>
    to(one.end, targetPort(servicePort, one.end, one.slice)).map((target) => ({
      ...target,
      ...within(one),
      behind: { service, nodes: nodesOf(cluster, one) },
    }));
  const targets = ready.flatMap(targetsOf);
  if (service.spec?.clusterIP === "None") return targets;
  // The same of pods that were not told of by slices, port by port.
  const reach = (target: Target): readonly Family[] =>
    (target.families ?? familiesOf(cluster, target.end)).filter((family) =>
      familiesOf(cluster, target.end).includes(family),
    );
  const served = new Set(targets.flatMap(reach));
  const last = found
    .filter(({ draining }) => draining === true)
    .flatMap(targetsOf)
    .map((target) => ({ ...target, families: reach(target).filter((family) => !served.has(family)) }))
    .filter((target) => target.families.length > 0);
  return [...targets, ...last];
}

/** A pod that no node runs yet may come to any. Of a slice proxies read its `nodeName` and nothing else. */
function nodesOf(cluster: Cluster, { end, slice, nodeName }: Found): readonly string[] | undefined {
  if (slice !== undefined) return nodeName ? [nodeName] : [];
  const node = nodeOf(cluster, end);
  return node === undefined ? undefined : [node];
}

const SLICE_FAMILIES: Readonly<Record<string, readonly Family[]>> = { IPv4: [4], IPv6: [6] };

/** An endpoint of a Service, of a slice if it has any, and the families that it is asked in where not all of its own. */
interface Found {
  readonly end: End;
  readonly slice?: EndpointSlice;
  readonly nodeName?: string | null | undefined;
  readonly families?: readonly Family[];
  /** It takes what comes where nobody is ready. */
  readonly draining?: boolean;
}

/** The EndpointSlices' endpoints where given; else the ready and draining pods that the selector selects, none without one. */
function endpointsOf(cluster: Cluster, service: Service, isAsked: (slice: EndpointSlice) => boolean): Found[] {
  const namespace = cluster.namespaceOf(service);
  const written = cluster.endpointSlices.filter(
    (slice) =>
      cluster.namespaceOf(slice) === namespace &&
      slice.metadata.labels?.["kubernetes.io/service-name"] === service.metadata.name,
  );
  const mirrored = mirror(cluster, service);
  const slices = mirrored === undefined ? written : [...written.filter((slice) => !isMirror(slice)), ...mirrored];
  if (slices.length > 0) {
    // kube-proxy has a list for each family, and takes what is draining where that has nothing ready (KEP-1669).
    return ["IPv4", "IPv6", "FQDN"].flatMap((addressType) => {
      const asked = slices.filter((slice) => slice.addressType === addressType && isAsked(slice));
      const found = (draining: boolean): Found[] =>
        asked.flatMap((slice) => inSlice(cluster, slice, draining).map((one) => ({ ...one, slice })));
      const ready = found(false);
      return ready.length > 0 || service.spec?.clusterIP === "None" ? ready : found(true);
    });
  }
  const selector = Object.entries(service.spec?.selector ?? {});
  if (selector.length === 0) return [];
  const isBackend = (pod: PodFacts): boolean =>
    pod.namespace === namespace &&
    selector.every(([key, value]) => pod.labels[key] === value) &&
    (pod.ready || pod.draining || service.spec?.publishNotReadyAddresses === true);
  return cluster.everyPod.filter(isBackend).map((pod) => ({
    end: { kind: "pod", pod },
    draining: pod.draining && service.spec?.publishNotReadyAddresses !== true,
  }));
}

const isMirror = ({ metadata }: EndpointSlice): boolean =>
  metadata.labels?.["endpointslice.kubernetes.io/managed-by"] === "endpointslicemirroring-controller.k8s.io";

/** What the control plane makes of the Endpoints of a Service without a selector (KEP 752, EndpointSlice mirroring). */
function mirror(cluster: Cluster, service: Service): EndpointSlice[] | undefined {
  const { name } = service.metadata;
  const namespace = cluster.namespaceOf(service);
  const own = cluster.endpoints.find((one) => one.metadata.name === name && cluster.namespaceOf(one) === namespace);
  if (own === undefined || Object.keys(service.spec?.selector ?? {}).length > 0) return undefined;
  if (own.metadata.labels?.["endpointslice.kubernetes.io/skip-mirror"] === "true") return [];
  // Not ready on a port is not ready there, whatever else is said (endpoints/v1 RepackSubsets).
  type Subset = NonNullable<(typeof own)["subsets"]>[number];
  const isUnready = (ip: string, ports: Subset["ports"]): boolean =>
    (own.subsets ?? []).some(
      (other) =>
        (other.notReadyAddresses ?? []).some((one) => one.ip === ip) &&
        (other.ports ?? []).some((a) =>
          (ports ?? []).some(
            (b) =>
              (a.name ?? "") === (b.name ?? "") && (a.protocol ?? "TCP") === (b.protocol ?? "TCP") && a.port === b.port,
          ),
        ),
    );
  const byPort = (own.subsets ?? []).flatMap((subset): Subset[] =>
    subset.ports?.length ? subset.ports.map((port) => ({ ...subset, ports: [port] })) : [subset],
  );
  return byPort.flatMap(({ addresses, notReadyAddresses, ports }) =>
    (["IPv4", "IPv6"] as const).flatMap((addressType): EndpointSlice[] => {
      const endpoint = (ready: boolean) => (address: EndpointAddress) => ({
        addresses: [address.ip],
        conditions: { ready },
        targetRef: address.targetRef,
        nodeName: address.nodeName,
      });
      const endpoints = [
        ...(addresses ?? []).filter(({ ip }) => !isUnready(ip, ports)).map(endpoint(true)),
        ...(notReadyAddresses ?? []).map(endpoint(false)),
      ].filter(({ addresses: [ip] }) => ip?.includes(":") === (addressType === "IPv6"));
      return endpoints.length === 0 ? [] : [{ ...own, addressType, endpoints, ports }];
    }),
  );
}

/** An endpoint is ready, and serves, unless it says otherwise; it terminates only if it says so (EndpointSlice API). */
function inSlice(cluster: Cluster, slice: EndpointSlice, draining: boolean): Found[] {
  return (slice.endpoints ?? []).flatMap((endpoint) => {
    const { ready, serving, terminating } = endpoint.conditions ?? {};
    const isDraining = ready === false && serving !== false && terminating === true;
    if (draining ? !isDraining : ready === false) return [];
    return endpoint.addresses
      .flatMap((text): Found[] => {
        const { nodeName } = endpoint;
        const address = parseAddress(text);
        if (address === undefined) return [];
        const { kind, namespace, name } = endpoint.targetRef ?? {};
        const named = kind === "Pod" ? `${namespace}/${name}` : undefined;
        const pod = named === undefined ? undefined : cluster.pods.get(named);
        const end = atAddress(cluster, address);
        if (pod !== undefined) {
          const { addresses } = pod;
          if (addresses.some((own) => sameAddress(own, address)))
            return [{ end: { kind: "pod", pod, address }, nodeName }];
          // Packets go by the address: where it is somebody else's, the name is out of date. Else the address is.
          if (addresses.length > 0 && end.kind !== "outside") return [{ end, nodeName }];
          const known: End = { kind: "pod", pod };
          const isKnown = familiesOf(cluster, known).includes(address.family);
          return [{ end: known, nodeName, ...(isKnown && { families: [address.family] }) }];
        }
        // Who is known to be a pod is not outside, loaded or not; one that has finished is nobody.
        if (named === undefined || end.kind !== "outside") return [{ end, nodeName }];
        if (cluster.finished.has(named)) return [];
        throw new FlowError("unknown-pod", `no pod ${named}`);
      })
      .map((one) => ({ ...one, draining }));
  });
}

/** The number of a Service's port in a slice, by its name and protocol. */
function portIn(slice: EndpointSlice, { name = "", protocol = "TCP" }: ServicePort): number | undefined {
  const same = (slice.ports ?? []).find(
    (other) => (other.name ?? "") === name && (other.protocol ?? "TCP") === protocol,
  );
  return same?.port ?? undefined;
}

function targetPort(port: ServicePort, end: End, slice: EndpointSlice | undefined): number | undefined {
  const protocol = port.protocol ?? "TCP";
  if (slice !== undefined) return portIn(slice, port);
  const target = port.targetPort ?? port.port;
  return typeof target === "number" ? target : portOnEnd(end, target, protocol);
}

/** An ExternalName Service: the addresses of its name, or the Service that it names, or nobody knows what. */
function behindName(cluster: Cluster, service: Service, asked: Asked): Target[] {
  const name = service.spec?.externalName ?? "";
  const known = Object.hasOwn(cluster.domains, name) ? cluster.domains[name] : undefined;
  const [serviceName, namespace, svc, ...rest] = name.split(".");
  const inCluster = svc === "svc" && (rest.length === 0 || rest.join(".") === "cluster.local");
  if (known === undefined && inCluster)
    return backends(cluster, [serviceNamed(cluster, `${namespace}/${serviceName}`)], asked);
  const ends =
    known === undefined ? [{ kind: "outside" } as const] : known.map((text) => atAddress(cluster, literal(text)));
  if (asked.port === undefined) return ends.map((end) => ({ end, throughService: true }));
  // No port is translated here.
  const { port } = asked;
  if (!isPortNumber(port)) throw new FlowError("unknown-service-port", `no port ${port}`);
  return ends.map((end) => ({ end, port, throughService: true }));
}

function findPort(service: Service, asked: Asked): ServicePort | undefined {
  return (service.spec?.ports ?? []).find(
    (port) => (port.protocol ?? "TCP") === asked.protocol && (port.port === asked.port || port.name === asked.port),
  );
}

const addressesOf = remember(({ spec, status }: Service) => {
  const parse = (texts: readonly string[]): readonly Address[] =>
    texts.map(parseAddress).filter((address) => address !== undefined);
  const balancer = (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip ?? "");
  return {
    cluster: parse(spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : [])),
    external: parse([...(spec?.externalIPs ?? []), ...balancer]),
  };
});

function includes(addresses: readonly Address[], address: Address): boolean {
  return addresses.some((own) => sameAddress(own, address));
}
