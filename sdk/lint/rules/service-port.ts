import { destinationsOf } from "../destinations.ts";
import type { LintRule } from "../types.ts";

export const servicePort: LintRule = {
  id: "service-port",
  severity: "warning",
  title: "a rule's port is that of a Service, which its pods do not listen on",
  help: "name the port on the pod (the Service's `targetPort`): policies see the translated port",
  silent: "where one of the pods declares the port, or the Service hands on the same number",
  *run(context) {
    for (const rule of context.rules()) {
      const pods = destinationsOf(context, rule);
      for (const [index, port] of rule.rule.ports.entries()) {
        if ("name" in port || port.first !== port.last) continue;
        if (pods.some(({ ports }) => ports.some(({ containerPort }) => containerPort === port.first))) continue;
        for (const service of context.full.objects.services) {
          const { selector } = service;
          if (selector === undefined) continue;
          const behind = pods.some(
            ({ namespace, labels }) =>
              namespace === service.namespace &&
              Object.entries(selector).every(([key, value]) => labels[key] === value),
          );
          const found = service.ports.find(
            (one) => one.port === port.first && one.protocol === port.protocol && one.targetPort !== one.port,
          );
          if (!behind || found === undefined) continue;
          yield context.atPort(
            rule,
            index,
            `${port.first} is a port of Service \`${service.namespace}/${service.name}\`, whose pods get it on \`${found.targetPort}\``,
          );
          break;
        }
      }
    }
  },
};
