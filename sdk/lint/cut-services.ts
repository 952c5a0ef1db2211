/** Rules that are for a port of a pod, whoever they let in, and Services that have none for any of theirs. */
import type { Candidate } from "../flow/candidate.ts";
import type { LivePodEntry, PodEntry } from "../model/directory.ts";
import type { ModelRulePort } from "../model/model.ts";
import type { ServiceObject, ServicePort, TransportProtocol } from "../read/objects.ts";
import { backendsOf } from "./backends.ts";
import { includesPort } from "./containment.ts";
import type { LintContext } from "./context.ts";
import type { LintRuleOfPolicy } from "./policies.ts";

/** One of a Service's pods and addresses, and the port that leads to it. */
export interface Backend {
  readonly port: ServicePort;
  readonly backend: Candidate;
}

/** The rules of the NetworkPolicies that isolate a pod for ingress which are for a port; undefined where none isolates it. */
export function rulesFor(
  context: LintContext,
  pod: PodEntry,
  port: number,
  protocol: TransportProtocol,
): readonly LintRuleOfPolicy[] | undefined {
  const isolating = context.isolating(pod as LivePodEntry, "ingress");
  if (isolating.length === 0) return undefined;
  const named = pod.ports.filter((one) => one.containerPort === port && one.protocol === protocol);
  const isFor = (ports: readonly ModelRulePort[]): boolean =>
    includesPort(ports, protocol, port) ||
    ports.some((one) => "name" in one && one.protocol === protocol && named.some(({ name }) => name === one.name));
  return isolating.flatMap((policy) =>
    policy.policy.rules.flatMap((rule, index) =>
      rule.direction === "ingress" && isFor(rule.ports) ? [{ ...policy, rule, index }] : [],
    ),
  );
}

/** Services whose pods are isolated for ingress by rules of which none is for any of its ports, each with one of them. */
export function cutServices(context: LintContext): ReadonlyMap<ServiceObject, Backend> {
  const cut = new Map<ServiceObject, Backend>();
  const { services, tierPolicies } = context.full.objects;
  // What cluster-wide policies accept needs no rule.
  if (tierPolicies.length > 0) return cut;
  for (const service of services) {
    if (context.hasUnmodelled(service.namespace)) continue;
    const backends = service.ports.flatMap((port) =>
      backendsOf(context, service, port.port, port.protocol).map((backend) => ({ port, backend })),
    );
    const [first] = backends;
    if (first !== undefined && backends.every((one) => isCut(context, service, one))) cut.set(service, first);
  }
  return cut;
}

function isCut(context: LintContext, service: ServiceObject, one: Backend): boolean {
  const { pod } = one.backend;
  if (pod === undefined || pod.hostNetwork) return false;
  return portsOf(service, one).every((port) => rulesFor(context, pod, port, one.port.protocol)?.length === 0);
}

/** The numbers on which a pod gets what is for a Service's port: clients of a headless one use the port as it is, or its endpoints'. */
export function portsOf(
  { headless }: ServiceObject,
  { port: { port: own }, backend: { port = own } }: Backend,
): readonly number[] {
  return headless && port !== own ? [port, own] : [port];
}
