/** EndpointSlices: where a Service leads to. */
import { eachBelow, type Fields, type Raw } from "./fields.ts";
import { pushAddress } from "./ip.ts";
import { type ObjectContext, readAnnotations, readMetadata } from "./metadata.ts";
import type { EndpointSliceObject, SliceContent } from "./objects.ts";
import { oneOf } from "./one-of.ts";
import { checkPortNumber, readPortNumber, readProtocol } from "./ports.ts";

const ADDRESS_TYPES = ["IPv4", "IPv6", "FQDN"] as const;

/** @returns undefined where the address type is missing */
export function readEndpointSlice(context: ObjectContext): EndpointSliceObject | undefined {
  const { fields, root, name, namespace, origin } = context;
  const labels = readMetadata(context, "subdomain");
  if (fields.requiredString(root.addressType, "addressType") === undefined) return undefined;
  const addressType = oneOf(fields, root.addressType, "addressType", ADDRESS_TYPES, "FQDN");
  const serviceName = labels["kubernetes.io/service-name"];
  return {
    kind: "EndpointSlice",
    namespace,
    name,
    labels,
    annotations: readAnnotations(context),
    origin,
    ...(serviceName && { serviceName }),
    addressType,
    endpoints: readEndpoints(fields, root.endpoints, addressType, namespace),
    ports: readSlicePorts(fields, root.ports),
  };
}

/** The ports of a slice, and of a subset of Endpoints, where each has a number. */
export function readSlicePorts(fields: Fields, value: unknown, numbered = false): SliceContent["ports"] {
  const ports: SliceContent["ports"][number][] = [];
  eachBelow(fields, value, "ports", (entry) => {
    const port = numbered ? readPortNumber(fields, entry.port, "port") : fields.integer(entry.port, "port");
    if (port !== undefined && !numbered) checkPortNumber(fields, port, "port");
    ports.push({
      name: fields.string(entry.name, "name") ?? "",
      protocol: readProtocol(fields, entry.protocol, "object") ?? "TCP",
      ...(port !== undefined && { port }),
    });
  });
  return ports;
}

function readEndpoints(
  fields: Fields,
  value: unknown,
  addressType: SliceContent["addressType"],
  sliceNamespace: string,
): SliceContent["endpoints"] {
  const endpoints: SliceContent["endpoints"][number][] = [];
  eachBelow(fields, value, "endpoints", (endpoint) =>
    endpoints.push(readEndpoint(fields, endpoint, addressType, sliceNamespace)),
  );
  return endpoints;
}

function readEndpoint(
  fields: Fields,
  endpoint: Raw,
  addressType: SliceContent["addressType"],
  sliceNamespace: string,
): SliceContent["endpoints"][number] {
  const addresses: string[] = [];
  const list = fields.list(endpoint.addresses, "addresses");
  fields.enter("addresses");
  for (let i = 0; i < list.length; i++) {
    const text = fields.text(list[i], i);
    if (text === undefined) continue;
    if (addressType === "FQDN") addresses.push(text);
    else pushAddress(addresses, fields, text, i);
  }
  fields.leave();
  const pod = readTarget(fields, endpoint.targetRef, sliceNamespace);
  const nodeName = fields.string(endpoint.nodeName, "nodeName");
  const conditions = readConditions(fields, endpoint.conditions);
  return { addresses, ...conditions, ...(pod && { pod }), ...(nodeName && { nodeName }) };
}

/** The pod that an endpoint says it is; what is something else is only its address. */
export function readTarget(
  fields: Fields,
  value: unknown,
  sliceNamespace: string,
): { namespace: string; name: string } | undefined {
  const target = fields.object(value, "targetRef");
  if (target?.kind !== "Pod") return undefined;
  fields.enter("targetRef");
  const name = fields.string(target.name, "name");
  const namespace = name ? fields.string(target.namespace, "namespace") || sliceNamespace : sliceNamespace;
  fields.leave();
  return name ? { namespace, name } : undefined;
}

/** Absent, `ready` and `serving` are true ("consumers should interpret this unknown state as ready"), `terminating` is false. */
function readConditions(fields: Fields, value: unknown): { readonly ready: boolean; readonly draining?: true } {
  const conditions = fields.object(value, "conditions");
  if (conditions === undefined) return { ready: true };
  fields.enter("conditions");
  const ready = fields.boolean(conditions.ready, "ready") ?? true;
  const serving = fields.boolean(conditions.serving, "serving") ?? true;
  const terminating = fields.boolean(conditions.terminating, "terminating") ?? false;
  fields.leave();
  return { ready, ...(!ready && serving && terminating && { draining: true }) };
}
