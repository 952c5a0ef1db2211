/** Nodes: their own addresses, and the ranges that their pods get addresses from. */
import { canonicalAddress, parsePrefix } from "../address.ts";
import { countOf, type Fields, type Raw } from "./fields.ts";
import { type ObjectContext, readAnnotations, readMetadata } from "./metadata.ts";
import type { NodeObject } from "./objects.ts";

export function readNode(context: ObjectContext): NodeObject {
  const { fields, root, name, namespace, origin } = context;
  const labels = readMetadata(context, "subdomain");
  const spec = fields.object(root.spec, "spec");
  const status = fields.object(root.status, "status");
  return {
    kind: "Node",
    namespace,
    name,
    labels,
    annotations: readAnnotations(context),
    origin,
    addresses: status === undefined ? [] : readNodeAddresses(fields, status),
    podCIDRs: spec === undefined ? [] : readPodCIDRs(fields, spec),
  };
}

/** InternalIP before ExternalIP. The API server does not check these addresses, so one that is no IP address is left out. */
function readNodeAddresses(fields: Fields, status: Raw): NodeObject["addresses"] {
  const internal: { type: string; ip: string }[] = [];
  const external: { type: string; ip: string }[] = [];
  fields.enter("status");
  const list = fields.list(status.addresses, "addresses");
  fields.enter("addresses");
  for (let i = 0; i < list.length; i++) {
    const item = fields.item(list[i], i);
    if (item === undefined || (item.type !== "InternalIP" && item.type !== "ExternalIP")) continue;
    fields.enter(i);
    const ip = canonicalAddress(fields.string(item.address, "address") ?? "");
    fields.leave();
    const { type } = item;
    if (ip !== undefined) (type === "InternalIP" ? internal : external).push({ type, ip });
  }
  fields.leave();
  fields.leave();
  const all = [...internal, ...external];
  return all.filter(({ ip }, i) => all.findIndex((other) => other.ip === ip) === i);
}

function readPodCIDRs(fields: Fields, spec: Raw): readonly string[] {
  const cidrs: string[] = [];
  const add = (text: string | undefined, step: string | number): void => {
    if (text === undefined || text === "") return;
    if (parsePrefix(text) === undefined) fields.fail("invalid-cidr", `\`${text}\` is not a CIDR`, step);
    else cidrs.push(text);
  };
  fields.enter("spec");
  const list = fields.list(spec.podCIDRs, "podCIDRs");
  fields.enter("podCIDRs");
  for (let i = 0; i < list.length; i++) add(fields.text(list[i], i), i);
  fields.leave();
  if (countOf(spec.podCIDRs) === 0) add(fields.string(spec.podCIDR, "podCIDR"), "podCIDR");
  fields.leave();
  return cidrs;
}
