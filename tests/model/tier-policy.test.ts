/** Policies of the ordered tiers in the model: what fails closed, which domains are known, and what a state says of them. */
import { describe, expect, test } from "vitest";
import { type LoadOptions, loadState, updateState } from "../../bindings/inline.ts";
import { formatPrefix } from "../../sdk/address.ts";
import type { ModelPeer, ModelPolicy } from "../../sdk/model/model.ts";
import { canonicalDomains, modelTierPolicy } from "../../sdk/model/tier-policy.ts";
import { atPorts, egress, policyOf, readOne, toPeer, written } from "../read/tier-policies.ts";

const CNP = "ClusterNetworkPolicy";
const ANP = "AdminNetworkPolicy";
const BANP = "BaselineAdminNetworkPolicy";
const BAD = `{"matchExpressions": [{"key": "a", "operator": "In"}]}`;

const model = (text: string, domains: LoadOptions["domains"] = {}): ModelPolicy =>
  modelTierPolicy(readOne(text), canonicalDomains(domains));
const outOf = (action: string, peers: string): string =>
  policyOf(CNP, `"egress": [{"action": "${action}", "to": [${peers}], "protocols": [{"tcp": {}}]}]`);
/** No node has a label that must be there and must not. */
const isNobody = (peer: ModelPeer): boolean => peer.kind === "nodes" && peer.nodeSelector.length === 2;
const describePeer = (peer: ModelPeer): string => {
  if (peer.kind === "block") return formatPrefix(peer.block.cidr);
  return isNobody(peer) ? "nobody" : peer.kind;
};
const peersOf = (text: string, domains: LoadOptions["domains"] = {}): string[] | undefined =>
  model(text, domains).rules[0]?.peers.map(describePeer);

describe("tiers", () => {
  test.each([
    ["admin", written(CNP, `"tier": "Admin", "priority": 3, "subject": {"namespaces": {}}`), 3],
    ["baseline", written(CNP, `"tier": "Baseline", "priority": 3, "subject": {"namespaces": {}}`), 3],
    ["admin-v1alpha1", written(ANP, `"priority": 3, "subject": {"namespaces": {}}`), 3],
    ["baseline-v1alpha1", written(BANP, `"subject": {"namespaces": {}}`), 0],
  ])("%s", (tier, text, priority) => {
    expect(model(text)).toMatchObject({ tier, priority, directions: [], rules: [], namespace: [], podSelector: [] });
  });

  test("a direction without rules is not affected", () => {
    expect(model(toPeer(`{"namespaces": {}}`)).directions).toEqual(["egress"]);
  });
});

describe("a peer of an unknown kind", () => {
  test("makes an Accept match nothing, whatever stands beside it", () => {
    expect(peersOf(outOf("Accept", `{"namespaces": {}}, {"services": {}}`))).toEqual(["nobody"]);
  });

  test.each(["Deny", "Pass"])("makes %s deny all, on every port", (action) => {
    const { rules } = model(outOf(action, `{"namespaces": {}}, {"services": {}}`));
    expect(rules).toMatchObject([{ direction: "egress", action: "deny", peers: [], ports: [] }]);
  });
});

describe("an invalid selector", () => {
  test("matches nothing in an Accept, and leaves the peers beside it", () => {
    expect(peersOf(outOf("Accept", `{"namespaces": ${BAD}}, {"nodes": ${BAD}}`))).toEqual(["nobody", "nobody"]);
    expect(peersOf(outOf("Accept", `{"pods": {"podSelector": ${BAD}}}, {"nodes": {}}`))).toEqual(["nobody", "nodes"]);
  });

  test("matches everything that it could in a Deny", () => {
    const peers = `{"pods": {"namespaceSelector": ${BAD}, "podSelector": {"matchLabels": {"a": "b"}}}}, {"nodes": ${BAD}}`;
    expect(model(outOf("Deny", peers)).rules[0]?.peers).toMatchObject([
      { kind: "pods", namespace: [], podSelector: [{ key: "a", operator: "In", values: ["b"] }] },
      { kind: "nodes", nodeSelector: [] },
    ]);
  });

  test("makes a Pass deny all", () => {
    const { rules } = model(outOf("Pass", `{"pods": {"podSelector": ${BAD}}}, {"nodes": {}}`));
    expect(rules).toMatchObject([{ direction: "egress", action: "deny", peers: [], ports: [] }]);
  });

  test("selects everybody in a subject", () => {
    const text = written(ANP, `"priority": 1, "subject": {"namespaces": ${BAD}}`);
    expect(model(text)).toMatchObject({ namespace: [], podSelector: [] });
  });
});

describe("ports", () => {
  test("a name stands for itself under each protocol", () => {
    expect(model(atPorts(`[{"destinationNamedPort": "web"}]`)).rules[0]?.ports).toMatchObject(
      ["TCP", "UDP", "SCTP"].map((protocol) => ({ protocol, name: "web" })),
    );
  });
});

