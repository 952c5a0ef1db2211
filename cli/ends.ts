/** How the command line writes a flow's ends. */
import type { FlowEnd, Issue } from "../bindings/inline.ts";
import { parseAddress } from "../sdk/address.ts";
import { didMean, didYouMean } from "../sdk/read/nearest.ts";
import type { AskedEnd } from "./documents.ts";
import { issue } from "./issues.ts";
import { parseJson } from "./json.ts";
import type { Row } from "./manual.ts";

const FORMS = {
  pod: "pod:namespace/name",
  ip: "ip:address",
  workload: "workload:namespace/Kind/name",
  service: "service:namespace/name",
  node: "node:name",
} as const;

type Form = keyof typeof FORMS;

/** The forms in words, for messages. */
const END_FORMS: string = `namespace/pod, an address, ${Object.values(FORMS).join(", ")}`;

/** The forms with what they mean, for help. */
export const END_ROWS: readonly Row[] = [
  ["namespace/pod", "a pod that was loaded; or pod:namespace/pod"],
  ["address", "of a pod, a node, a Service or something outside the cluster; or ip:address"],
  [FORMS.workload, "every pod of a workload, or what will be one of its pods"],
  [
    FORMS.service,
    "every backend of a Service; --to only, and the port is the Service's (by number, a headless one's pods')",
  ],
  [FORMS.node, "a node, by its internal addresses"],
  ['{"namespace":…,"labels":{…}}', "as JSON: a pod that does not exist yet"],
];

/**
 * Reads an end: `shop/web-0`, `10.0.0.7`, `service:shop/web`, … or an object of the API, as JSON text or as it is. What is
 * written without its namespace is in `namespace`, if there is one. Whether the thing exists is for the evaluation to say.
 */
export function parseEnd(
  given: unknown,
  field: "from" | "to",
  issues: Issue[],
  namespace: string | undefined,
): AskedEnd | undefined {
  if (isObject(given)) return objectWithin(namespace, given as AskedEnd);
  if (typeof given !== "string") {
    issues.push(issue("invalid-flow", `an end is text or an object: ${END_FORMS}`, [field]));
    return undefined;
  }
  const text = given.trim();
  if (text === "") {
    issues.push(issue("required", `\`${field}\` is empty: give ${END_FORMS}`, [field]));
    return undefined;
  }
  if (text.startsWith("{")) {
    const end = parseObject(text, field, issues);
    return end && objectWithin(namespace, end);
  }
  const unfit = noEnd(text);
  if (unfit !== undefined) {
    issues.push(issue("invalid-flow", `\`${text}\` ${unfit}`, [field]));
    return undefined;
  }
  const colon = text.indexOf(":");
  const form = colon < 0 ? "" : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (isForm(form)) return toEnd(form, rest, namespace);
  // An IPv6 address has colons but no slash, and a namespace or pod name has no colon: this is a misspelt form.
  if (form !== "" && text.includes("/")) {
    issues.push(
      issue("invalid-flow", `\`${form}:\` is not a form of an end: give ${END_FORMS}${kubectlHint(form, rest)}`, [
        field,
      ]),
    );
    return undefined;
  }
  return parseAddress(text) === undefined ? within(namespace, text, 2) : text;
}

/** A name with its namespace, which is the first of so many parts. */
export function within(namespace: string | undefined, name: string, parts: number): string {
  return namespace !== undefined && name.split("/").length === parts - 1 ? `${namespace}/${name}` : name;
}

/** Says of what is written with an address and is none what to give. */
function noEnd(text: string): string | undefined {
  const [before = "", after] = text.split("/");
  if (after !== undefined && parseAddress(before) !== undefined) return "is a range of addresses: give one of them";
  const [, host = "", port] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  if (parseAddress(text) === undefined && parseAddress(host) !== undefined)
    return `has a port: give \`${host}\`, and ${port} as the port`;
  return undefined;
}

/** Renders an end as `parseEnd` reads it; a pod that does not exist yet as `namespace/{labels}`. */
export function formatEnd(end: FlowEnd): string {
  if (typeof end === "string") return end;
  if (typeof end === "number") return `pod index ${end}`;
  if ("pod" in end) return end.pod;
  if ("ip" in end) return end.ip;
  if ("workload" in end) return `workload:${end.workload}`;
  if ("service" in end) return `service:${end.service}`;
  if ("node" in end) return `node:${end.node}`;
  const labels = Object.entries(end.labels).map(([key, value]) => `${key}=${value}`);
  return `${end.namespace}/{${labels.join(",")}}`;
}

/** kubectl's names of kinds, long and short, by the form that stands for them here. */
const KUBECTL: ReadonlyMap<string, string> = new Map([
  ["po", "pod:"],
  ["pods", "pod:"],
  ["svc", "service:"],
  ["services", "service:"],
  ["no", "node:"],
  ["nodes", "node:"],
]);
const KUBECTL_WORKLOADS: ReadonlyMap<string, string> = new Map([
  ["deploy", "Deployment"],
  ["deployment", "Deployment"],
  ["sts", "StatefulSet"],
  ["statefulset", "StatefulSet"],
  ["ds", "DaemonSet"],
  ["daemonset", "DaemonSet"],
  ["rs", "ReplicaSet"],
  ["replicaset", "ReplicaSet"],
  ["job", "Job"],
  ["cj", "CronJob"],
  ["cronjob", "CronJob"],
]);

function kubectlHint(form: string, rest: string): string {
  const word = form.toLowerCase();
  const kind = KUBECTL_WORKLOADS.get(word);
  const ours = KUBECTL.get(word);
  const [namespace, name] = rest.split("/");
  const meant = kind === undefined ? ours && `${ours}${rest}` : `workload:${namespace}/${kind}/${name}`;
  return meant === undefined ? didYouMean(form, Object.keys(FORMS)) : didMean(`\`${meant}\``);
}

/** The same of an object; what is wrong with one is for the evaluation to say. */
function objectWithin(namespace: string | undefined, end: AskedEnd): AskedEnd {
  if (namespace === undefined || typeof end === "string") return end;
  if ("labels" in end) return end.namespace === undefined ? { ...end, namespace } : end;
  for (const form of ["pod", "service", "workload"] as const) {
    const name = (end as Readonly<Record<string, unknown>>)[form];
    if (typeof name === "string") return { ...end, ...(toEnd(form, name, namespace) as object) } as AskedEnd;
  }
  return end;
}

function toEnd(form: Form, text: string, namespace: string | undefined): AskedEnd {
  switch (form) {
    case "pod":
      return { pod: within(namespace, text, 2) };
    case "ip":
      return { ip: text };
    case "workload":
      return { workload: within(namespace, text, 3) };
    case "service":
      return { service: within(namespace, text, 2) };
    case "node":
      return { node: text };
  }
}

function isForm(text: string): text is Form {
  return Object.hasOwn(FORMS, text);
}

function parseObject(text: string, field: "from" | "to", issues: Issue[]): AskedEnd | undefined {
  const before = issues.length;
  try {
    const value = parseJson(text, [field], issues);
    if (issues.length > before) return undefined;
    if (isObject(value)) return value as AskedEnd;
  } catch {
    // Told below.
  }
  issues.push(issue("invalid-flow", "an end that starts with `{` must be a JSON object", [field]));
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
