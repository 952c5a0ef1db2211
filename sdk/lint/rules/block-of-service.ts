import { containsAddress, formatPrefix, parseAddress } from "../../address.ts";
import { compareReferences } from "../order.ts";
import type { LintRule } from "../types.ts";
import { API_SERVER } from "./api-server-address.ts";

export const blockOfService: LintRule = {
  id: "block-of-service",
  severity: "warning",
  title: "an `ipBlock` that names a Service's cluster address",
  help: "name the pods behind the Service: its address is translated before policies are asked",
  silent: "for blocks of more than 256 addresses, and the API server's address, which has a rule of its own",
  *run(context) {
    const services = [...context.full.objects.services].sort(compareReferences);
    for (const rule of context.rules()) {
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (peer.kind !== "block") continue;
        const { cidr } = peer.block;
        if ((cidr.family === 4 ? 32 : 128) - cidr.length > 8) continue;
        const service = services.find(
          ({ namespace, name, addresses, externalAddresses }) =>
            !(namespace === API_SERVER.namespace && name === API_SERVER.name) &&
            addresses.some((ip) => {
              const address = parseAddress(ip);
              return (
                !externalAddresses.includes(ip) &&
                address?.family === cidr.family &&
                containsAddress(cidr, address.bytes)
              );
            }),
        );
        if (service === undefined) continue;
        yield context.atPeer(
          rule,
          index,
          `${formatPrefix(cidr)} holds the address of Service \`${service.namespace}/${service.name}\`, which no policy sees`,
        );
      }
    }
  },
};
