/** What is made of policies of the ordered tiers that are read: defaults, and what the API leaves to its readers. */
import { describe, expect, test } from "vitest";
import { formatPrefix } from "../../sdk/address.ts";
import type { TierPolicyObject } from "../../sdk/read/objects.ts";
import { problems, read, unmark } from "./support.ts";
import { atPorts, egress, inBeta, policyOf, readOne, toPeer, written } from "./tier-policies.ts";

const CNP = "ClusterNetworkPolicy";
const ANP = "AdminNetworkPolicy";
const BANP = "BaselineAdminNetworkPolicy";

const rule = (text: string): TierPolicyObject["egress"][number] => readOne(text).egress[0]!;
const peer = (text: string) => rule(toPeer(text)).peers[0];
const caveats = (text: string) =>
  read(text).caveats.map(({ code, source }) => `${code} @${source?.line}:${source?.column}`);

describe("tier and priority", () => {
  test("a ClusterNetworkPolicy has those that it says", () => {
    const text = written(CNP, `"tier": "Baseline", "priority": 1000, "subject": {"namespaces": {}}`);
    expect(readOne(text)).toMatchObject({ kind: CNP, namespace: "", tier: "Baseline", priority: 1000 });
  });

  test("it says the same in v1beta1, and remembers that", () => {
    const text = policyOf(
      CNP,
      `"ingress": [{"action": "Pass", "from": [{"namespaces": {}}]}], "egress": [{"action": "Accept", "to": [{"networks": ["10.0.0.0/8"]}], "protocols": [{"tcp": {"destinationPort": {"number": 53}}}]}]`,
    );
    const { origin, ...alpha } = readOne(text);
    expect(alpha).not.toHaveProperty("version");
    const { origin: _, ...beta } = readOne(inBeta(text));
    expect(beta).toEqual({ ...alpha, version: "v1beta1" });
  });

  test("an AdminNetworkPolicy is of Admin, the baseline one of Baseline and without a priority", () => {
    expect(readOne(policyOf(ANP, `"egress": null`))).toMatchObject({ tier: "Admin", priority: 10, egress: [] });
    expect(readOne(policyOf(BANP, `"egress": []`))).toMatchObject({ tier: "Baseline", priority: 0, egress: [] });
  });

  test("the actions of the predecessors are those of ClusterNetworkPolicy in other words", () => {
    const actions = ["Allow", "Deny", "Pass"].map((action) => `{"action": "${action}", "to": [{"namespaces": {}}]}`);
    expect(readOne(policyOf(ANP, `"egress": [${actions}]`)).egress.map(({ action }) => action)).toEqual([
      "allow",
      "deny",
      "pass",
    ]);
  });

  test("a namespace that it names is of no account", () => {
    const text = policyOf(CNP, `"egress": []`).replace(`"name": "default"`, `"name": "default", "namespace": "shop"`);
    expect(readOne(text).namespace).toBe("");
  });
});

describe("subjects and peers", () => {
  const a = [{ key: "a", operator: "In", values: ["b"] }];

  test("namespaces are all pods of theirs", () => {
    expect(peer(`{"namespaces": {"matchLabels": {"a": "b"}}}`)).toEqual({ namespaceSelector: a, podSelector: [] });
  });

  test("pods are of every namespace where ClusterNetworkPolicy names none", () => {
    const expected = { namespaceSelector: [], podSelector: a };
    expect(peer(`{"pods": {"podSelector": {"matchLabels": {"a": "b"}}}}`)).toEqual(expected);
  });

  test("a null field is absent, not a second one", () => {
    expect(peer(`{"namespaces": {}, "pods": null}`)).toEqual({ namespaceSelector: [], podSelector: [] });
  });

  test("networks are canonical prefixes, and one with host bits has the caveat of any CIDR", () => {
    const { text, line, column } = unmark(toPeer(`{"networks": ["fd00::/8", ▶"10.1.2.3/8"]}`));
    const [found] = rule(text).peers;
    expect(found && "networks" in found && found.networks.map(formatPrefix)).toEqual(["fd00::/8", "10.0.0.0/8"]);
    expect(caveats(text)).toEqual([`ambiguous-cidr @${line}:${column}`]);
  });
});

