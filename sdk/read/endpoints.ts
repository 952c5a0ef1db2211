/**
 * Endpoints, the older way to say where a Service leads to. No proxy reads them any more: of a Service without a selector the
 * control plane makes EndpointSlices of them, and of any other Service they repeat what the EndpointSlices say.
 */
import { familyOf } from "../address.ts";
import { readSlicePorts, readTarget } from "./endpoint-slice.ts";
import { eachBelow, type Fields, isRecord, type Raw } from "./fields.ts";
import { readIP } from "./ip.ts";
import { type ObjectContext, readAnnotations, readMetadata } from "./metadata.ts";
import type { EndpointsObject, Labels, SliceContent } from "./objects.ts";

type SliceEndpoint = SliceContent["endpoints"][number];

export function readEndpoints(context: ObjectContext): EndpointsObject {
  const { fields, root, name, namespace, origin } = context;
  const labels = readMetadata(context, "subdomain");
  const subsets: SliceContent[] = [];
  eachBelow(fields, root.subsets, "subsets", (subset) => subsets.push(...readSubset(fields, subset, namespace)));
  return {
    kind: "Endpoints",
    namespace,
    name,
    labels,
    annotations: readAnnotations(context),
    origin,
    slices: isMirrored(context, labels) ? withoutUnready(subsets) : [],
  };
}

const SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror";
const LEADER = "control-plane.alpha.kubernetes.io/leader";

/** Of the API server's own Endpoints it says not to, because it makes the same EndpointSlice itself. [endpointslicemirroring controller] */
function isMirrored({ metadata, namespace, name }: ObjectContext, labels: Labels): boolean {
  if (namespace === "default" && name === "kubernetes") return true;
  const annotations = metadata?.annotations;
  return labels[SKIP_MIRROR] !== "true" && !(isRecord(annotations) && Object.hasOwn(annotations, LEADER));
}

/** A slice for each port and each family that the subset has addresses of: whether they are ready is a matter of single ports. */
function readSubset(fields: Fields, subset: Raw, namespace: string): SliceContent[] {
  const found: Record<"IPv4" | "IPv6", SliceEndpoint[]> = { IPv4: [], IPv6: [] };
  for (const [key, ready] of [
    ["addresses", true],
    ["notReadyAddresses", false],
  ] as const) {
    eachBelow(fields, subset[key], key, (entry) => {
      const text = fields.requiredString(entry.ip, "ip");
      const address = text === undefined ? undefined : readIP(fields, text, "ip");
      const pod = readTarget(fields, entry.targetRef, namespace);
      const nodeName = fields.string(entry.nodeName, "nodeName");
      if (address === undefined) return;
      const endpoint = { addresses: [address], ready, ...(pod && { pod }), ...(nodeName && { nodeName }) };
      found[familyOf(address) === 4 ? "IPv4" : "IPv6"].push(endpoint);
    });
  }
  const ports = readSlicePorts(fields, subset.ports, true);
  const single = ports.length === 0 ? [ports] : ports.map((port) => [port]);
  return (["IPv4", "IPv6"] as const)
    .filter((addressType) => found[addressType].length > 0)
    .flatMap((addressType) => single.map((ports) => ({ addressType, endpoints: found[addressType], ports })));
}

/** An address that is also said not to be ready on a port is not ready there. [endpoints/v1 RepackSubsets] */
function withoutUnready(slices: readonly SliceContent[]): SliceContent[] {
  const placeOf = ({ ports: [port] }: SliceContent, { addresses: [ip] }: SliceEndpoint): string =>
    `${ip} ${port?.name} ${port?.protocol} ${port?.port}`;
  const unready = new Set(
    slices.flatMap((slice) => slice.endpoints.flatMap((endpoint) => (endpoint.ready ? [] : placeOf(slice, endpoint)))),
  );
  return slices.map((slice) => ({
    ...slice,
    endpoints: slice.endpoints.filter((endpoint) => !endpoint.ready || !unready.has(placeOf(slice, endpoint))),
  }));
}
