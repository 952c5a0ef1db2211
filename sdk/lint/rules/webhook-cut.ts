import type { Candidate } from "../../flow/candidate.ts";
import { SLOTS } from "../../ports.ts";
import { isEntrance } from "../../read/service-calls.ts";
import { backendsOfCall } from "../backends.ts";
import { Entrances } from "../entrances.ts";
import { enforcesNothing } from "../ignored.ts";
import type { LintRule } from "../rule.ts";

/** Pods through which some control planes call into the cluster. */
const TUNNELS: ReadonlySet<string> = new Set(["konnectivity-agent"]);

export const webhookCut: LintRule = {
  id: "webhook-cut",
  severity: "warning",
  title: "the API server calls a Service (a webhook, an aggregated API) whose pods let in nothing but pods",
  help: "let the control plane's addresses in with an `ipBlock`: no pod selector matches it, and CNI plugins differ in how they see it",
  silent:
    "where any address that is no pod's gets in on that port, or the pods that tunnel for the control plane (`konnectivity-agent`); where the Service or its pods were not loaded, or policies that are not modelled may let it in; on a cluster of one node; under a CNI profile that enforces nothing; once for each object and Service",
  *run(context) {
    const { full } = context;
    if (full.objects.serviceCalls.size === 0 || enforcesNothing(context) !== undefined) return;
    const entrances = new Entrances(context);
    const tunnels = context.pods.filter(({ labels }) => TUNNELS.has(labels["k8s-app"] ?? ""));
    const told = new Set<string>();
    for (const call of [...full.objects.serviceCalls.values()].flat()) {
      if (isEntrance(call.reference.kind) || context.hasUnmodelled(call.namespace)) continue;
      const backends = backendsOfCall(context, call);
      const [first] = backends;
      const isCut = ({ pod, port }: Candidate): boolean => {
        if (pod === undefined || port === undefined) return false;
        const asked = { slot: SLOTS.TCP, port };
        return !entrances.letsInOthers(pod, asked) && !entrances.letsIn(tunnels, pod, asked);
      };
      if (first === undefined || !backends.every(isCut)) continue;
      const key = JSON.stringify([call.reference, call.namespace, call.name, call.port]);
      if (told.has(key)) continue;
      told.add(key);
      const message = `the API server calls \`${call.namespace}/${call.name}\` on ${call.port}, and \`${first.display}\` lets in nothing that is no pod on ${first.port}/TCP`;
      yield { message, object: call.reference, path: call.path, source: call.source };
    }
  },
};
