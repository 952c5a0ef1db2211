import { cutServices } from "../cut-services.ts";
import type { LintRule } from "../rule.ts";

export const serviceCut: LintRule = {
  id: "service-cut",
  severity: "warning",
  title: "a Service whose pods are isolated for ingress, and no rule is for any of its ports",
  help: "add a rule for the port that the pods listen on, or remove the Service",
  silent:
    "where one of the Service's ports, or one of its pods, has a rule that is for it, whoever that lets in; where cluster-wide policies or policies that are not modelled were loaded",
  *run(context) {
    for (const [service, { port, backend }] of context.once(cutServices)) {
      const { namespace, name, origin } = service;
      const message = `\`${backend.display}\` and all else behind it is isolated for ingress, and no rule is for ${backend.port ?? port.port}/${port.protocol}`;
      yield {
        message,
        object: { kind: "Service", namespace, name },
        path: ["spec", "ports"],
        source: origin.locate(["spec", "ports"]),
      };
    }
  },
};
