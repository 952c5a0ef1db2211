/** What a section of sources must hold before anything is built from it: the types, and the ranges that reading sees to. Made when asked for: nothing is done at import. */
import { canonicalAddress, parsePrefix } from "../address.ts";
import { LIMITS } from "../limits.ts";
import { caveat, reference, source } from "./parts.ts";
import { count, either, flag, listOf, mapOf, objectOf, oneOf, optional, type Shape, text } from "./shape.ts";
import { SHARED_ENTRIES, SOURCE_LISTS, type SourceList } from "./sources.ts";

const address: Shape = (value) => typeof value === "string" && canonicalAddress(value) === value;
const writtenAddress: Shape = (value) => typeof value === "string" && canonicalAddress(value) !== undefined;
const prefix: Shape = (value) => typeof value === "string" && parsePrefix(value) !== undefined;
const portNumber: Shape = (value) => count(value) && (value as number) >= 1 && (value as number) <= 65_535;
const small: Shape = (value) =>
  typeof value === "object" && value !== null && Object.keys(value).length <= SHARED_ENTRIES;

/** Both ends of a range, in their order. */
const range =
  (first: string, last: string): Shape =>
  (value) => {
    const { [first]: from, [last]: to } = value as Readonly<Record<string, number | undefined>>;
    return to === undefined || (from !== undefined && portNumber(to) && portNumber(from) && from <= to);
  };

const both =
  (...shapes: readonly Shape[]): Shape =>
  (value) =>
    shapes.every((shape) => shape(value));

/** An object with these keys and no others: which kind of peer it is, its keys tell. */
const exactly = (shapes: Readonly<Record<string, Shape>>): Shape =>
  both(objectOf(shapes), (value) => Object.keys(value as object).every((key) => Object.hasOwn(shapes, key)));

const transport = (): Shape => oneOf("TCP", "UDP", "SCTP");

const selectorShape = (): Shape =>
  listOf(objectOf({ key: text, operator: oneOf("In", "NotIn", "Exists", "DoesNotExist"), values: listOf(text) }));

const ruleOf = (peer: Shape, portEntry: Shape, more: Readonly<Record<string, Shape>> = {}): Shape =>
  objectOf({ peers: listOf(peer), ports: listOf(portEntry), ...more });

function networkPolicyRule(): Shape {
  const protocol = transport();
  const selector = selectorShape();
  return ruleOf(
    either(
      exactly({ ipBlock: objectOf({ cidr: prefix, except: listOf(prefix) }) }),
      exactly({ podSelector: optional(selector), namespaceSelector: optional(selector) }),
    ),
    both(
      objectOf({
        protocol,
        port: optional(either(portNumber, text)),
        endPort: optional(portNumber),
        impliedProtocol: optional(oneOf(true)),
      }),
      range("port", "endPort"),
    ),
  );
}

function tierRule(podsBySelectors: Shape): Shape {
  const protocol = transport();
  return ruleOf(
    either(
      podsBySelectors,
      exactly({ networks: listOf(prefix) }),
      exactly({ nodeSelector: selectorShape() }),
      exactly({ domainNames: listOf(text) }),
      exactly({ nobody: oneOf(true), ofNodes: optional(oneOf(true)) }),
    ),
    either(
      exactly({ name: text }),
      both(
        exactly({
          protocol,
          first: optional(portNumber),
          last: optional(portNumber),
          range: optional(oneOf(true)),
          impliedProtocol: optional(oneOf(true)),
        }),
        range("first", "last"),
      ),
    ),
    { name: optional(text), action: oneOf("allow", "deny", "pass"), failsClosed: flag },
  );
}

