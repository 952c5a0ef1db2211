/**
 * ClusterNetworkPolicy v1alpha2 and v1beta1, AdminNetworkPolicy and BaselineAdminNetworkPolicy v1alpha1, checked as their CRDs
 * do. [network-policy-api apis/v1alpha2, apis/v1beta1, apis/v1alpha1]
 */
import type { Caveat } from "../types.ts";
import { type Fields, isAbsent, type Raw } from "./fields.ts";
import { checkPolicyMetadata, type ObjectContext, readAnnotations, readMetadata } from "./metadata.ts";
import type { TierPolicyKind, TierPolicyObject, TierRule } from "./objects.ts";
import { type PolicyAPI, readSubject, readTierPeers } from "./tier-peers.ts";
import { readTierPorts } from "./tier-ports.ts";

/** What the kinds differ in. */
interface Shape {
  readonly keys: ReadonlySet<string>;
  readonly actions: ReadonlyMap<string, TierRule["action"]>;
  readonly ports: "protocols" | "ports";
  /** Rules of a direction, peers of a rule, and ports of one. */
  readonly most: number;
}

const TOP_KEYS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const BETA = "policy.networking.k8s.io/v1beta1";
const MAX_PRIORITY = 1000;
const LONGEST_NAME = 100;

const SHAPES: Readonly<Record<TierPolicyKind, Shape>> = {
  ClusterNetworkPolicy: {
    keys: new Set(["tier", "priority", "subject", "ingress", "egress"]),
    actions: new Map([
      ["Accept", "allow"],
      ["Deny", "deny"],
      ["Pass", "pass"],
    ]),
    ports: "protocols",
    most: 25,
  },
  AdminNetworkPolicy: {
    keys: new Set(["priority", "subject", "ingress", "egress"]),
    actions: new Map([
      ["Allow", "allow"],
      ["Deny", "deny"],
      ["Pass", "pass"],
    ]),
    ports: "ports",
    most: 100,
  },
  BaselineAdminNetworkPolicy: {
    keys: new Set(["subject", "ingress", "egress"]),
    actions: new Map([
      ["Allow", "allow"],
      ["Deny", "deny"],
    ]),
    ports: "ports",
    most: 100,
  },
};

const NO_RULES: readonly TierRule[] = [];

export function readTierPolicy(
  context: ObjectContext,
  kind: TierPolicyKind,
  caveats: Caveat[],
): TierPolicyObject | undefined {
  const { fields, root, metadata, name, origin } = context;
  fields.onlyKnown(root, TOP_KEYS);
  const labels = readMetadata(context, "subdomain");
  const annotations = readAnnotations(context);
  checkPolicyMetadata(fields, metadata);
  const isGenerated = isAbsent(metadata?.name) || metadata?.name === "";
  if (kind === "BaselineAdminNetworkPolicy" && name !== "" && (name !== "default" || isGenerated)) {
    const message = "the only baseline admin network policy that a cluster can have is named `default`";
    fields.fail("invalid-name", message, "metadata", "name");
  }
  const spec = fields.requiredObject(root.spec, "spec");
  if (spec === undefined) return undefined;
  const shape = SHAPES[kind];
  const version = root.apiVersion === BETA && { version: "v1beta1" as const };
  const api: PolicyAPI = { kind, ...version };
  fields.enter("spec");
  fields.onlyKnown(spec, shape.keys);
  const tier =
    kind === "ClusterNetworkPolicy" ? readTier(fields, spec) : kind === "AdminNetworkPolicy" ? "Admin" : "Baseline";
  const priority = kind === "BaselineAdminNetworkPolicy" ? 0 : readPriority(fields, spec);
  const told = caveats.length;
  const subject = readSubject(fields, spec, kind, caveats);
  const hasSubject = caveats.length === told;
  const rulesOf = (direction: "ingress" | "egress"): readonly TierRule[] => {
    const rules = readRules(fields, spec[direction], direction, api, caveats);
    // Whom an invalid subject was to select is not known: it must open nothing to anyone.
    return hasSubject ? rules : rules.map((rule) => (rule.action === "deny" ? rule : { ...rule, failsClosed: true }));
  };
  const ingress = rulesOf("ingress");
  const egress = rulesOf("egress");
  fields.leave();
  if (tier === undefined || priority === undefined || subject === undefined) return undefined;
  return {
    kind,
    ...version,
    namespace: "",
    name,
    labels,
    annotations,
    origin,
    tier,
    priority,
    subject,
    ingress,
    egress,
  };
}