describe("domain names", () => {
  const names = (...list: string[]): string => toPeer(`{"domainNames": ${JSON.stringify(list)}}`);

  test("are the addresses that the option gives, in any case and with or without the root's dot", () => {
    const domains = { "API.example.com.": ["192.0.2.1", "2001:db8::1"] };
    expect(peersOf(names("api.Example.com"), domains)).toEqual(["192.0.2.1/32", "2001:db8::1/128"]);
  });

  test("without data are somebody", () => {
    expect(peersOf(names("api.example.com"))).toEqual(["unknown"]);
  });

  test("known to have no address match nothing", () => {
    expect(peersOf(names("api.example.com"), { "api.example.com": [] })).toEqual(["nobody"]);
  });

  test("a pattern has what is known below it, and somebody unless its own key says that this is all", () => {
    const domains = { "a.example.com": ["192.0.2.1"], "b.a.example.com": ["192.0.2.2"], "example.com": ["192.0.2.3"] };
    expect(peersOf(names("*.example.com"), domains)).toEqual(["192.0.2.1/32", "192.0.2.2/32", "unknown"]);
    expect(peersOf(names("*.example.com"), { ...domains, "*.example.com": ["192.0.2.9"] })).toEqual([
      "192.0.2.1/32",
      "192.0.2.2/32",
      "192.0.2.9/32",
    ]);
    expect(peersOf(names("*.a.example.com"), { ...domains, "*.example.com": [] })).toEqual(["192.0.2.2/32", "unknown"]);
  });
});

test("peers and ports know where they were written, though others have become several", () => {
  const rule = `{"action": "Deny", "to": [{"networks": ["10.0.0.0/8", "11.0.0.0/8"]}, {"nodes": {}}]}`;
  const peers = model(policyOf(CNP, `"egress": [${rule}]`)).rules[0]?.peers;
  expect(peers?.map(({ written }) => written)).toEqual([0, 0, 1]);
  const ports = model(atPorts(`[{"destinationNamedPort": "a"}, {"tcp": {}}]`)).rules[0]?.ports;
  expect(ports?.map(({ written }) => written)).toEqual([0, 0, 0, 1]);
});

describe("a state", () => {
  const codes = (input: string | readonly string[], options: LoadOptions = {}): string[] =>
    loadState(input, options).caveats.map(({ code }) => code);

  test("counts each kind", () => {
    const state = loadState([CNP, ANP, BANP].map((kind) => policyOf(kind as typeof CNP, `"egress": []`)));
    expect(state.counts).toMatchObject({
      networkPolicies: 0,
      clusterNetworkPolicies: 1,
      adminNetworkPolicies: 1,
      baselineAdminNetworkPolicies: 1,
    });
  });

  test("has policies where it has only cluster-wide ones", () => {
    expect(codes(policyOf(ANP, `"egress": []`))).not.toContain("no-policies");
    expect(codes([])).toContain("no-policies");
  });

  test("names the policies of both APIs where they meet, and only there", () => {
    const both = [policyOf(CNP, `"egress": []`), policyOf(BANP, `"egress": []`)];
    expect(codes(both)).toContain("mixed-policy-apis");
    expect(codes([policyOf(ANP, `"egress": []`), policyOf(BANP, `"egress": []`)])).not.toContain("mixed-policy-apis");
  });

  test("names the policies with a domain that has no data, unless the rule matches nothing anyway", () => {
    const text = toPeer(`{"domainNames": ["a.b", "c.d"]}`);
    const caveats = loadState(text, { domains: { "a.b": [] } }).caveats;
    expect(caveats).toMatchObject([{ code: "domain-unknown", objects: [{ kind: CNP, name: "default" }] }]);
    expect(caveats[0]?.message).not.toContain("a.b");
    expect(codes(text, { domains: { "a.b": [], "c.d": [] } })).toEqual([]);
    expect(codes(egress(`"to": [{"domainNames": ["a.b"]}, {"other": {}}]`))).toEqual(["unknown-peer"]);
  });

  test("has the same caveats and counts after an update as after a load", () => {
    const before = egress(`"to": [{"services": {}}]`);
    const after = egress(`"to": [{"nodes": ${BAD}}]`);
    const anp = policyOf(ANP, `"egress": []`);
    const state = updateState(loadState([before, anp]), {
      upsert: after,
      remove: [{ kind: ANP, name: "default" }],
    });
    const fresh = loadState(after);
    expect([state.caveats, state.counts]).toEqual([fresh.caveats, fresh.counts]);
  });

  test("removes a policy by its kind: another kind's of the same name is not loaded", () => {
    const state = loadState(policyOf(ANP, `"egress": []`));
    expect(() => updateState(state, { remove: [{ kind: CNP, name: "default" }] })).toThrow(/unknown-object/);
  });
});
