import { formatReference } from "../../errors.ts";
import type { Candidate } from "../../flow/candidate.ts";
import type { PodEntry } from "../../model/directory.ts";
import type { ModelPeer } from "../../model/model.ts";
import type { ServiceCall } from "../../read/objects.ts";
import { backendsOf } from "../backends.ts";
import { isPodsPeer, type LintContext, namesOf, type PodsPeer } from "../context.ts";
import { controllers, edgePods } from "../controllers.ts";
import { cutServices, rulesFor } from "../cut-services.ts";
import { Entrances } from "../entrances.ts";
import { enforcesNothing } from "../ignored.ts";
import { addTo, compareReferences, compareText } from "../order.ts";
import { type AskedPort, SLOTS } from "../questions.ts";
import type { LintRule } from "../types.ts";

export const ingressBackendCut: LintRule = {
  id: "ingress-backend-cut",
  severity: "warning",
  title: "an Ingress leads to a Service whose pods let in no ingress controller",
  help: "let the controller's pods in on the port that the backend's pods listen on, by a `namespaceSelector` of its namespace: the traffic comes from there, not from the clients' addresses",
  silent:
    "where the class of the Ingress is that of a controller known by its label `app.kubernetes.io/name` (nginx, traefik, haproxy, contour, kong) of which any pod gets in; with no such controller among the pods, where any address outside, any pod of another namespace, a peer that matches no loaded pod, or a pod of the namespace that a Service of type NodePort or LoadBalancer leads to may get in, or cluster-wide policies were loaded; where `service-cut` fires; where policies that are not modelled may let it in; under a CNI profile that enforces nothing; once for each Service",
  *run(context) {
    const calls = new Map<string, ServiceCall[]>();
    for (const call of [...context.full.objects.serviceCalls.values()].flat()) {
      if (call.reference.kind === "Ingress") addTo(calls, `${call.namespace}/${call.name}`, call);
    }
    if (calls.size === 0 || enforcesNothing(context) !== undefined) return;
    const told = context.once(cutServices);
    const doors = new Doors(context);
    for (const service of context.full.objects.services) {
      const { namespace, name, origin } = service;
      const own = calls.get(`${namespace}/${name}`);
      if (own === undefined || told.has(service) || context.hasUnmodelled(namespace)) continue;
      own.sort((a, b) => compareReferences(a.reference, b.reference) || compareText(String(a.port), String(b.port)));
      const cut = own.flatMap((call) => doors.cut(call) ?? []);
      const [first] = cut;
      if (first === undefined) continue;
      const ingresses = new Set(cut.map(({ call }) => formatReference(call.reference)));
      const more = ingresses.size === 1 ? "" : ` and ${ingresses.size - 1} more`;
      yield {
        message: `\`${formatReference(first.call.reference)}\`${more} leads to it on ${first.call.port}, and ${first.whom}`,
        object: { kind: "Service", namespace, name },
        path: ["spec", "ports"],
        source: origin.locate(["spec", "ports"]),
      };
    }
  },
};

interface CutCall {
  readonly call: ServiceCall;
  /** Who lets in whom. */
  readonly whom: string;
}

/** Whom the pods behind Ingresses let in. */
class Doors {
  readonly #context: LintContext;
  readonly #entrances: Entrances;

  constructor(context: LintContext) {
    this.#context = context;
    this.#entrances = new Entrances(context);
  }

  /** What to say of a call, if none of the backends lets in what makes it. */
  cut(call: ServiceCall): CutCall | undefined {
    const backends = backendsOf(this.#context, call, call.port);
    const [first] = backends;
    if (first === undefined) return undefined;
    const served = this.#context.once(controllers).get(call.ingressClass ?? "");
    const own = new Set(backends.map(({ pod }) => pod));
    const isCut = ({ pod, port }: Candidate): boolean => {
      if (pod === undefined || port === undefined || pod.hostNetwork) return false;
      const asked = { slot: SLOTS.TCP, port };
      return served === undefined ? this.#letsInNobody(pod, asked, own) : this.#entrances.shutsOut(served, pod, asked);
    };
    if (!backends.every(isCut)) return undefined;
    const where = backends.length === 1 ? `\`${first.display}\`` : `\`${first.display}\` and all else behind it`;
    const who =
      served === undefined
        ? "nobody but pods of its own namespace"
        : `none of its controller's pods, such as \`${served[0]?.display}\`,`;
    const whom = `${where} lets in ${who} on ${first.port}/TCP`;
    return { call, whom };
  }

  /** No controller wherever it runs can get in, but one among pods of its namespace that are no way in from outside. */
  #letsInNobody(pod: PodEntry, asked: AskedPort, backends: ReadonlySet<PodEntry | undefined>): boolean {
    const context = this.#context;
    if (context.full.objects.tierPolicies.length > 0) return false;
    const rules = rulesFor(context, pod, asked.port, "TCP");
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
    const known = [...context.once(controllers).values()].flat();
    return !this.#entrances.letsIn([...edges, ...known], pod, asked);
  }
}
