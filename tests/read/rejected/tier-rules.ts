/** Spec, subject and rules of a policy of the ordered tiers. */
import { egress, policyOf, times, written } from "../tier-policies.ts";
import type { TierRow } from "./row.ts";

const CNP = "ClusterNetworkPolicy";
const ANP = "AdminNetworkPolicy";
const BANP = "BaselineAdminNetworkPolicy";
const PEER = `{"namespaces": {}}`;
const ACCEPT = `{"action": "Accept", "from": [${PEER}]}`;
const ALLOW = `{"action": "Allow", "from": [${PEER}]}`;
const NUMBER = `{"tcp": {"destinationPort": {"number": 1}}}`;

export const TIER_RULE_ROWS: readonly TierRow[] = [
  // spec
  [
    "a spec is needed",
    "required",
    "spec",
    `▶{"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "${CNP}", "metadata": {"name": "a"}}`,
    policyOf(CNP, `"ingress": []`),
  ],
  [
    "tier is required",
    "required",
    "spec.tier",
    written(CNP, `"priority": 1, "subject": ${PEER}`).replace(`"spec"`, `▶"spec"`),
    written(CNP, `"tier": "Baseline", "priority": 1, "subject": ${PEER}`),
  ],
  [
    "tier is Admin or Baseline",
    "unsupported-value",
    "spec.tier",
    written(CNP, `"tier": ▶"admin", "priority": 1, "subject": ${PEER}`),
    written(CNP, `"tier": "Admin", "priority": 1, "subject": ${PEER}`),
  ],
  [
    "the predecessors have no tier",
    "unknown-field",
    "spec.tier",
    policyOf(ANP, `▶"tier": "Admin"`),
    policyOf(ANP, `"ingress": []`),
  ],
  [
    "priority is required",
    "required",
    "spec.priority",
    written(ANP, `"subject": ${PEER}`).replace(`"spec"`, `▶"spec"`),
    written(ANP, `"priority": 0, "subject": ${PEER}`),
  ],
  [
    "priority is at least 0",
    "unsupported-value",
    "spec.priority",
    written(CNP, `"tier": "Admin", "priority": ▶-1, "subject": ${PEER}`),
    written(CNP, `"tier": "Admin", "priority": 0, "subject": ${PEER}`),
  ],
  [
    "priority is at most 1000",
    "unsupported-value",
    "spec.priority",
    written(ANP, `"priority": ▶1001, "subject": ${PEER}`),
    written(ANP, `"priority": 1000, "subject": ${PEER}`),
  ],
  [
    "priority is an integer",
    "invalid-type",
    "spec.priority",
    written(ANP, `"priority": ▶"1", "subject": ${PEER}`),
    written(ANP, `"priority": 1, "subject": ${PEER}`),
  ],
  [
    "the baseline has no priority",
    "unknown-field",
    "spec.priority",
    policyOf(BANP, `▶"priority": 1`),
    policyOf(BANP, `"egress": []`),
  ],
  [
    "the baseline is called default",
    "invalid-name",
    "metadata.name",
    written(BANP, `"subject": ${PEER}`, "other").replace(`"other"`, `▶"other"`),
    written(BANP, `"subject": ${PEER}`, "default"),
  ],
  [
    "a misspelt direction is no direction",
    "unknown-field",
    "spec.ingres",
    policyOf(CNP, `▶"ingres": []`),
    policyOf(CNP, `"ingress": []`),
  ],
  // subject
  [
    "subject is required",
    "required",
    "spec.subject",
    written(ANP, `"priority": 1`).replace(`"spec"`, `▶"spec"`),
    written(ANP, `"priority": 1, "subject": ${PEER}`),
  ],
  [
    "a subject has a field",
    "required",
    "spec.subject",
    written(ANP, `"priority": 1, ▶"subject": {}`),
    written(ANP, `"priority": 1, "subject": ${PEER}`),
  ],
  [
    "a subject has one field",
    "forbidden",
    "spec.subject",
    written(CNP, `"tier": "Admin", "priority": 1, ▶"subject": {"namespaces": {}, "pods": {"podSelector": {}}}`),
    written(CNP, `"tier": "Admin", "priority": 1, "subject": {"namespaces": {}, "pods": null}`),
  ],
  [
    "a subject is of known fields",
    "unknown-field",
    "spec.subject.services",
    written(ANP, `"priority": 1, "subject": {▶"services": {}}`),
    written(ANP, `"priority": 1, "subject": {"pods": {"namespaceSelector": {}, "podSelector": {}}}`),
  ],
  [
    "a subject's podSelector is required",
    "required",
    "spec.subject.pods.podSelector",
    written(CNP, `"tier": "Admin", "priority": 1, "subject": {▶"pods": {"namespaceSelector": {}}}`),
    written(CNP, `"tier": "Admin", "priority": 1, "subject": {"pods": {"podSelector": {}}}`),
  ],
  // rules
  [
    "25 rules at most",
    "too-many",
    "spec.ingress",
    policyOf(CNP, `▶"ingress": ${times(26, ACCEPT)}`),
    policyOf(CNP, `"ingress": ${times(25, ACCEPT)}`),
  ],
  [
    "100 rules of the predecessor at most",
    "too-many",
    "spec.ingress",
    policyOf(ANP, `▶"ingress": ${times(101, ALLOW)}`),
    policyOf(ANP, `"ingress": ${times(100, ALLOW)}`),
  ],
  [
    "a rule's name has 100 characters at most",
    "too-many",
    "spec.egress[0].name",
    egress(`"to": [${PEER}], "name": ▶"${"n".repeat(101)}"`),
    egress(`"to": [${PEER}], "name": "${"n".repeat(100)}"`),
  ],
  [
    "action is required",
    "required",
    "spec.ingress[0].action",
    policyOf(CNP, `"ingress": [▶{"from": [${PEER}]}]`),
    policyOf(CNP, `"ingress": [${ACCEPT}]`),
  ],
  [
    "Allow is no action of ClusterNetworkPolicy",
    "unsupported-value",
    "spec.ingress[0].action",
    policyOf(CNP, `"ingress": [{"action": ▶"Allow", "from": [${PEER}]}]`),
    policyOf(CNP, `"ingress": [${ACCEPT}]`),
  ],
  [
    "Accept is no action of AdminNetworkPolicy",
    "unsupported-value",
    "spec.ingress[0].action",
    policyOf(ANP, `"ingress": [{"action": ▶"Accept", "from": [${PEER}]}]`),
    policyOf(ANP, `"ingress": [{"action": "Pass", "from": [${PEER}]}]`),
  ],
  [
    "Pass is no action of the baseline",
    "unsupported-value",
    "spec.ingress[0].action",
    policyOf(BANP, `"ingress": [{"action": ▶"Pass", "from": [${PEER}]}]`),
    policyOf(BANP, `"ingress": [{"action": "Deny", "from": [${PEER}]}]`),
  ],
  [
    "a misspelt key of a rule is no key",
    "unknown-field",
    "spec.egress[0].protocol",
    egress(`"to": [${PEER}], ▶"protocol": []`),
    egress(`"to": [${PEER}]`),
  ],
  [
    "the predecessors have ports, not protocols",
    "unknown-field",
    "spec.egress[0].protocols",
    egress(`"to": [${PEER}], ▶"protocols": [${NUMBER}]`, ANP),
    egress(`"to": [${PEER}], "ports": [{"namedPort": "a"}]`, ANP),
  ],
];
