import { containsAddress, formatPrefix, parseAddress } from "../../address.ts";
import type { ServiceObject } from "../../read/objects.ts";
import { backendsOf } from "../backends.ts";
import type { LintContext, LintRuleOfPolicy } from "../context.ts";
import { handsOnDns, hasNodeCache } from "../dns.ts";
import { compareReferences } from "../order.ts";
import { ask, SLOTS, sharedFamilies } from "../questions.ts";
import type { LintRule } from "../types.ts";
import { API_SERVER, comparesServiceAddresses } from "./api-server-address.ts";

export const blockOfService: LintRule = {
  id: "block-of-service",
  severity: "warning",
  title: "an `ipBlock` that names a Service's cluster address",
  help: "name the pods behind the Service: its address is translated before policies are asked",
  silent:
    "for blocks of more than 256 addresses, and the API server's address, which has a rule of its own; where the policy's pods reach the pods behind the Service; for that of DNS where a cache on each node (`node-local-dns`) listens at it; under a CNI profile that compares cluster addresses",
  *run(context) {
    if (comparesServiceAddresses(context)) return;
    const isCached = hasNodeCache(context);
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
        if (service === undefined || (isCached && handsOnDns(service, "UDP"))) continue;
        if (reaches(context, rule, service)) continue;
        yield context.atPeer(
          rule,
          index,
          `${formatPrefix(cidr)} holds the address of Service \`${service.namespace}/${service.name}\`, which no policy sees`,
        );
      }
    }
  },
};

/** Whether pods that a rule lets out reach what is behind a Service all the same: the block does no harm then. */
function reaches(context: LintContext, rule: LintRuleOfPolicy, service: ServiceObject): boolean {
  const [pod] = context.selected(rule);
  if (pod === undefined || rule.rule.direction !== "egress" || rule.rule.action !== "allow") return false;
  return service.ports.some(({ port: own, protocol }) =>
    backendsOf(context, service, own, protocol).some((to) => {
      const port = { slot: SLOTS[protocol], port: to.port ?? own };
      return sharedFamilies(pod, to).some((family) => {
        const { egress } = ask(context, pod.endpoint, to.endpointFor(family), family, port, true);
        return egress.verdict !== "deny";
      });
    }),
  );
}
