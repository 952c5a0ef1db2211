/** Services whose load balancer lets in some clients alone. [API reference, ServiceSpec, loadBalancerSourceRanges; kube-proxy] */
import { containsAddress, parseAddress, parsePrefix } from "../address.ts";
import type { Candidate } from "./candidate.ts";
import { isFromOutside } from "./local-backends.ts";
import { nameOf } from "./services.ts";

/**
 * Why a client outside does not come as far as the policies: a load balancer that is not for it. By a node's port, which goes round the
 * load balancer, it does; what an address inside the cluster is to a load balancer differs between them.
 */
export function keptOut(source: Candidate, to: Candidate): string | undefined {
  const { service, nodePort } = to;
  const ranges = service?.sourceRanges;
  const address = isFromOutside(source) ? parseAddress(source.display) : undefined;
  if (service === undefined || ranges === undefined || nodePort !== undefined || address === undefined)
    return undefined;
  const isIn = ranges.some((range) => {
    const prefix = parsePrefix(range);
    return prefix?.family === address.family && containsAddress(prefix, address.bytes);
  });
  if (isIn) return undefined;
  return `Service \`${nameOf(service)}\` takes traffic by its load balancer from ${ranges.join(", ")} alone, and \`${source.display}\` is not in there: it is dropped before policies are asked`;
}
