import { cutServices, portsOf } from "../cut-services.ts";
import type { LintRule } from "../rule.ts";

export const serviceCut: LintRule = {
  id: "service-cut",
  severity: "warning",
  title: "a Service whose pods are isolated for ingress, and no rule is for any of its ports",
  help: "add a rule for the port that the pods listen on, or remove the Service",
  silent:
    "where one of the Service's ports, or one of its pods, has a rule that is for it, whoever that lets in; where one is for the Service's own number and it is headless, as clients may use the pods on that; where cluster-wide policies or policies that are not modelled were loaded",
  *run(context) {
    for (const [service, first] of context.once(cutServices)) {
      const { namespace, name, origin } = service;
      const { protocol } = first.port;
      const ports = portsOf(service, first).map((port) => `${port}/${protocol}`);
      const message = `\`${first.backend.display}\` and all else behind it is isolated for ingress, and no rule is for ${ports.join(" or ")}`;
      yield {
        message,
        object: { kind: "Service", namespace, name },
        path: ["spec", "ports"],
        source: origin.locate(["spec", "ports"]),
      };
    }
  },
};
