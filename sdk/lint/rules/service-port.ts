import { addTo } from "../../add-to.ts";
import type { LivePodEntry } from "../../model/directory.ts";
import type { ServicePort } from "../../read/objects.ts";
import { backendsOf } from "../backends.ts";
import type { LintContext } from "../context.ts";
import { destinationsOf } from "../destinations.ts";
import { compareReferences } from "../order.ts";
import type { LintRuleOfPolicy } from "../policies.ts";
import type { LintRule } from "../rule.ts";

export const servicePort: LintRule = {
  id: "service-port",
  severity: "warning",
  title: "a rule's port is that of a Service, which its pods do not listen on",
  help: "name the port on the pod (the Service's `targetPort`): policies see the translated port",
  silent:
    "where one of the pods declares the port; where one of them is behind no Service that hands on another number for it, or is behind one that hands on the same; for headless Services, which translate nothing, and for rules of address blocks",
  *run(context) {
    const translations = context.once(translationsByPod);
    for (const rule of context.rules()) {
      if (rule.rule.direction === "egress" && rule.rule.peers.some(({ kind }) => kind !== "pods")) continue;
      for (const [index, port] of rule.rule.ports.entries()) {
        if ("name" in port || port.first !== port.last) continue;
        const found = translationFor(context, rule, ({ endpoint, ports }) =>
          ports.some(({ containerPort }) => containerPort === port.first)
            ? undefined
            : translation(translations.get(endpoint) ?? [], port.protocol, port.first),
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
  /** The Service's, as is its port. */
  readonly namespace: string;
  readonly name: string;
  readonly protocol: ServicePort["protocol"];
  readonly port: number;
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
  translations: readonly Translation[],
  protocol: ServicePort["protocol"],
  port: number,
): Translation | undefined {
  const own = translations.filter((one) => one.protocol === protocol);
  return own.some(({ targetPort }) => targetPort === port) ? undefined : own.find((one) => one.port === port);
}

/** By a pod's endpoint what Services that lead to it translate. */
function translationsByPod(context: LintContext): ReadonlyMap<number, readonly Translation[]> {
  const { full } = context;
  const found = new Map<number, Translation[]>();
  for (const service of [...full.objects.services].sort(compareReferences)) {
    if (service.headless || service.type === "ExternalName") continue;
    const { namespace, name, ports } = service;
    for (const { protocol, port, targetPort } of ports) {
      const selected = full.directory.podsSelectedBy(service);
      for (const { endpoint } of selected) addTo(found, endpoint, { namespace, name, protocol, port, targetPort });
      if (selected.length > 0) continue;
      // Of one without a selector, its EndpointSlices say where it leads.
      for (const { pod, port: target } of backendsOf(context, service, port, protocol)) {
        if (pod === undefined || target === undefined) continue;
        addTo(found, pod.endpoint, { namespace, name, protocol, port, targetPort: target });
      }
    }
  }
  return found;
}
