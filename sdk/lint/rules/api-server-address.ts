import { containsAddress, formatPrefix, parseAddress } from "../../address.ts";
import type { Candidate } from "../../flow/candidate.ts";
import type { ModelPeer } from "../../model/model.ts";
import { SLOTS } from "../../ports.ts";
import { backendsOf } from "../backends.ts";
import type { LintContext } from "../context.ts";
import type { LintRuleOfPolicy } from "../policies.ts";
import { ask } from "../questions.ts";
import type { LintRule } from "../rule.ts";

/** The Service that stands for the API server in every cluster. */
export const API_SERVER = { namespace: "default", name: "kubernetes" } as const;
const API_PORT = 443;
/** Blocks of more addresses than this many bits tell apart do not mean a single one. */
const MOST_HOST_BITS = 8;

export const apiServerAddress: LintRule = {
  id: "api-server-address",
  severity: "warning",
  title: "egress to the API server by its cluster address, which is translated before policies are asked",
  help: "name the addresses and the port that the Service `default/kubernetes` leads to, mostly those of the control-plane nodes and 6443 (`kubectl get endpointslices -n default`)",
  silent:
    "where that Service was not loaded; for blocks of more than 256 addresses; where the pods reach its endpoints, or those were not loaded and another block may hold them; under a CNI profile that compares cluster addresses",
  *run(context) {
    const { full } = context;
    const service = full.objects.services.find(
      ({ namespace, name }) => namespace === API_SERVER.namespace && name === API_SERVER.name,
    );
    const addresses = (service?.addresses ?? []).flatMap((text) => parseAddress(text) ?? []);
    if (addresses.length === 0 || comparesServiceAddresses(context)) return;
    for (const rule of context.rules()) {
      if (rule.rule.direction !== "egress" || rule.rule.action !== "allow") continue;
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (peer.kind !== "block") continue;
        const { cidr } = peer.block;
        if ((cidr.family === 4 ? 32 : 128) - cidr.length > MOST_HOST_BITS) continue;
        if (!addresses.some(({ family, bytes }) => family === cidr.family && containsAddress(cidr, bytes))) continue;
        const endpoints = shutEndpoints(context, rule, peer);
        if (endpoints === undefined) continue;
        const where =
          endpoints.length === 0 ? "" : `; it leads to ${endpoints.join(", ")}, which the policy's pods cannot reach`;
        yield context.atPeer(rule, index, `${formatPrefix(cidr)} holds the cluster address of the API server${where}`);
      }
    }
  },
};

/** Whether the CNI plugin in use asks policies before it translates the addresses of Services. */
export function comparesServiceAddresses({ internals }: LintContext): boolean {
  const facts = (internals.enforcement?.plugins ?? []).flatMap((plugin) => plugin.facts);
  return facts.some(({ effect }) => effect === "service-port-must-match");
}

/** The endpoints of the API server that a pod's egress shuts; undefined where one is open, or may be among other blocks. */
function shutEndpoints(context: LintContext, rule: LintRuleOfPolicy, own: ModelPeer): readonly string[] | undefined {
  const [pod] = context.selected(rule);
  const endpoints = backendsOf(context, API_SERVER, API_PORT);
  if (pod === undefined || endpoints.length === 0) {
    const { rules } = rule.policy;
    const others = rules.flatMap(({ direction, peers }) => (direction === "egress" ? peers : []));
    return others.some((peer) => peer.kind === "block" && peer !== own) ? undefined : [];
  }
  const isShut = (to: Candidate): boolean =>
    to.families.every((family) => {
      const port = { slot: SLOTS.TCP, port: to.port ?? API_PORT };
      return ask(context, pod.endpoint, to.endpointFor(family), family, port).egress.verdict === "deny";
    });
  return endpoints.every(isShut) ? endpoints.map(({ display, port }) => `${display}:${port}`) : undefined;
}
