/** What the CRDs of the ordered tiers refuse: code, path and position of each; beside it the nearest that they let through. */
import { describe, expect, test } from "vitest";
import { problems, read, unmark } from "./support.ts";
import { atPorts, egress, policyOf, times, toPeer, written } from "./tier-policies.ts";

const CNP = "ClusterNetworkPolicy";
const ANP = "AdminNetworkPolicy";
const BANP = "BaselineAdminNetworkPolicy";
const PEER = `{"namespaces": {}}`;
const ACCEPT = `{"action": "Accept", "from": [${PEER}]}`;
const ALLOW = `{"action": "Allow", "from": [${PEER}]}`;
const NUMBER = `{"tcp": {"destinationPort": {"number": 1}}}`;

/** Rule, code, path, what is refused (the position marked), and what is not. */
const CASES: readonly (readonly [string, string, string, string, string])[] = [
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
  // peers
  [
    "from is required",
    "required",
    "spec.ingress[0].from",
    policyOf(CNP, `"ingress": [▶{"action": "Deny"}]`),
    policyOf(CNP, `"ingress": [${ACCEPT}]`),
  ],
  ["there is no empty list for anybody", "required", "spec.egress[0].to", egress(`▶"to": []`), toPeer(PEER)],
  [
    "25 peers at most",
    "too-many",
    "spec.egress[0].to",
    egress(`▶"to": ${times(26, PEER)}`),
    egress(`"to": ${times(25, PEER)}`),
  ],
  [
    "100 peers of the predecessor at most",
    "too-many",
    "spec.egress[0].to",
    egress(`▶"to": ${times(101, PEER)}`, BANP),
    egress(`"to": ${times(100, PEER)}`, BANP),
  ],
  ["a peer has a field", "required", "spec.egress[0].to[0]", toPeer("▶{}"), toPeer(PEER)],
  [
    "a peer has one field",
    "forbidden",
    "spec.egress[0].to[0]",
    toPeer(`▶{"namespaces": {}, "networks": ["10.0.0.0/8"]}`),
    toPeer(`{"networks": ["10.0.0.0/8"]}`),
  ],
  [
    "a known field beside an unknown one is one too many",
    "unknown-field",
    "spec.egress[0].to[0].services",
    toPeer(`{"namespaces": {}, ▶"services": {}}`),
    toPeer(`{"services": {}}`),
  ],
  [
    "podSelector is required",
    "required",
    "spec.egress[0].to[0].pods.podSelector",
    toPeer(`{▶"pods": {}}`),
    toPeer(`{"pods": {"podSelector": {}}}`),
  ],
  [
    "the predecessors require namespaceSelector",
    "required",
    "spec.egress[0].to[0].pods.namespaceSelector",
    toPeer(`{▶"pods": {"podSelector": {}}}`, ANP),
    toPeer(`{"pods": {"podSelector": {}, "namespaceSelector": {}}}`, ANP),
  ],
  [
    "a selector is a mapping",
    "invalid-type",
    "spec.egress[0].to[0].namespaces",
    toPeer(`{"namespaces": ▶"a"}`),
    toPeer(PEER),
  ],
  [
    "a selector has no other keys",
    "unknown-field",
    "spec.egress[0].to[0].namespaces.app",
    toPeer(`{"namespaces": {▶"app": "a"}}`),
    toPeer(`{"namespaces": {"matchLabels": {"app": "a"}}}`),
  ],
  [
    "an operator is required",
    "required",
    "spec.egress[0].to[0].nodes.matchExpressions[0].operator",
    toPeer(`{"nodes": {"matchExpressions": [▶{"key": "a"}]}}`),
    toPeer(`{"nodes": {"matchExpressions": [{"key": "a", "operator": "Exists"}]}}`),
  ],
  [
    "types count in a selector that is invalid too",
    "invalid-type",
    "spec.egress[0].to[0].nodes.matchLabels",
    toPeer(`{"nodes": {"matchLabels": {"a": ▶1}, "matchExpressions": [{"key": "a", "operator": "In"}]}}`),
    toPeer(`{"nodes": {"matchLabels": {"a": "1"}, "matchExpressions": [{"key": "a", "operator": "In"}]}}`),
  ],
  // networks and domains
  [
    "networks has an item",
    "required",
    "spec.egress[0].to[0].networks",
    toPeer(`{▶"networks": []}`),
    toPeer(`{"networks": ["::/0"]}`),
  ],
  [
    "25 networks at most",
    "too-many",
    "spec.egress[0].to[0].networks",
    toPeer(`{▶"networks": ${times(26, `"10.0.0.0/8"`)}}`),
    toPeer(`{"networks": ${times(25, `"10.0.0.0/8"`)}}`),
  ],
  [
    "a network is a CIDR",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[1]",
    toPeer(`{"networks": ["10.0.0.0/8", ▶"10.0.0.1"]}`),
    toPeer(`{"networks": ["10.0.0.0/8", "10.0.0.1/32"]}`),
  ],
  [
    "a network has no leading zeros",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"10.0.00.0/8"]}`),
    toPeer(`{"networks": ["10.0.0.0/8"]}`),
  ],
  [
    "a prefix length has no leading zeros",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"10.0.0.0/08"]}`),
    toPeer(`{"networks": ["0.0.0.0/0"]}`),
  ],
  [
    "a network is no IPv4-mapped IPv6",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"::ffff:10.0.0.0/104"]}`),
    toPeer(`{"networks": ["fd00::/8"]}`),
  ],
  [
    "nor one of less than 96 bits",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"::ffff:10.0.0.0/90"]}`),
    toPeer(`{"networks": ["::/90"]}`),
  ],
  [
    "a network has 43 characters at most",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"0000:0000:0000:0000:0000:ffff:255.255.255.255/128"]}`),
    toPeer(`{"networks": ["2001:0db8:0000:0000:0000:0000:0000:0001/128"]}`),
  ],
  [
    "a domain's name has its form",
    "invalid-name",
    "spec.egress[0].to[0].domainNames[0]",
    toPeer(`{"domainNames": [▶"a.*.example.com"]}`),
    toPeer(`{"domainNames": ["*.Example.com."]}`),
  ],
  [
    "a domain has two labels",
    "invalid-name",
    "spec.egress[0].to[0].domainNames[0]",
    toPeer(`{"domainNames": [▶"localhost"]}`),
    toPeer(`{"domainNames": ["a.b"]}`),
  ],
  [
    "25 domains at most",
    "too-many",
    "spec.egress[0].to[0].domainNames",
    toPeer(`{▶"domainNames": ${times(26, `"a.b"`)}}`),
    toPeer(`{"domainNames": ${times(25, `"a.b"`)}}`),
  ],
  [
    "no domain beside Deny",
    "forbidden",
    "spec.egress[0].to[0].domainNames",
    policyOf(CNP, `"egress": [{"action": "Deny", "to": [{▶"domainNames": ["a.b"]}]}]`),
    toPeer(`{"domainNames": ["a.b"]}`),
  ],
  [
    "no domain beside Pass",
    "forbidden",
    "spec.egress[0].to[0].domainNames",
    policyOf(ANP, `"egress": [{"action": "Pass", "to": [{▶"domainNames": ["a.b"]}]}]`),
    toPeer(`{"domainNames": ["a.b"]}`, ANP),
  ],
  // protocols
  [
    "an empty list of protocols is none",
    "required",
    "spec.egress[0].protocols",
    atPorts("[]").replace(`"protocols"`, `▶"protocols"`),
    egress(`"to": [${PEER}], "protocols": null`),
  ],
  [
    "25 protocols at most",
    "too-many",
    "spec.egress[0].protocols",
    atPorts(times(26, NUMBER)).replace(`"protocols"`, `▶"protocols"`),
    atPorts(times(25, NUMBER)),
  ],
  ["a protocol has a field", "required", "spec.egress[0].protocols[0]", atPorts("[▶{}]"), atPorts(`[{"tcp": {}}]`)],
  [
    "a protocol has one field",
    "forbidden",
    "spec.egress[0].protocols[0]",
    atPorts(`[▶{"tcp": {}, "udp": {}}]`),
    atPorts(`[{"tcp": {}}, {"udp": {}}]`),
  ],
  [
    "a protocol is of a known field",
    "unknown-field",
    "spec.egress[0].protocols[0].icmp",
    atPorts(`[{▶"icmp": {}}]`),
    atPorts(`[{"sctp": {}}]`),
  ],
  [
    "a destination port has a field",
    "required",
    "spec.egress[0].protocols[0].tcp.destinationPort",
    atPorts(`[{"tcp": {▶"destinationPort": {}}}]`),
    atPorts(`[${NUMBER}]`),
  ],
  [
    "a destination port has one field",
    "forbidden",
    "spec.egress[0].protocols[0].udp.destinationPort",
    atPorts(`[{"udp": {▶"destinationPort": {"number": 1, "range": {"start": 1, "end": 2}}}}]`),
    atPorts(`[{"udp": {"destinationPort": {"range": {"start": 1, "end": 2}}}}]`),
  ],
  [
    "a number is at least 1",
    "invalid-port",
    "spec.egress[0].protocols[0].tcp.destinationPort.number",
    atPorts(`[{"tcp": {"destinationPort": {"number": ▶0}}}]`),
    atPorts(`[${NUMBER}]`),
  ],
  [
    "a number is at most 65535",
    "invalid-port",
    "spec.egress[0].protocols[0].tcp.destinationPort.number",
    atPorts(`[{"tcp": {"destinationPort": {"number": ▶65536}}}]`),
    atPorts(`[{"tcp": {"destinationPort": {"number": 65535}}}]`),
  ],
  [
    "a range has an end",
    "required",
    "spec.egress[0].protocols[0].tcp.destinationPort.range.end",
    atPorts(`[{"tcp": {"destinationPort": {▶"range": {"start": 1}}}}]`),
    atPorts(`[{"tcp": {"destinationPort": {"range": {"start": 1, "end": 65535}}}}]`),
  ],
  [
    "a range's start is less than its end",
    "invalid-port-range",
    "spec.egress[0].protocols[0].tcp.destinationPort.range.start",
    atPorts(`[{"tcp": {"destinationPort": {"range": {"start": ▶80, "end": 80}}}}]`),
    atPorts(`[{"tcp": {"destinationPort": {"range": {"start": 80, "end": 81}}}}]`),
  ],
  [
    "a named port has a name",
    "invalid-port-name",
    "spec.egress[0].protocols[0].destinationNamedPort",
    atPorts(`[{"destinationNamedPort": ▶""}]`),
    atPorts(`[{"destinationNamedPort": "http"}]`),
  ],
  // ports
  [
    "an empty list of ports is none",
    "required",
    "spec.egress[0].ports",
    atPorts("[]", ANP).replace(`"ports"`, `▶"ports"`),
    egress(`"to": [${PEER}]`, ANP),
  ],
  [
    "100 ports at most",
    "too-many",
    "spec.egress[0].ports",
    atPorts(times(101, `{"namedPort": "a"}`), ANP).replace(`"ports"`, `▶"ports"`),
    atPorts(times(100, `{"namedPort": "a"}`), ANP),
  ],
  [
    "a port has one field",
    "forbidden",
    "spec.egress[0].ports[0]",
    atPorts(`[▶{"namedPort": "a", "portNumber": {"port": 1}}]`, ANP),
    atPorts(`[{"portNumber": {"port": 1}}]`, ANP),
  ],
  [
    "a port has a field",
    "required",
    "spec.egress[0].ports[0]",
    atPorts("[▶{}]", BANP),
    atPorts(`[{"portNumber": {"port": 1}}]`, BANP),
  ],
  [
    "a port's protocol is TCP, UDP or SCTP",
    "unsupported-value",
    "spec.egress[0].ports[0].portNumber.protocol",
    atPorts(`[{"portNumber": {"port": 1, "protocol": ▶"tcp"}}]`, ANP),
    atPorts(`[{"portNumber": {"port": 1, "protocol": "SCTP"}}]`, ANP),
  ],
  [
    "a port's number is required",
    "required",
    "spec.egress[0].ports[0].portNumber.port",
    atPorts(`[{▶"portNumber": {}}]`, ANP),
    atPorts(`[{"portNumber": {"port": 1}}]`, ANP),
  ],
  [
    "an end is a port",
    "invalid-port",
    "spec.egress[0].ports[0].portRange.end",
    atPorts(`[{"portRange": {"start": 1, "end": ▶70000}}]`, ANP),
    atPorts(`[{"portRange": {"start": 7, "end": 7}}]`, ANP),
  ],
  // named ports
  [
    "no named port beside networks",
    "forbidden",
    "spec.egress[0].protocols",
    policyOf(
      CNP,
      `"egress": [{"action": "Deny", "to": [{"namespaces": {}}, {"networks": ["::/0"]}], ▶"protocols": [{"destinationNamedPort": "a"}]}]`,
    ),
    egress(`"to": [{"networks": ["::/0"]}], "protocols": [${NUMBER}]`),
  ],
  [
    "no named port beside nodes",
    "forbidden",
    "spec.egress[0].ports",
    policyOf(ANP, `"egress": [{"action": "Deny", "to": [{"nodes": {}}], ▶"ports": [{"namedPort": "a"}]}]`),
    egress(`"to": [{"nodes": {}}]`, ANP),
  ],
  [
    "no named port beside domains",
    "forbidden",
    "spec.egress[0].protocols",
    policyOf(
      CNP,
      `"egress": [{"action": "Accept", "to": [{"domainNames": ["a.b"]}], ▶"protocols": [${NUMBER}, {"destinationNamedPort": "a"}]}]`,
    ),
    atPorts(`[${NUMBER}, {"destinationNamedPort": "a"}]`),
  ],
  // what is gone
  [
    "sameLabels is gone",
    "unknown-field",
    "spec.egress[0].to[0].namespaces.sameLabels",
    toPeer(`{"namespaces": {▶"sameLabels": ["team"]}}`, ANP),
    toPeer(`{"namespaces": {"matchLabels": {"team": "a"}}}`, ANP),
  ],
  [
    "notSameLabels of pods is gone",
    "unknown-field",
    "spec.egress[0].to[0].pods.namespaces.notSameLabels",
    toPeer(`{"pods": {"namespaces": {▶"notSameLabels": ["team"]}, "podSelector": {}}}`, ANP),
    toPeer(`{"pods": {"namespaceSelector": {"matchLabels": {"team": "a"}}, "podSelector": {}}}`, ANP),
  ],
  [
    "sameLabels is no peer of an unknown kind",
    "unknown-field",
    "spec.egress[0].to[0].sameLabels",
    toPeer(`{▶"sameLabels": ["team"]}`),
    toPeer(`{"other": ["team"]}`),
  ],
];

describe("a violation is one issue with its path and position, and what stays inside the rule is read", () => {
  test.each(CASES)("%s", (_, code, path, refused, accepted) => {
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
