import type { Candidate } from "../../flow/candidate.ts";
import type { LivePodEntry } from "../../model/directory.ts";
import type { ModelRulePort } from "../../model/model.ts";
import type { ServicePort } from "../../read/objects.ts";
import { backendsOf } from "../backends.ts";
import { coversPorts } from "../containment.ts";
import type { LintRule } from "../types.ts";

export const serviceCut: LintRule = {
  id: "service-cut",
  severity: "warning",
  title: "a Service whose pods are isolated for ingress, and no rule is for any of its ports",
  help: "add a rule for the port that the pods listen on, or remove the Service",
  silent:
    "where one of the Service's ports, or one of its pods, has a rule that is for it, whoever that lets in; where cluster-wide policies or policies that are not modelled were loaded",
  *run(context) {
    const { full } = context;
    if (full.objects.tierPolicies.length > 0) return;
    for (const service of full.objects.services) {
      const { namespace, name, ports, origin } = service;
      if (context.hasUnmodelled(namespace)) continue;
      const backends = ports.flatMap((port) =>
        backendsOf(context, service, port.port, port.protocol).map((backend) => ({ port, backend })),
      );
      const [first] = backends;
      if (first === undefined || !backends.every(({ port, backend }) => isCut(port, backend))) continue;
      const message = `\`${first.backend.display}\` and all else behind it is isolated for ingress, and no rule is for ${first.backend.port ?? first.port.port}/${first.port.protocol}`;
      yield {
        message,
        object: { kind: "Service", namespace, name },
        path: ["spec", "ports"],
        source: origin.locate(["spec", "ports"]),
      };
    }

    function isCut({ port: own, protocol }: ServicePort, { pod, port = own }: Candidate): boolean {
      if (pod === undefined || pod.hostNetwork) return false;
      const isolating = context.isolating(pod as LivePodEntry, "ingress");
      const wanted: ModelRulePort = { protocol, first: port, last: port };
      const names = pod.ports.filter((one) => one.containerPort === port && one.protocol === protocol);
      const isFor = (ports: readonly ModelRulePort[]): boolean =>
        coversPorts(ports, wanted) ||
        ports.some((one) => "name" in one && one.protocol === protocol && names.some(({ name }) => name === one.name));
      return (
        isolating.length > 0 &&
        isolating.every(({ policy }) =>
          policy.rules.every(({ direction, ports }) => direction !== "ingress" || !isFor(ports)),
        )
      );
    }
  },
};
