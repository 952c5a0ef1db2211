import { addTo } from "../../add-to.ts";
import { formatReference } from "../../errors.ts";
import type { Candidate } from "../../flow/candidate.ts";
import type { PodEntry } from "../../model/directory.ts";
import type { ModelPeer } from "../../model/model.ts";
import { SLOTS } from "../../ports.ts";
import type { ServiceCall, TransportProtocol } from "../../read/objects.ts";
import { isEntrance } from "../../read/service-calls.ts";
import { backendsOfCall } from "../backends.ts";
import type { LintContext } from "../context.ts";
import { allCallers, callersOf, edgePods } from "../controllers.ts";
import { cutServices, rulesFor } from "../cut-services.ts";
import { Entrances } from "../entrances.ts";
import { enforcesNothing } from "../ignored.ts";
import { compareReferences, compareText } from "../order.ts";
import { isPodsPeer, namesOf, type PodsPeer } from "../policies.ts";
import type { AskedPort } from "../questions.ts";
import type { LintRule } from "../rule.ts";

export const ingressBackendCut: LintRule = {
  id: "ingress-backend-cut",
  severity: "warning",
  title: "an Ingress or a Route leads to a Service whose pods let in nothing that serves it",
  help: "let the controller's pods in on the port that the backend's pods listen on, by a `namespaceSelector` of its namespace: the traffic comes from there, not from the clients' addresses; of a controller on the host network, by an `ipBlock` of its nodes' addresses",
  silent:
    "where what serves it is known by labels (`app.kubernetes.io/name` of nginx, traefik, haproxy, contour and kong, by the class of the Ingress; those of OpenShift's routers, and of a Gateway's pods) and any of those pods gets in; with no such pods, where a Gateway is in the Service's namespace, or any address outside, any pod of another namespace, a peer that matches no loaded pod, or a pod of the namespace that a Service of type NodePort or LoadBalancer leads to may get in, or cluster-wide policies were loaded; where `service-cut` fires; where policies that are not modelled may let it in; under a CNI profile that enforces nothing; once for each Service",
  *run(context) {
    const calls = new Map<string, ServiceCall[]>();
    for (const call of [...context.full.objects.serviceCalls.values()].flat()) {
      if (isEntrance(call.reference.kind)) addTo(calls, `${call.namespace}/${call.name}`, call);
    }
    if (calls.size === 0 || enforcesNothing(context) !== undefined) return;
    const told = context.once(cutServices);
    const doors = new Doors(context);
    for (const service of context.full.objects.services) {
      const { namespace, name, origin } = service;
      const own = calls.get(`${namespace}/${name}`);
      if (own === undefined || told.has(service) || context.hasUnmodelled(namespace)) continue;
      own.sort((a, b) => compareReferences(a.reference, b.reference) || compareText(portText(a), portText(b)));
      const cut = own.flatMap((call) => doors.cut(call) ?? []);
      const [first] = cut;
      if (first === undefined) continue;
      const ingresses = new Set(cut.map(({ call }) => formatReference(call.reference)));
      const more = ingresses.size === 1 ? "" : ` and ${ingresses.size - 1} more`;
      yield {
        message: `\`${formatReference(first.call.reference)}\`${more} leads to it${portText(first.call)}, and ${first.whom}`,
        object: { kind: "Service", namespace, name },
        path: ["spec", "ports"],
        source: origin.locate(["spec", "ports"]),
      };
    }
  },
};

interface WantedPort {
  readonly protocol: TransportProtocol;
  readonly port: number;
}

const askedPort = ({ protocol, port }: WantedPort): AskedPort => ({ slot: SLOTS[protocol], port });

interface CutCall {
  readonly call: ServiceCall;
  /** Who lets in whom. */
  readonly whom: string;
}

function portText({ port, endpointPort = port }: ServiceCall): string {
  return endpointPort === undefined ? "" : ` on ${endpointPort}`;
}

/** Whom the pods behind Ingresses and Routes let in. */
class Doors {
  readonly #context: LintContext;
  readonly #entrances: Entrances;

  constructor(context: LintContext) {
    this.#context = context;
    this.#entrances = new Entrances(context);
  }

  /** What to say of a call, if none of the backends lets in what makes it. */
  cut(call: ServiceCall): CutCall | undefined {
    const backends = backendsOfCall(this.#context, call);
    const [first] = backends;
    if (first === undefined) return undefined;
    const callers = callersOf(this.#context, call);
    // Those of a Gateway in its own namespace may be any of the pods there.
    if (callers.length === 0 && call.gateways?.some((gateway) => gateway.startsWith(`${call.namespace}/`))) return;
    const { protocol = "TCP" } = call;
    const own = new Set(backends.map(({ pod }) => pod));
    const isCut = ({ pod, port }: Candidate): boolean => {
      if (pod === undefined || port === undefined || pod.hostNetwork) return false;
      const wanted = { protocol, port };
      return callers.length === 0
        ? this.#letsInNobody(pod, wanted, own)
        : this.#entrances.shutsOut(callers, pod, askedPort(wanted));
    };
    if (!backends.every(isCut)) return undefined;
    const where = backends.length === 1 ? `\`${first.display}\`` : `\`${first.display}\` and all else behind it`;
    const who =
      callers.length === 0
        ? "nobody but pods of its own namespace"
        : `none of its controller's pods, such as \`${callers[0]?.display}\`,`;
    const whom = `${where} lets in ${who} on ${first.port}/${protocol}`;
    return { call, whom };
  }

  /** No controller wherever it runs can get in, but one among pods of its namespace that are no way in from outside. */
  #letsInNobody(pod: PodEntry, wanted: WantedPort, backends: ReadonlySet<PodEntry | undefined>): boolean {
    const context = this.#context;
    const asked = askedPort(wanted);
    if (context.full.objects.tierPolicies.length > 0) return false;
    const rules = rulesFor(context, pod, wanted.port, wanted.protocol);
    const isOwn = ({ namespace }: PodsPeer): boolean =>
      typeof namespace === "number" || namesOf(namespace)?.every((name) => name === pod.namespace) === true;
    const mayBeElsewhere = rules?.some((rule) => {
      const { peers } = rule.rule;
      const isHere = (peer: ModelPeer, index: number): boolean =>
        isPodsPeer(peer) && isOwn(peer) && context.matched(rule, index).length > 0;
      return peers.length === 0 || !peers.every(isHere);
    });
    if (mayBeElsewhere !== false || this.#entrances.letsInOthers(pod, asked)) return false;
    const edges = [...(context.once(edgePods).get(pod.namespace) ?? [])].filter((one) => !backends.has(one));
    return !this.#entrances.letsIn([...edges, ...allCallers(context)], pod, asked);
  }
}
