/** The two JSON sections: what a state says of itself, and the objects that flows are resolved by. */
import type { EndpointSliceEntry, NodeEntry, ServiceEntry } from "../model/directory.ts";
import type { Internals } from "../state.ts";
import type { Caveat, Counts } from "../types.ts";
import { damaged } from "./format.ts";
import { count, either, flag, integer, listOf, mapOf, objectOf, oneOf, optional, type Shape, text } from "./shape.ts";

/** Small and asked for often; see `Internals` for each. */
export interface StatePart {
  readonly caveats: readonly Caveat[];
  readonly counts: Counts;
  readonly unmodelled: Internals["unmodelled"];
  readonly policedNamespaces: readonly string[];
  readonly domains: Internals["domains"];
  readonly added: Readonly<Record<string, number>>;
}

/** A Service with the endpoints of the pods that its selector matches. */
export type SnapshotService = ServiceEntry & { readonly pods: readonly number[] };

/** Asked for when a flow names one of them. */
export interface ObjectsPart {
  readonly nodes: readonly NodeEntry[];
  readonly services: readonly SnapshotService[];
  /** By the Service's name. */
  readonly slices: Readonly<Record<string, readonly EndpointSliceEntry[]>>;
  /** Workloads' keys with the endpoints of their pods. */
  readonly workloads: Readonly<Record<string, readonly number[]>>;
  /** Ports of nodes that lead to pods, which `pod` is the endpoint of, on their port `target`. */
  readonly hostPorts: readonly {
    readonly pod: number;
    readonly protocol: "TCP" | "UDP" | "SCTP";
    readonly port: number;
    readonly target: number;
  }[];
  /** Names of finished pods. */
  readonly finished: readonly string[];
}

export const reference: Shape = objectOf({ kind: text, namespace: optional(text), name: text });
export const source: Shape = objectOf({ file: optional(text), line: count, column: count });
export const caveat: Shape = objectOf({
  code: text,
  message: text,
  objects: optional(listOf(reference)),
  source: optional(source),
});
const texts = listOf(text);
const protocol = oneOf("TCP", "UDP", "SCTP");

const statePart = objectOf({
  caveats: listOf(caveat),
  counts: objectOf({
    namespaces: count,
    pods: count,
    finishedPods: count,
    workloadPods: count,
    nodes: count,
    services: count,
    networkPolicies: count,
    clusterNetworkPolicies: count,
    adminNetworkPolicies: count,
    baselineAdminNetworkPolicies: count,
    classes: count,
    skipped: mapOf(count),
  }),
  unmodelled: listOf(objectOf({ reference, namespace: text })),
  policedNamespaces: texts,
  domains: mapOf(texts),
  added: mapOf(integer),
});

const objectsPart = objectOf({
  nodes: listOf(
    objectOf({
      name: text,
      addresses: listOf(objectOf({ ip: text, family: oneOf(4, 6), endpoint: integer, external: optional(flag) })),
    }),
  ),
  services: listOf(
    objectOf({
      namespace: text,
      name: text,
      type: oneOf("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
      headless: flag,
      ports: listOf(
        objectOf({
          name: optional(text),
          port: count,
          protocol,
          targetPort: either(count, text),
          nodePort: optional(count),
        }),
      ),
      externalName: optional(text),
      publishNotReadyAddresses: flag,
      localOnly: optional(oneOf(true)),
      nodeLocal: optional(oneOf(true)),
      sourceRanges: optional(texts),
      addresses: texts,
      externalAddresses: texts,
      families: optional(listOf(oneOf(4, 6))),
      pods: listOf(count),
    }),
  ),
  slices: mapOf(
    listOf(
      objectOf({
        addressType: oneOf("IPv4", "IPv6", "FQDN"),
        endpoints: listOf(
          objectOf({
            addresses: texts,
            ready: flag,
            draining: optional(oneOf(true)),
            pod: optional(either(count, objectOf({ namespace: text, name: text }))),
            nodeName: optional(text),
          }),
        ),
        ports: listOf(objectOf({ name: text, protocol, port: optional(count) })),
      }),
    ),
  ),
  workloads: mapOf(listOf(count)),
  hostPorts: listOf(objectOf({ pod: count, protocol, port: count, target: count })),
  finished: texts,
});

/** @throws NetverdictError `invalid-snapshot` */
export function parseStatePart(bytes: Uint8Array): StatePart {
  return parseJson(bytes, statePart) as StatePart;
}

/** @throws NetverdictError `invalid-snapshot` */
export function parseObjectsPart(bytes: Uint8Array): ObjectsPart {
  return parseJson(bytes, objectsPart) as ObjectsPart;
}

/**
 * The value of a section of JSON.
 *
 * @throws NetverdictError `invalid-snapshot`
 */
export function parseJson(bytes: Uint8Array, shape: Shape): unknown {
  let value: unknown;
  try {
    // A copy: no decoder takes views over a shared memory.
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.slice()));
  } catch {
    throw damaged("one of its sections is no JSON");
  }
  if (shape(value)) return value;
  throw damaged("one of its sections does not hold what it should");
}
