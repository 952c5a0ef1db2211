import type { LivePodEntry } from "../../model/directory.ts";
import type { ServiceObject, ServicePort } from "../../read/objects.ts";
import type { LintContext, LintRuleOfPolicy } from "../context.ts";
import { destinationsOf } from "../destinations.ts";
import { addTo, compareReferences } from "../order.ts";
import type { LintRule } from "../types.ts";

export const servicePort: LintRule = {
  id: "service-port",
  severity: "warning",
  title: "a rule's port is that of a Service, which its pods do not listen on",
  help: "name the port on the pod (the Service's `targetPort`): policies see the translated port",
  silent:
    "where one of the pods declares the port; where one of them is behind no Service that hands on another number for it, or is behind one that hands on the same; for headless Services, which translate nothing, and for rules of address blocks",
  *run(context) {
    const services = context.once(servicesByPod);
    for (const rule of context.rules()) {
      if (rule.rule.direction === "egress" && rule.rule.peers.some(({ kind }) => kind !== "pods")) continue;
      for (const [index, port] of rule.rule.ports.entries()) {
        if ("name" in port || port.first !== port.last) continue;
        const found = translationFor(context, rule, ({ endpoint, ports }) =>
          ports.some(({ containerPort }) => containerPort === port.first)
            ? undefined
            : translation(services.get(endpoint) ?? [], port.protocol, port.first),
        );
        if (found === undefined) continue;
        const { namespace, name, targetPort } = found;
        const message = `${port.first} is a port of Service \`${namespace}/${name}\`, whose pods get it on \`${targetPort}\``;
        yield context.atPort(rule, index, message);
      }
    }
  },
};

interface Translation {
  readonly namespace: string;
  readonly name: string;
  readonly targetPort: number | string;
}

/** The first pod's translation, if every destination has one. */
function translationFor(
  context: LintContext,
  rule: LintRuleOfPolicy,
  of: (pod: LivePodEntry) => Translation | undefined,
): Translation | undefined {
  let first: Translation | undefined;
  for (const pod of destinationsOf(context, rule)) {
    const found = of(pod);
    if (found === undefined) return undefined;
    first ??= found;
  }
  return first;
}

/** What Services make of a port of theirs; undefined where none has it, or one hands on the number as it is. */
function translation(
  services: readonly ServiceObject[],
  protocol: ServicePort["protocol"],
  port: number,
): Translation | undefined {
  let found: Translation | undefined;
  for (const { namespace, name, ports } of services) {
    for (const one of ports) {
      if (one.protocol !== protocol) continue;
      if (one.targetPort === port) return undefined;
      if (one.port === port) found ??= { namespace, name, targetPort: one.targetPort };
    }
  }
  return found;
}

/** By a pod's endpoint the Services that translate to it. */
function servicesByPod({ full }: LintContext): ReadonlyMap<number, readonly ServiceObject[]> {
  const found = new Map<number, ServiceObject[]>();
  for (const service of [...full.objects.services].sort(compareReferences)) {
    if (service.headless || service.type === "ExternalName") continue;
    for (const { endpoint } of full.directory.podsSelectedBy(service)) addTo(found, endpoint, service);
  }
  return found;
}
