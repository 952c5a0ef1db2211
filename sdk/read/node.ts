/** Nodes: their own addresses, and the ranges that their pods get addresses from. */
import { canonicalAddress, parsePrefix } from "../address.ts";
import type { Fields } from "./fields.ts";
import { type ObjectContext, readMetadata } from "./metadata.ts";
import type { NodeObject } from "./objects.ts";

export function readNode(context: ObjectContext): NodeObject {
  const { root, name, namespace, origin } = context;
  const labels = readMetadata(context, "subdomain");
  const spec = root.object("spec");
  return {
    kind: "Node",
    namespace,
    name,
    labels,
    origin,
    addresses: readNodeAddresses(root.object("status")),
    podCIDRs: spec ? readPodCIDRs(spec) : [],
  };
}

/** InternalIP before ExternalIP. The API server does not check these addresses, so one that is no IP address is left out. */
function readNodeAddresses(status: Fields | undefined): NodeObject["addresses"] {
  const written = status?.objects("addresses") ?? [];
  const addresses: { type: string; ip: string }[] = [];
  for (const type of ["InternalIP", "ExternalIP"]) {
    for (const fields of written) {
      if (fields.raw("type") !== type) continue;
      const ip = canonicalAddress(fields.string("address") ?? "");
      if (ip !== undefined && !addresses.some((other) => other.ip === ip)) addresses.push({ type, ip });
    }
  }
  return addresses;
}

function readPodCIDRs(spec: Fields): readonly string[] {
  const cidrs: string[] = [];
  const add = (text: string, ...steps: (string | number)[]): void => {
    if (text === "") return;
    if (parsePrefix(text) === undefined) spec.fail("invalid-cidr", `\`${text}\` is not a CIDR`, ...steps);
    else cidrs.push(text);
  };
  spec.strings("podCIDRs", (text, i) => add(text, "podCIDRs", i));
  if (spec.count("podCIDRs") === 0) add(spec.string("podCIDR") ?? "", "podCIDR");
  return cidrs;
}
