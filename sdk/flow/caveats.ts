/** What a decision rests on beyond the letter of the API. `docs/semantics.md` gives the source of each. */
import { OPEN_ADDRESS, OPEN_DOMAIN, OPEN_NAMESPACE_LABELS, OPEN_TIE, SLOT_PORTLESS } from "../../assembly/abi.ts";
import { formatReference } from "../errors.ts";
import type { PodEntry, ServiceEntry } from "../model/directory.ts";
import type { Internals } from "../state.ts";
import type { Caveat, CaveatCode, Counts, Protocol } from "../types.ts";
import type { Candidate } from "./candidate.ts";
import { isFromOutside, localUnknown } from "./local-backends.ts";
import type { Pair } from "./pairs.ts";
import type { FlowSpec } from "./parse-flow.ts";
import { nameOf } from "./services.ts";
import { keptOut } from "./source-ranges.ts";

/** Caveats of all pairs, each once. */
export function caveatsOf(state: Internals, { protocol }: FlowSpec, pairs: readonly Pair[]): Caveat[] {
  const caveats = new Map<string, Caveat>();
  for (const pair of pairs) {
    for (const caveat of pairCaveats(state, pair, protocol)) caveats.set(`${caveat.code} ${caveat.message}`, caveat);
  }
  return [...caveats.values()];
}

function pairCaveats(state: Internals, pair: Pair, protocol: Protocol): Caveat[] {
  return [
    ...missingFacts(state, pair),
    ...undefinedByTheAPI(state, pair),
    ...betweenTiers(pair),
    ...translations(pair),
    ...nodePort(state, pair, protocol),
    ...ofItsNode(pair),
    ...unmodelled(state, pair),
  ];
}

/** What an undetermined answer waits for, and what would settle it. */
function missingFacts(state: Internals, { from, to, answer }: Pair): Caveat[] {
  const caveats: Caveat[] = [];
  const waitFor = (subject: Candidate, peer: Candidate, facts: number): void => {
    if (facts & OPEN_NAMESPACE_LABELS) caveats.push(...missingLabels(state, subject, peer));
    if (facts & OPEN_ADDRESS && peer.domain === undefined) {
      caveats.push({ code: "address-unknown", message: addressUnknown(state, peer) });
    }
  };
  for (const end of [from, to]) {
    if (!end.strangeNamespace) continue;
    const name = end.pod?.namespace ?? "";
    const message = `nothing that was loaded is in namespace \`${name}\`: is it spelt right?`;
    caveats.push({ code: "namespace-undeclared", message, objects: [{ kind: "Namespace", name }] });
  }
  if (answer.egress.verdict === "undetermined") waitFor(from, to, answer.egressOpen);
  if (answer.ingress.verdict === "undetermined") waitFor(to, from, answer.ingressOpen);
  if (to.domain !== undefined && answer.egress.verdict === "undetermined") {
    const message = `the addresses of \`${to.domain}\` are not known: pass them as \`domains\``;
    caveats.push({ code: "domain-unknown", message });
  }
  const apart = nodeUnknown(from, to);
  if (apart !== undefined && answer.ingress.verdict !== "allow") caveats.push({ code: "node-unknown", message: apart });
  return caveats;
}

function addressUnknown({ directory }: Internals, { display, pod, node = pod?.nodeName }: Candidate): string {
  if (!pod?.hostNetwork && node === undefined)
    return `\`${display}\` has no address yet: pass \`podCIDRs\`, or load the running pod`;
  if (node !== undefined && (directory.node(node)?.addresses.length ?? 0) > 0) {
    return `which address of node \`${node}\` \`${display}\` has is not known: load the running pod`;
  }
  return `\`${display}\` has no address yet: add its Node object with its addresses`;
}

/** Why it is not known whether the source's address is that of the destination's own node, whose traffic is allowed. */
function nodeUnknown(from: Candidate, to: Candidate): string | undefined {
  if (to.pod === undefined || to.pod.hostNetwork) return undefined;
  if (from.node !== undefined && to.unscheduled) {
    return `\`${to.display}\` is on no node yet: if it comes to run on ${from.node}, that node's traffic is allowed`;
  }
  if (!from.pod?.hostNetwork || !from.unscheduled) return undefined;
  return `\`${from.display}\` is on no node yet: if that comes to be the node of \`${to.display}\`, its traffic is allowed`;
}

