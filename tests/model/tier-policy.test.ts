/** Policies of the ordered tiers in the model: what fails closed, which domains are known, and what a state says of them. */
import { describe, expect, test } from "vitest";
import { type LoadOptions, loadState, updateState } from "../../bindings/inline.ts";
import { formatPrefix } from "../../sdk/address.ts";
import { Domains } from "../../sdk/model/domains.ts";
import type { ModelPeer, ModelPolicy } from "../../sdk/model/model.ts";
import { modelTierPolicy } from "../../sdk/model/tier-policy.ts";
import { unmark } from "../read/support.ts";
import { atPorts, egress, policyOf, readOne, toPeer, written } from "../read/tier-policies.ts";

const CNP = "ClusterNetworkPolicy";
const ANP = "AdminNetworkPolicy";
const BANP = "BaselineAdminNetworkPolicy";
const BAD = `{"matchExpressions": [{"key": "a", "operator": "In"}]}`;

const model = (text: string, domains: LoadOptions["domains"] = {}): ModelPolicy =>
  modelTierPolicy(readOne(text), new Domains(domains));
const outOf = (action: string, peers: string): string =>
  policyOf(CNP, `"egress": [{"action": "${action}", "to": [${peers}], "protocols": [{"tcp": {}}]}]`);
const describePeer = (peer: ModelPeer): string => (peer.kind === "block" ? formatPrefix(peer.block.cidr) : peer.kind);
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
    expect(model(outOf("Accept", `{"namespaces": {}}, {"services": {}}`)).rules).toEqual([]);
  });

  test.each(["Deny", "Pass"])("makes %s deny all, on every port", (action) => {
    const { rules } = model(outOf(action, `{"namespaces": {}}, {"services": {}}`));
    expect(rules).toMatchObject([{ direction: "egress", action: "deny", peers: [], ports: [] }]);
  });
});

describe("an invalid selector", () => {
  test("matches nothing in an Accept, and leaves the peers beside it", () => {
    expect(model(outOf("Accept", `{"namespaces": ${BAD}}, {"nodes": ${BAD}}`)).rules).toEqual([]);
    expect(peersOf(outOf("Accept", `{"pods": {"podSelector": ${BAD}}}, {"nodes": {}}`))).toEqual(["nodes"]);
  });

  test.each(["Deny", "Pass"])("matches everything that it could in %s", (action) => {
    const peers = `{"pods": {"namespaceSelector": ${BAD}, "podSelector": {"matchLabels": {"a": "b"}}}}, {"nodes": ${BAD}}`;
    expect(model(outOf(action, peers)).rules[0]?.peers).toEqual([
      { kind: "pods", namespace: [], podSelector: [{ key: "a", operator: "In", values: ["b"] }] },
      { kind: "nodes", nodeSelector: [] },
    ]);
  });

  test("selects everybody in a subject", () => {
    const text = written(ANP, `"priority": 1, "subject": {"namespaces": ${BAD}}`);
    expect(model(text)).toMatchObject({ namespace: [], podSelector: [] });
  });
});

describe("ports", () => {
  test("a name stands for itself under each protocol", () => {
    expect(model(atPorts(`[{"destinationNamedPort": "web"}]`)).rules[0]?.ports).toEqual(
      ["TCP", "UDP", "SCTP"].map((protocol) => ({ protocol, name: "web" })),
    );
  });

  test("a range the wrong way round holds no port, and a rule with nothing else matches nothing", () => {
    const range = `{"portRange": {"start": 9, "end": 8}}`;
    expect(model(atPorts(`[${range}]`, ANP)).rules).toEqual([]);
    expect(model(atPorts(`[${range}, {"portNumber": {"port": 1}}]`, ANP)).rules[0]?.ports).toEqual([
      { protocol: "TCP", first: 1, last: 1 },
    ]);
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
    expect(model(names("api.example.com"), { "api.example.com": [] }).rules).toEqual([]);
  });

  test("a pattern is settled by its own key, else it has what is below it and somebody", () => {
    const domains = { "a.example.com": ["192.0.2.1"], "b.a.example.com": ["192.0.2.2"], "example.com": ["192.0.2.3"] };
    expect(peersOf(names("*.example.com"), domains)).toEqual(["192.0.2.1/32", "192.0.2.2/32", "unknown"]);
    expect(peersOf(names("*.example.com"), { ...domains, "*.example.com": ["192.0.2.9"] })).toEqual(["192.0.2.9/32"]);
  });
});

test("rules, peers and ports know where they were written, though others have gone or become several", () => {
  const rules = [
    `{"action": "Accept", "to": [{"other": {}}]}`,
    `{"action": "Deny", "to": [{"networks": ["10.0.0.0/8", "11.0.0.0/8"]}, {"namespaces": {}}], "protocols": [{"tcp": {}}]}`,
  ];
  expect(model(policyOf(CNP, `"egress": [${rules}]`)).rules.map((rule) => rule.written)).toEqual([
    {
      rule: ["spec", "egress", 1],
      peers: [0, 0, 1].map((peer) => ["spec", "egress", 1, "to", peer]),
      ports: [["spec", "egress", 1, "protocols", 0]],
    },
  ]);
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

  test("says at which line a domain has no data", () => {
    const { text, line, column } = unmark(toPeer(`{"domainNames": ["a.b", ▶"c.d"]}`));
    const caveats = loadState(text, { domains: { "a.b": [] } }).caveats;
    expect(caveats).toMatchObject([{ code: "domain-unknown", source: { line, column } }]);
    expect(codes(text, { domains: { "a.b": [], "c.d": [] } })).toEqual([]);
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
