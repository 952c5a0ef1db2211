/** Nodes: their own addresses, and the ranges that their pods get addresses from. */
import { countOf, type Fields, type Raw } from "./fields.ts";
import { readIP, readRange } from "./ip.ts";
import { type ObjectContext, readAnnotations, readMetadata } from "./metadata.ts";
import { nearest } from "./nearest.ts";
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

const TYPES: ReadonlySet<string> = new Set(["InternalIP", "ExternalIP", "Hostname", "InternalDNS", "ExternalDNS"]);

/** The IP addresses, InternalIP before ExternalIP. [core/v1 NodeAddressType] */
function readNodeAddresses(fields: Fields, status: Raw): NodeObject["addresses"] {
  const internal: { type: string; ip: string }[] = [];
  const external: { type: string; ip: string }[] = [];
  fields.enter("status");
  const list = fields.list(status.addresses, "addresses");
  fields.enter("addresses");
  for (let i = 0; i < list.length; i++) {
    const item = fields.item(list[i], i);
    if (item === undefined) continue;
    fields.enter(i);
    const type = readType(fields, item);
    const ip = type === "InternalIP" || type === "ExternalIP" ? readAddress(fields, item) : undefined;
    fields.leave();
    if (type !== undefined && ip !== undefined) (type === "InternalIP" ? internal : external).push({ type, ip });
  }
  fields.leave();
  fields.leave();
  const all = [...internal, ...external];
  const given = new Set<string>();
  return all.filter(({ ip }) => !given.has(ip) && given.add(ip));
}

function readType(fields: Fields, { type: written }: Raw): string | undefined {
  const type = fields.requiredString(written, "type");
  if (type === undefined || TYPES.has(type)) return type;
  const hint = nearest(type, TYPES);
  const meant = hint === undefined ? `use one of ${[...TYPES].join(", ")}` : `did you mean \`${hint}\`?`;
  return fields.fail("unsupported-value", `\`${type}\` is no type of a node's address; ${meant}`, "type");
}

function readAddress(fields: Fields, { address }: Raw): string | undefined {
  const text = fields.requiredString(address, "address");
  if (text === undefined) return undefined;
  return readIP(fields, text, "address");
}

function readPodCIDRs(fields: Fields, spec: Raw): readonly string[] {
  const cidrs: string[] = [];
  const add = (text: string | undefined, step: string | number): void => {
    if (text === undefined || text === "") return;
    const cidr = readRange(fields, text, step);
    if (cidr !== undefined) cidrs.push(cidr);
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