describe("ports", () => {
  const ports = (text: string) => rule(text).ports;

  test("no list is any port, also where it is null", () => {
    expect(ports(toPeer(`{"namespaces": {}}`))).toEqual([]);
    expect(ports(egress(`"to": [{"namespaces": {}}], "protocols": null`))).toEqual([]);
  });

  test("a protocol without a destination port is all of its ports", () => {
    expect(ports(atPorts(`[{"udp": {}}, {"tcp": {"destinationPort": null}}]`))).toEqual([
      { protocol: "UDP" },
      { protocol: "TCP" },
    ]);
  });

  test("a number is one port, a range has both its ends, a name has no protocol", () => {
    const list = `[{"sctp": {"destinationPort": {"number": 7}}}, {"tcp": {"destinationPort": {"range": {"start": 1, "end": 9}}}}, {"destinationNamedPort": "web"}]`;
    expect(ports(atPorts(list))).toEqual([
      { protocol: "SCTP", first: 7, last: 7 },
      { protocol: "TCP", first: 1, last: 9 },
      { name: "web" },
    ]);
  });

  test("those of the predecessors are of TCP unless they say otherwise", () => {
    const list = `[{"portNumber": {"port": 7}}, {"portRange": {"start": 1, "end": 9, "protocol": "UDP"}}, {"namedPort": "web"}]`;
    expect(ports(atPorts(list, ANP))).toEqual([
      { protocol: "TCP", first: 7, last: 7, impliedProtocol: true },
      { protocol: "UDP", first: 1, last: 9 },
      { name: "web" },
    ]);
  });
});

