/** What the CRDs of the ordered tiers refuse: code, path and position of each; beside it the nearest that they let through. */
import { describe, expect, test } from "vitest";
import { TIER_PEER_ROWS } from "./rejected/tier-peers.ts";
import { TIER_PORT_ROWS } from "./rejected/tier-ports.ts";
import { TIER_RULE_ROWS } from "./rejected/tier-rules.ts";
import { problems, read, unmark } from "./support.ts";
import { policyOf, toPeer } from "./tier-policies.ts";

const CNP = "ClusterNetworkPolicy";
const ANP = "AdminNetworkPolicy";

describe("a violation is one issue with its path and position, and what stays inside the rule is read", () => {
  test.each([...TIER_RULE_ROWS, ...TIER_PEER_ROWS, ...TIER_PORT_ROWS])("%s", (_, code, path, refused, accepted) => {
    const { text, line, column } = unmark(refused);
    expect(problems(text)).toEqual([`${code} ${path} @${line}:${column}`]);
    expect(problems(accepted)).toEqual([]);
  });
});

describe("in YAML a problem has the line that it is written on", () => {
  const HEAD = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: a
spec:
  tier: Admin
`;
  test.each([
    ["a priority", "unsupported-value spec.priority", `  priority: ▶2000\n  subject:\n    namespaces: {}\n`],
    [
      "a peer with two fields",
      "forbidden spec.egress[0].to[1]",
      `  priority: 1\n  subject:\n    namespaces: {}\n  egress:\n  - action: Deny\n    to:\n    - namespaces: {}\n    - ▶nodes: {}\n      namespaces: {}\n`,
    ],
    [
      "a range",
      "invalid-port-range spec.ingress[0].protocols[0].udp.destinationPort.range.start",
      `  priority: 1\n  subject:\n    namespaces: {}\n  ingress:\n  - action: Deny\n    from:\n    - namespaces: {}\n    protocols:\n    - udp:\n        destinationPort:\n          range:\n            start: ▶9\n            end: 8\n`,
    ],
    ["a missing subject", "required spec.subject", `  priority: 1\n`],
  ])("%s", (_, problem, body) => {
    const marked = `${HEAD}${body}`;
    const { text, line, column } = unmark(marked.includes("▶") ? marked : marked.replace("spec:", "▶spec:"));
    expect(problems({ file: "a.yaml", text })).toEqual([`${problem} @${line}:${column}`]);
  });

  test("every problem of a policy is told at once", () => {
    const text = `${HEAD}  priority: -1\n  egress:\n  - to: []\n`;
    expect(problems(text).map((problem) => problem.split(" @")[0])).toEqual([
      "unsupported-value spec.priority",
      "required spec.subject",
      "required spec.egress[0].action",
      "required spec.egress[0].to",
    ]);
  });
});

test("what replaced sameLabels is told", () => {
  expect(() => read(toPeer(`{"namespaces": {"sameLabels": ["team"]}}`, ANP))).toThrow(/namespaceSelector/);
});

test("two policies of one kind and name are the same object, whatever namespace they name", () => {
  const text = policyOf(ANP, `"ingress": []`);
  expect(problems([text, text.replace(`"name": "default"`, `"name": "default", "namespace": "x"`)])).toHaveLength(1);
  expect(problems([text, policyOf(CNP, `"ingress": []`)])).toEqual([]);
});
