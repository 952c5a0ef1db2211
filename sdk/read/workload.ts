/** Workloads: the objects that make pods from a template. */
import { LIMITS } from "../limits.ts";
import type { Fields } from "./fields.ts";
import { type ObjectContext, readMetadata, readOwners } from "./metadata.ts";
import type { WorkloadKind, WorkloadObject } from "./objects.ts";
import { readPodShape } from "./pod.ts";
import { NO_LABELS, readLabels } from "./selectors.ts";

export function readWorkload(context: ObjectContext, kind: WorkloadKind): WorkloadObject | undefined {
  const { root, metadata, name, namespace, origin } = context;
  const ownLabels = readMetadata(context, "subdomain");
  const owners = readOwners(metadata);
  const spec = root.requiredObject("spec");
  const podParent = kind === "CronJob" ? spec?.requiredObject("jobTemplate")?.requiredObject("spec") : spec;
  const template = podParent?.requiredObject("template");
  if (spec === undefined || template === undefined) return undefined;
  const templateMetadata = template.object("metadata");
  const labels = templateMetadata ? readLabels(templateMetadata, "labels") : NO_LABELS;
  return {
    kind,
    namespace,
    name,
    labels: ownLabels,
    origin,
    owners,
    template: readPodShape(template.object("spec"), labels),
    replicas: kind === "Job" && hasFinished(root) ? 0 : readReplicas(spec, kind),
    indexed: podParent?.raw("completionMode") === "Indexed",
    firstOrdinal: kind === "StatefulSet" ? readCount(spec.object("ordinals"), "start", 0) : 0,
  };
}

function readReplicas(spec: Fields, kind: WorkloadKind): number {
  if (kind === "DaemonSet" || kind === "Job" || kind === "CronJob") return 1;
  const replicas = readCount(spec, "replicas", 1);
  if (kind === "StatefulSet" && replicas > LIMITS.replicas) {
    spec.fail("limit-exceeded", `${replicas} replicas of a StatefulSet are more than ${LIMITS.replicas}`, "replicas");
  }
  return replicas;
}

function readCount(fields: Fields | undefined, key: string, absent: number): number {
  const count = fields?.integer(key);
  if (count === undefined) return absent;
  if (count >= 0) return count;
  fields?.fail("unsupported-value", `\`${key}\` must not be negative`, key);
  return absent;
}

/** Whether a Job's condition Complete or Failed is True: its pods have ended. */
function hasFinished(root: Fields): boolean {
  return (root.object("status")?.objects("conditions") ?? []).some((condition) => {
    const type = condition.raw("type");
    return (type === "Complete" || type === "Failed") && condition.raw("status") === "True";
  });
}