describe("a peer of an unknown kind loads with a caveat at its line", () => {
  test.each([
    ["in Accept", toPeer(`▶{"services": {"matchLabels": {}}}`)],
    ["in Pass", policyOf(ANP, `"egress": [{"action": "Pass", "to": [▶{"services": {}}]}]`)],
    [
      "networks, which ingress does not have",
      policyOf(CNP, `"ingress": [{"action": "Deny", "from": [▶{"networks": ["::/0"]}]}]`),
    ],
    ["domainNames, which the baseline does not have", toPeer(`▶{"domainNames": ["a.b"]}`, BANP)],
  ])("%s", (_, marked) => {
    const { text, line, column } = unmark(marked);
    expect(caveats(text)).toEqual([`unknown-peer @${line}:${column}`]);
    const { ingress, egress: out } = readOne(text);
    expect([...ingress, ...out]).toMatchObject([{ failsClosed: true, peers: [] }]);
  });

  test.each([
    ["namespace", "`namespace` is not a field here; did you mean `namespaces`?"],
    ["Networks", "`Networks` is not a field here; did you mean `networks`?"],
    ["podSelector", "of NetworkPolicy's peers; did you mean `pods: { namespaceSelector, podSelector }`?"],
    ["namespaceSelector", "of NetworkPolicy's peers; did you mean `namespaces`?"],
    ["ipBlock", "of NetworkPolicy's peers; did you mean `networks`?"],
  ])("but not `%s`, which is a mistake", (key, message) => {
    for (const kind of [CNP, ANP, BANP] as const) {
      const text = toPeer(`{"${key}": {}}`, kind);
      expect(problems(text)).toEqual([expect.stringContaining(`unknown-field spec.egress[0].to[0].${key} @`)]);
      expect(() => read(text)).toThrow(message);
    }
  });

  test("nor is a field of NetworkPolicy's said to be one that ingress does not have", () => {
    const text = policyOf(CNP, `"ingress": [{"action": "Deny", "from": [{"ipBlock": {"cidr": "::/0"}}]}]`);
    expect(() => read(text)).toThrow(/is a field of NetworkPolicy's peers \[/);
    expect(() => read(text)).not.toThrow(/networks/);
  });

  test("the known peers beside it stay", () => {
    const read = rule(egress(`"to": [{"services": {}}, {"namespaces": {}}]`));
    expect([read.failsClosed, read.peers.length]).toEqual([true, 1]);
  });
});

test.each([
  ["tcp", "TCP", "{}"],
  ["udp", "UDP", `{"destinationPort": null}`],
  ["sctp", "SCTP", "{}"],
])("%s without a port is every port of it, with a caveat at its line", (key, protocol, written) => {
  const { text, line, column } = unmark(atPorts(`[{▶"${key}": ${written}}]`));
  expect(rule(text).ports).toEqual([{ protocol }]);
  expect(caveats(text)).toEqual([`every-port @${line}:${column}`]);
});

describe("a selector that the CRD lets through and apimachinery refuses is invalid, with a caveat at its line", () => {
  test.each([
    ["In without values", `{"matchExpressions": [{"key": "a", "operator": "In"}]}`],
    ["NotIn with an empty list", `{"matchExpressions": [{"key": "a", "operator": "NotIn", "values": []}]}`],
    ["Exists with values", `{"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}`],
    ["an operator that is none", `{"matchExpressions": [{"key": "a", "operator": "in", "values": ["b"]}]}`],
    ["an empty key", `{"matchExpressions": [{"key": "", "operator": "Exists"}]}`],
    ["a bad key", `{"matchLabels": {"a/b/c": "d"}}`],
    ["a bad value", `{"matchLabels": {"a": "not a value"}}`],
    ["a bad value among others", `{"matchExpressions": [{"key": "a", "operator": "In", "values": ["b", "-"]}]}`],
  ])("%s", (_, selector) => {
    const { text, line, column } = unmark(toPeer(`{▶"nodes": ${selector}}`));
    expect(rule(text).peers).toEqual([{ nobody: true, ofNodes: true }]);
    expect(caveats(text)).toEqual([`invalid-selector @${line}:${column}`]);
  });

  test.each([
    ["none at all", "{}"],
    [
      "one of each operator",
      `{"matchLabels": {"a": ""}, "matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["b"]}, {"key": "c", "operator": "Exists", "values": []}, {"key": "d", "operator": "DoesNotExist"}]}`,
    ],
  ])("%s is valid", (_, selector) => {
    expect(caveats(toPeer(`{"nodes": ${selector}}`))).toEqual([]);
    expect(rule(toPeer(`{"nodes": ${selector}}`)).peers).not.toMatchObject([{ nobody: true }]);
  });

  test("a null beside its keys is of the wrong type: the CRDs' schema has texts alone", () => {
    const codes = (selector: string): string[] =>
      problems(toPeer(`{"namespaces": ${selector}}`)).map((one) => one.split(" ")[0]!);
    expect(codes(`{"matchLabels": {"a": null}}`)).toEqual(["invalid-type"]);
    expect(codes(`{"matchLabels": {"a": null}, "matchExpressions": [{"key": "a", "operator": "in"}]}`)).toEqual([
      "invalid-type",
    ]);
  });

  test("in a subject each selector stands by itself", () => {
    const text = written(
      ANP,
      `"priority": 1, "subject": {"pods": {"namespaceSelector": {"matchLabels": {"a": "!"}}, "podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists"}]}}}`,
    );
    expect(readOne(text).subject).toEqual({
      namespaceSelector: [],
      podSelector: [{ key: "a", operator: "Exists", values: [] }],
    });
  });
});

test("an origin finds paths inside a policy after reading", () => {
  const { text, line, column } = unmark(toPeer(`{"networks": ["::/0", ▶"10.0.0.0/8"]}`));
  const path = ["spec", "egress", 0, "to", 0, "networks", 1];
  expect(readOne(text).origin.locate(path)).toEqual({ line, column });
});
