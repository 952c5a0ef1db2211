import { OPEN_ADDRESS } from "../../../assembly/abi.ts";
import { containsAddress, containsPrefix, formatPrefix, parseAddress, parsePrefix } from "../../address.ts";
import type { ModelPeer } from "../../model/model.ts";
import { SLOTS } from "../../ports.ts";
import type { Prefix, ServiceObject } from "../../read/objects.ts";
import { backendsOf } from "../backends.ts";
import type { LintContext } from "../context.ts";
import { handsOnDns, hasNodeCache } from "../dns.ts";
import { compareReferences, compareText } from "../order.ts";
import type { LintRuleOfPolicy } from "../policies.ts";
import { ask, sharedFamilies } from "../questions.ts";
import type { LintRule } from "../rule.ts";
import { API_SERVER, comparesServiceAddresses } from "./api-server-address.ts";

/** Blocks of more addresses than this many bits tell apart may hold a Service's by chance. */
const MOST_HOST_BITS = 8;

export const blockOfService: LintRule = {
  id: "block-of-service",
  severity: "warning",
  title: "an `ipBlock` that names a Service's cluster address, or lies in the range of them",
  help: "name the pods behind the Service: its address is translated before policies are asked",
  silent:
    "for blocks of more than 256 addresses where no range is known that holds them (a ServiceCIDR, or `--service-cluster-ip-range` of the API server's pod), and the API server's own address, which has a rule of its own; where the policy's pods reach the pods behind the Services; for that of DNS where a cache on each node (`node-local-dns`) listens at it; under a CNI profile that compares cluster addresses",
  *run(context) {
    if (comparesServiceAddresses(context)) return;
    const isCached = hasNodeCache(context);
    const services = [...context.full.objects.services].sort(compareReferences);
    const ranges = rangesOf(context);
    for (const rule of context.rules()) {
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (peer.kind !== "block") continue;
        const { cidr } = peer.block;
        const isNarrow = (cidr.family === 4 ? 32 : 128) - cidr.length <= MOST_HOST_BITS;
        const range = ranges.find((one) => one.family === cidr.family && containsPrefix(one, cidr));
        if (!isNarrow && range === undefined) continue;
        const held = services.filter((service) => holds(cidr, service));
        const service = held.find(
          (one) =>
            !(isNarrow && isApiServer(one)) &&
            !(isCached && handsOnDns(one, "UDP")) &&
            !reaches(context, rule, peer, one),
        );
        // Without a Service that is shut it is the range alone that tells, and only where nothing in the block is known.
        if (service === undefined && (range === undefined || held.length > 0)) continue;
        yield context.atPeer(rule, index, messageOf(cidr, service, range));
      }
    }
  },
};

function messageOf(cidr: Prefix, service: ServiceObject | undefined, range: Prefix | undefined): string {
  if (service === undefined && range !== undefined) {
    return `${formatPrefix(cidr)} is in the Services' range ${formatPrefix(range)}, whose addresses no policy sees`;
  }
  return `${formatPrefix(cidr)} holds the address of Service \`${service?.namespace}/${service?.name}\`, which no policy sees`;
}

/** What Services get their cluster addresses from, as far as it was loaded. */
function rangesOf({ full: { objects } }: LintContext): readonly Prefix[] {
  const written = [...objects.serviceRanges.values(), ...objects.pods.map(({ serviceRanges }) => serviceRanges ?? [])];
  return [...new Set(written.flat())].sort(compareText).flatMap((text) => parsePrefix(text) ?? []);
}

function holds(cidr: Prefix, { addresses, externalAddresses }: ServiceObject): boolean {
  return addresses.some((ip) => {
    const address = parseAddress(ip);
    return !externalAddresses.includes(ip) && address?.family === cidr.family && containsAddress(cidr, address.bytes);
  });
}

function isApiServer({ namespace, name }: ServiceObject): boolean {
  return namespace === API_SERVER.namespace && name === API_SERVER.name;
}

/** Whether pods that a rule lets out reach what is behind a Service all the same: the block does no harm then. */
function reaches(context: LintContext, rule: LintRuleOfPolicy, block: ModelPeer, service: ServiceObject): boolean {
  const [pod] = context.selected(rule);
  if (pod === undefined || rule.rule.direction !== "egress" || rule.rule.action !== "allow") return false;
  return service.ports.some(({ port: own, protocol }) =>
    backendsOf(context, service, own, protocol).some((to) => {
      const port = { slot: SLOTS[protocol], port: to.port ?? own };
      return sharedFamilies(pod, to).some((family) => {
        const { egress, egressOpen } = ask(context, pod.endpoint, to.endpointFor(family), family, port, true);
        // A pod has no Service's address: where its own is not known, another block must be what may hold it.
        const waitsForAddress = egress.verdict === "undetermined" && egressOpen === OPEN_ADDRESS;
        return waitsForAddress ? hasOtherBlock(rule, block) : egress.verdict !== "deny";
      });
    }),
  );
}

function hasOtherBlock({ policy }: LintRuleOfPolicy, block: ModelPeer): boolean {
  return policy.rules.some(
    ({ direction, peers }) => direction === "egress" && peers.some((peer) => peer.kind === "block" && peer !== block),
  );
}
