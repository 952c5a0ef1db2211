/** Workloads: the objects that make pods from a template. */
import { LIMITS } from "../limits.ts";
import type { Fields, Raw } from "./fields.ts";
import { type ObjectContext, readAnnotations, readMetadata, readOwners } from "./metadata.ts";
import type { PodShape, WorkloadKind, WorkloadObject } from "./objects.ts";
import { readPodShape } from "./pod.ts";
import { NO_LABELS, readLabels } from "./selectors.ts";

export function readWorkload(context: ObjectContext, kind: WorkloadKind): WorkloadObject | undefined {
  const { fields, root, metadata, name, namespace, origin } = context;
  const labels = readMetadata(context, "subdomain");
  const owners = readOwners(fields, metadata);
  const spec = fields.requiredObject(root.spec, "spec");
  if (spec === undefined) return undefined;
  fields.enter("spec");
  const made = kind === "CronJob" ? readJobTemplate(fields, spec) : readPodTemplate(fields, spec);
  const replicas = readReplicas(fields, spec, kind);
  const firstOrdinal = kind === "StatefulSet" ? readFirstOrdinal(fields, spec) : 0;
  fields.leave();
  const finished = kind === "Job" && hasFinished(fields, root.status);
  if (made === undefined) return undefined;
  return {
    kind,
    namespace,
    name,
    labels,
    annotations: readAnnotations(context),
    origin,
    owners,
    template: made.template,
    replicas: finished ? 0 : replicas,
    indexed: made.indexed,
    firstOrdinal,
  };
}

interface Made {
  readonly template: PodShape;
  readonly indexed: boolean;
}

function readJobTemplate(fields: Fields, spec: Raw): Made | undefined {
  const jobTemplate = fields.requiredObject(spec.jobTemplate, "jobTemplate");
  if (jobTemplate === undefined) return undefined;
  fields.enter("jobTemplate");
  const jobSpec = fields.requiredObject(jobTemplate.spec, "spec");
  let made: Made | undefined;
  if (jobSpec !== undefined) {
    fields.enter("spec");
    made = readPodTemplate(fields, jobSpec);
    fields.leave();
  }
  fields.leave();
  return made;
}

/** The template of a spec, which has been entered. */
function readPodTemplate(fields: Fields, spec: Raw): Made | undefined {
  const template = fields.requiredObject(spec.template, "template");
  if (template === undefined) return undefined;
  fields.enter("template");
  const metadata = fields.object(template.metadata, "metadata");
  let labels = NO_LABELS;
  if (metadata !== undefined) {
    fields.enter("metadata");
    labels = readLabels(fields, metadata.labels, "labels");
    fields.leave();
  }
  const podSpec = fields.object(template.spec, "spec");
  let shape: PodShape = { labels, hostNetwork: false, nodeName: undefined, ports: [] };
  if (podSpec !== undefined) {
    fields.enter("spec");
    shape = readPodShape(fields, podSpec, labels);
    fields.leave();
  }
  fields.leave();
  return { template: shape, indexed: spec.completionMode === "Indexed" };
}

function readReplicas(fields: Fields, spec: Raw, kind: WorkloadKind): number {
  if (kind === "DaemonSet" || kind === "Job" || kind === "CronJob") return 1;
  const replicas = readCount(fields, spec.replicas, "replicas", 1);
  if (kind === "StatefulSet" && replicas > LIMITS.replicas) {
    fields.fail("limit-exceeded", `${replicas} replicas of a StatefulSet are more than ${LIMITS.replicas}`, "replicas");
  }
  return replicas;
}

function readFirstOrdinal(fields: Fields, spec: Raw): number {
  const ordinals = fields.object(spec.ordinals, "ordinals");
  if (ordinals === undefined) return 0;
  fields.enter("ordinals");
  const start = readCount(fields, ordinals.start, "start", 0);
  fields.leave();
  return start;
}

function readCount(fields: Fields, value: unknown, key: string, absent: number): number {
  const count = fields.integer(value, key);
  if (count === undefined || count >= 0) return count ?? absent;
  fields.fail("unsupported-value", `\`${key}\` must not be negative`, key);
  return absent;
}

/** Whether a Job's condition Complete or Failed is True: its pods have ended. */
function hasFinished(fields: Fields, value: unknown): boolean {
  const status = fields.object(value, "status");
  if (status === undefined) return false;
  let finished = false;
  fields.enter("status");
  const conditions = fields.list(status.conditions, "conditions");
  fields.enter("conditions");
  for (let i = 0; i < conditions.length; i++) {
    const condition = fields.item(conditions[i], i);
    if (condition?.status === "True" && (condition.type === "Complete" || condition.type === "Failed")) finished = true;
  }
  fields.leave();
  fields.leave();
  return finished;
}