/**
 * Whose labels are not known: those of the subject's namespace, for whether a policy selects it, and those of the peer's
 * namespace, or of its node for a `nodes` peer.
 */
function missingLabels({ caveats, counts }: Internals, subject: Candidate, peer: Candidate): Caveat[] {
  const undeclared =
    caveats.find(({ code }) => code === "undeclared-namespace" || code === "no-namespaces")?.objects ?? [];
  // A NetworkPolicy selects in its own namespace, whatever the labels of that.
  const ends = haveTiers(counts) ? [subject, peer] : [peer];
  const namespaces = ends.flatMap(({ pod, strangeNamespace }) => {
    if (pod === undefined || pod.hostNetwork) return [];
    return strangeNamespace || undeclared.some(({ name }) => name === pod.namespace) ? [pod.namespace] : [];
  });
  if (namespaces.length > 0) {
    return [...new Set(namespaces)].map((name) => ({
      code: "namespace-undeclared",
      message: `the labels of namespace \`${name}\` are not known: add its Namespace object`,
      objects: [{ kind: "Namespace", name }],
    }));
  }
  // An ExternalName's addresses are told of as such.
  if (peer.domain !== undefined) return [];
  const node = peer.node ?? peer.pod?.nodeName;
  const message =
    node === undefined
      ? `\`${peer.display}\` is on no node yet: load the scheduled pod, or give \`node\``
      : `the labels of node \`${node}\` are not known: add its Node object`;
  return [{ code: "node-unknown", message, ...(node !== undefined && { objects: [{ kind: "Node", name: node }] }) }];
}

function haveTiers(counts: Counts): boolean {
  return counts.clusterNetworkPolicies + counts.adminNetworkPolicies + counts.baselineAdminNetworkPolicies > 0;
}

function undefinedByTheAPI(state: Internals, { from, to, flow, answer }: Pair): Caveat[] {
  const caveats: Caveat[] = [];
  const add = (code: CaveatCode, message: string): void => {
    caveats.push({ code, message });
  };
  const isolated = answer.egressIsolated || answer.ingressIsolated;
  if (answer.egress.reason === "same-pod") {
    if (isolated) add("same-pod", "a pod always reaches itself here; upstream leaves its own address undefined");
    return caveats;
  }
  if (flow.slot === SLOT_PORTLESS && isolated) {
    add(
      "portless-protocol",
      "the API defines TCP, UDP and SCTP only: a rule without ports matches this protocol, one with ports does not",
    );
  }
  if (answer.egressIsolated && to.node !== undefined && to.node === from.pod?.nodeName) {
    add(
      "own-node-egress",
      "the docs exempt traffic to a pod's own node, the API's types do not: judged like any other egress",
    );
  }
  for (const [end, otherIsolated] of [
    [from, answer.ingressIsolated],
    [to, answer.egressIsolated],
  ] as const) {
    if (end.pod?.hostNetwork && (otherIsolated || state.policedNamespaces.has(end.pod.namespace))) {
      add(
        "host-network",
        `\`${end.display}\` is on the host network: no selector matches it, its address is its node's`,
      );
    }
  }
  if (to.forMany) {
    const message = `who receives what is sent to \`${to.display}\` is not known, so only the source's egress is judged`;
    add("many-receivers", `${message}; CNI plugins differ in whether they pass it on at all`);
  }
  if (answer.egressBlockOnPod || answer.ingressBlockOnPod) {
    add(
      "ip-block-matches-pod",
      "an ipBlock matches a pod's address here, as in the Kubernetes tests; some CNI plugins match only addresses outside",
    );
  }
  return caveats;
}