function readTier(fields: Fields, spec: Raw): "Admin" | "Baseline" | undefined {
  const tier = fields.requiredString(spec.tier, "tier");
  if (tier === undefined || tier === "Admin" || tier === "Baseline") return tier;
  return fields.fail("unsupported-value", `\`${tier}\` is not a tier: use \`Admin\` or \`Baseline\``, "tier");
}

function readPriority(fields: Fields, spec: Raw): number | undefined {
  if (isAbsent(spec.priority)) return fields.fail("required", "`priority` is required", "priority");
  const priority = fields.integer(spec.priority, "priority");
  if (priority === undefined || (priority >= 0 && priority <= MAX_PRIORITY)) return priority;
  return fields.fail("unsupported-value", `the priority ${priority} is not between 0 and ${MAX_PRIORITY}`, "priority");
}

function readRules(
  fields: Fields,
  value: unknown,
  direction: "ingress" | "egress",
  api: PolicyAPI,
  caveats: Caveat[],
): readonly TierRule[] {
  const list = fields.list(value, direction);
  const { most } = SHAPES[api.kind];
  if (list.length > most) {
    fields.fail("too-many", `${list.length} rules are more than ${most}`, direction);
    return NO_RULES;
  }
  const rules: TierRule[] = [];
  fields.enter(direction);
  for (let i = 0; i < list.length; i++) {
    const rule = fields.item(list[i], i);
    if (rule === undefined) continue;
    fields.enter(i);
    const read = readRule(fields, rule, direction, api, caveats);
    if (read !== undefined) rules.push(read);
    fields.leave();
  }
  fields.leave();
  return rules;
}

function readRule(
  fields: Fields,
  rule: Raw,
  direction: "ingress" | "egress",
  api: PolicyAPI,
  caveats: Caveat[],
): TierRule | undefined {
  const { ports: portsKey, most } = SHAPES[api.kind];
  const side = direction === "ingress" ? "from" : "to";
  fields.onlyKnown(rule, new Set(["name", "action", side, portsKey]));
  const name = fields.string(rule.name, "name");
  const length = name === undefined ? 0 : [...name].length;
  if (length > LONGEST_NAME) {
    fields.fail("too-many", `a rule's name of ${length} characters is longer than ${LONGEST_NAME}`, "name");
  }
  const action = readAction(fields, rule, api.kind);
  const { peers, failsClosed, nameless } = readTierPeers(
    fields,
    rule[side],
    { ...api, direction, action, most },
    caveats,
  );
  const ports = readTierPorts(fields, rule[portsKey], portsKey, most, caveats);
  if (nameless && ports.some((port) => "name" in port)) {
    fields.fail(
      "forbidden",
      "named ports may not stand beside `networks`, `nodes` or `domainNames`, which have none",
      portsKey,
    );
  }
  return action && { ...(name !== undefined && { name }), action, peers, ports, failsClosed };
}

function readAction(fields: Fields, rule: Raw, kind: TierPolicyKind): TierRule["action"] | undefined {
  const { actions } = SHAPES[kind];
  const text = fields.requiredString(rule.action, "action");
  const action = text === undefined ? undefined : actions.get(text);
  if (text === undefined || action !== undefined) return action;
  const names = [...actions.keys()].map((known) => `\`${known}\``).join(", ");
  return fields.fail("unsupported-value", `\`${text}\` is not an action of ${kind}: use one of ${names}`, "action");
}