/** The objects of each list, with what had been left out of them. */
export function objectShapes(): Readonly<Record<SourceList, Shape>> {
  const texts = listOf(text);
  const labels = mapOf(text);
  const protocol = transport();
  const addresses = listOf(address);
  const port = either(portNumber, text);
  const selector = selectorShape();
  const podsBySelectors = exactly({
    namespaceSelector: selector,
    podSelector: selector,
    everyPod: optional(oneOf(true)),
  });
  const policyRule = networkPolicyRule();
  const orderedRule = tierRule(podsBySelectors);
  const owners = listOf(objectOf({ kind: text, name: text, controller: flag }));
  const sliceContent = {
    addressType: oneOf("IPv4", "IPv6", "FQDN"),
    endpoints: listOf(
      objectOf({
        addresses: texts,
        ready: flag,
        draining: optional(oneOf(true)),
        pod: optional(objectOf({ namespace: text, name: text })),
        nodeName: optional(text),
      }),
    ),
    ports: listOf(objectOf({ name: text, protocol, port: optional(portNumber) })),
  };
  const podShape = {
    labels,
    hostNetwork: flag,
    nodeName: optional(text),
    ownDNS: optional(flag),
    ports: listOf(
      objectOf({ name: optional(text), containerPort: portNumber, protocol, hostPort: optional(portNumber) }),
    ),
  };
  const named = { namespace: text, name: text, labels, annotations: labels };
  return {
    namespaces: objectOf({ ...named, kind: oneOf("Namespace") }),
    pods: objectOf({
      ...named,
      ...podShape,
      kind: oneOf("Pod"),
      owners,
      finished: flag,
      released: optional(flag),
      terminating: flag,
      deletedAt: optional(text),
      ready: optional(flag),
      ips: addresses,
      hostIPs: addresses,
      serviceRanges: optional(listOf(prefix)),
    }),
    nodes: objectOf({
      ...named,
      kind: oneOf("Node"),
      addresses: listOf(objectOf({ type: text, ip: address })),
      podCIDRs: listOf(prefix),
    }),
    services: objectOf({
      ...named,
      kind: oneOf("Service"),
      type: oneOf("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
      headless: flag,
      selector: optional(labels),
      ports: listOf(
        objectOf({ name: optional(text), port: portNumber, protocol, targetPort: port, nodePort: optional(count) }),
      ),
      externalName: optional(text),
      publishNotReadyAddresses: flag,
      localOnly: optional(oneOf(true)),
      nodeLocal: optional(oneOf(true)),
      sourceRanges: optional(listOf(text)),
      addresses,
      externalAddresses: addresses,
      families: optional(listOf(oneOf(4, 6))),
    }),
    endpointSlices: objectOf({
      ...named,
      kind: oneOf("EndpointSlice"),
      serviceName: optional(text),
      ...sliceContent,
    }),
    endpoints: objectOf({ ...named, kind: oneOf("Endpoints"), slices: listOf(objectOf(sliceContent)) }),
    workloads: both(
      objectOf({
        ...named,
        kind: oneOf("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "CronJob"),
        owners,
        template: objectOf(podShape),
        replicas: count,
        firstOrdinal: count,
        indexed: flag,
      }),
      // Each of a StatefulSet's replicas becomes a pod.
      (value) => {
        const { kind, replicas } = value as { readonly kind: string; readonly replicas: number };
        return kind !== "StatefulSet" || replicas <= LIMITS.replicas;
      },
    ),
    networkPolicies: objectOf({
      ...named,
      kind: oneOf("NetworkPolicy"),
      podSelector: selector,
      policyTypes: listOf(oneOf("Ingress", "Egress")),
      emptyEgress: optional(oneOf(true)),
      impliedIngress: optional(oneOf(true)),
      ingress: listOf(policyRule),
      egress: listOf(policyRule),
    }),
    tierPolicies: objectOf({
      ...named,
      kind: oneOf("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"),
      version: optional(oneOf("v1beta1")),
      tier: oneOf("Admin", "Baseline"),
      priority: count,
      subject: podsBySelectors,
      ingress: listOf(orderedRule),
      egress: listOf(orderedRule),
    }),
    unmodelled: objectOf({ namespace: text, reference, group: text, annotations: labels }),
  };
}

/** The section as it is written; its objects are then filled up, and checked by `objectShapes`. */
export function sectionShape(): Shape {
  const object = objectOf({ at: optional(isPlace) });
  return objectOf({
    options: objectOf({
      defaultNamespace: optional(text),
      podCIDRs: optional(listOf(prefix)),
      undeclaredNamespaces: optional(oneOf("unknown", "unlabelled")),
      domains: optional(mapOf(listOf(writtenAddress))),
    }),
    cni: optional(listOf(objectOf({ name: text }))),
    files: listOf(text),
    shared: listOf(small),
    ...Object.fromEntries(SOURCE_LISTS.map((list) => [list, listOf(object)])),
    skipped: mapOf(count),
    serviceCalls: mapOf(
      listOf(
        objectOf({
          reference,
          path: listOf(either(text, count)),
          source: optional(source),
          namespace: text,
          name: text,
          port: optional(either(portNumber, text)),
          endpointPort: optional(either(portNumber, text)),
          protocol: optional(transport()),
          ingressClass: optional(text),
          gateways: optional(listOf(text)),
          annotated: optional(objectOf({ annotations: mapOf(text), source: optional(source) })),
        }),
      ),
    ),
    podMakers: mapOf(text),
    serviceRanges: mapOf(listOf(prefix)),
    caveats: listOf(caveat),
  });
}

/** The positions inside are looked at when they are asked for. */
function isPlace(value: unknown): boolean {
  return Array.isArray(value) && Number.isInteger(value[0]) && isPosition(value.slice(1));
}

/** Whether the two numbers of a position tree are there. */
export function isPosition(value: unknown): value is readonly [number, number, unknown?] {
  return Array.isArray(value) && count(value[0]) && count(value[1]);
}