/** What cluster-wide policies leave open among themselves, and beside NetworkPolicies. */
function betweenTiers({ answer }: Pair): Caveat[] {
  const caveats: Caveat[] = [];
  const facts = answer.egressOpen | answer.ingressOpen;
  if (facts & OPEN_TIE) {
    const message =
      "policies of one priority make different things of this flow, and the API leaves open which decides";
    caveats.push({ code: "equal-priority", message: `${message}: give them different priorities` });
  }
  if (facts & OPEN_DOMAIN) {
    const message = "a rule accepts a domain name whose addresses are not all known: pass them as `domains`";
    caveats.push({ code: "domain-unknown", message });
  }
  if (answer.bothAPIs) {
    const message =
      "ClusterNetworkPolicy and its predecessors both select a pod here, and nothing says which decides first";
    caveats.push({ code: "mixed-policy-apis", message });
  }
  if (answer.baselineBesidePolicy) {
    const message =
      "the Baseline tier is asked direction by direction; read to the letter, the API leaves it out for any pod that a NetworkPolicy selects";
    caveats.push({ code: "egress-baseline", message });
  }
  return caveats;
}

function translations({ from, to, answer }: Pair): Caveat[] {
  const caveats: Caveat[] = [];
  const dropped = keptOut(from, to);
  if (dropped !== undefined) caveats.push({ code: "source-ranges", message: dropped });
  const { service } = to;
  if (to.translated && service !== undefined && answer.egressIsolated) {
    const message =
      "the Service's address is translated to a backend's before policies are asked; the API leaves the order open";
    caveats.push({ code: "service-translation", message });
  }
  // `externalTrafficPolicy: Local` keeps the client's address from the node on; what a load balancer makes of it is not known.
  const isKept = service?.nodeLocal === true && to.nodePort !== undefined && isFromOutside(from);
  const isFromBeyond = !isKept && (from.pod === undefined || to.nodePort !== undefined);
  if (service !== undefined && isFromBeyond && service.type !== "ClusterIP" && answer.ingressIsolated) {
    const message =
      "traffic through a Service from outside, or by a port of a node, may reach the pod with a node's address as its source";
    caveats.push({ code: "source-translation", message });
  }
  if (
    to.translated &&
    service !== undefined &&
    from.pod !== undefined &&
    from.pod === to.pod &&
    !from.representative &&
    (answer.egressIsolated || answer.ingressIsolated)
  ) {
    caveats.push({
      code: "hairpin",
      message: "a pod that reaches itself through a Service is judged like any other flow",
    });
  }
  return caveats;
}

function nodePort({ directory }: Internals, { to, flow }: Pair, protocol: Protocol): Caveat[] {
  const tell = (port: number, service: ServiceEntry | undefined, pod: PodEntry | undefined, what: string): Caveat[] => {
    const whose =
      service === undefined
        ? `a host port of pod \`${pod?.display}\``
        : `a node port of Service \`${nameOf(service)}\``;
    return [{ code: "node-port", message: `port ${port} is ${whose}${what}` }];
  };
  if (to.nodePort !== undefined) {
    const what = ": the flow has to pass to the node, and from its source to where the node hands it on";
    return tell(to.nodePort, to.service, to.pod, what);
  }
  if (to.service !== undefined || to.pod === undefined || to.node === undefined) return [];
  const [service] = directory.servicesAtNodePort(protocol, flow.port);
  const [other] = directory.podsAtHostPort(to.node, protocol, flow.port);
  if (service === undefined && other === undefined) return [];
  const what = " too: where the node hands it on is not followed to a pod on the host network";
  return tell(flow.port, service, other?.pod, what);
}

/** Policies of kinds that are not modelled, where they could touch one of the pods. */
function unmodelled({ unmodelled }: Internals, { from, to }: Pair): Caveat[] {
  if (unmodelled.length === 0) return [];
  const namespaces = [from.pod?.namespace, to.pod?.namespace];
  if (from.pod === undefined && to.pod === undefined) return [];
  const objects = unmodelled
    .filter(({ namespace }) => namespace === "" || namespaces.includes(namespace))
    .map(({ reference }) => reference);
  if (objects.length === 0) return [];
  const message = `not modelled, so without a part in this verdict: ${objects.map(formatReference).join(", ")}`;
  return [{ code: "unmodelled-policy", message, objects }];
}

/** Which of a Service's backends the source is led to. */
function ofItsNode({ from, to }: Pair): Caveat[] {
  const message = localUnknown(from, to);
  return message === undefined ? [] : [{ code: "node-unknown", message }];
}
