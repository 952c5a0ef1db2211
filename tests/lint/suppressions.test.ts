/** Annotations `netverdict.dev/suppress.<rule>`: what they cover, and that none fails without a word. */
import { describe, expect, it } from "vitest";
import { type Finding, lint, loadSnapshot, loadState, snapshot, updateState } from "../../bindings/inline.ts";
import { namespace, pod, policy, service, workload } from "../docs/objects.ts";

const KEY = "netverdict.dev/suppress.";
const REASON = "kept for the audit";

interface Described {
  readonly metadata: object;
}

const annotated = (object: object, annotations: object): object => {
  const { metadata } = object as Described;
  return { ...object, metadata: { ...metadata, annotations } };
};
const dead = (path: string): object => policy(path, { podSelector: {}, policyTypes: ["Ingress"], egress: [{}] });
const web = pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"] });
const SHOP = [namespace("shop"), web];

const of = (findings: readonly Finding[], id: string): unknown[] =>
  findings
    .filter((finding) => finding.id === id)
    .map(({ object, suppressed, suppressedBy }) => [object.name, suppressed, suppressedBy]);
const found = (id: string, ...objects: object[]): unknown[] => of(lint(loadState([...SHOP, ...objects])), id);
const bad = (...objects: object[]): string[] =>
  lint(loadState([...SHOP, ...objects]))
    .filter(({ id }) => id === "bad-suppression")
    .map(({ message, object }) => `${object.kind} ${object.name}: ${message}`);

describe("an annotation", () => {
  it("suppresses one rule for its own object, with its reason", () => {
    const policies = [annotated(dead("shop/a"), { [`${KEY}dead-rules`]: REASON }), dead("shop/b")];
    expect(found("dead-rules", ...policies)).toEqual([
      ["a", REASON, "object"],
      ["b", undefined, undefined],
    ]);
  });

  it("suppresses no other rule", () => {
    const object = annotated(dead("shop/a"), { [`${KEY}dns-cut`]: REASON });
    expect(found("dead-rules", object)).toEqual([["a", undefined, undefined]]);
    expect(bad(object)).toEqual([]);
  });

  it("of what has the API server call a Service suppresses what is said of the call", () => {
    const hooks = (annotations: object): object => ({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "guard", annotations },
      webhooks: ["a.b.c", "d.b.c"].map((name) => ({
        name,
        clientConfig: { service: { namespace: "shop", name: "web", path: `/${name}` } },
      })),
    });
    const shut = [
      service("shop/web", { selector: { app: "web" }, ports: [{ port: 443, targetPort: 9443 }] }),
      policy("shop/own", { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
    ];
    const suppressed = hooks({ [`${KEY}webhook-cut`]: REASON });
    expect(found("webhook-cut", ...shut, hooks({}))).toEqual([["guard", undefined, undefined]]);
    expect(found("webhook-cut", ...shut, suppressed)).toEqual([["guard", REASON, "object"]]);
    expect(bad(hooks({ [`${KEY}webhook-cut`]: "" }))).toHaveLength(1);
    const kept = loadSnapshot(snapshot(loadState([...SHOP, ...shut, suppressed]), { explain: true }));
    expect(of(lint(kept), "webhook-cut")).toEqual([["guard", REASON, "object"]]);
  });

  it("of a Namespace covers all that is in it, itself too, and nothing outside", () => {
    const space = annotated(namespace("ops"), { [`${KEY}dead-rules`]: REASON, [`${KEY}unprotected-pods`]: "open" });
    const objects = [space, pod("ops/probe", { ips: ["10.0.1.1"] })];
    const egress = policy("ops/a", {
      podSelector: { matchLabels: { app: "none" } },
      policyTypes: ["Ingress"],
      egress: [{}],
    });
    expect(found("dead-rules", ...objects, egress, dead("shop/b"))).toEqual([
      ["a", REASON, "namespace"],
      ["b", undefined, undefined],
    ]);
    expect(found("unprotected-pods", ...objects, egress)).toEqual([
      ["ops", "open", "object"],
      ["shop", undefined, undefined],
    ]);
  });

  it("gives way to the options, the Namespace's to the object's own", () => {
    const space = annotated(namespace("shop"), { [`${KEY}dead-rules`]: "of the namespace" });
    const object = annotated(dead("shop/a"), { [`${KEY}dead-rules`]: "of the policy" });
    const state = loadState([space, web, object]);
    expect(of(lint(state), "dead-rules")).toEqual([["a", "of the policy", "object"]]);
    expect(of(lint(state, { suppress: { "dead-rules": "of the call" } }), "dead-rules")).toEqual([
      ["a", "of the call", "options"],
    ]);
  });

  it("works on cluster-wide policies", () => {
    const older = {
      apiVersion: "policy.networking.k8s.io/v1alpha1",
      kind: "AdminNetworkPolicy",
      metadata: { name: "older", annotations: { [`${KEY}older-api`]: REASON } },
      spec: { priority: 1, subject: { namespaces: {} } },
    };
    expect(found("older-api", older)).toEqual([["older", REASON, "object"]]);
  });

  it("is read from text and from objects alike", () => {
    const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop, annotations: { "${KEY}dead-rules": "${REASON}" } }
spec: { podSelector: {}, policyTypes: [Ingress], egress: [{}] }
`;
    expect(found("dead-rules", [text] as unknown as object)).toEqual([["a", REASON, "object"]]);
  });
});

describe("an annotation that suppresses nothing is a finding of its own", () => {
  const silences = (key: string, reason: unknown): string[] => bad(annotated(dead("shop/a"), { [key]: reason }));

  it.each([
    [`${KEY}dead-rule`, REASON, /there is no rule `dead-rule`/],
    [`${KEY}dead-rules`, "", /gives no reason/],
    [`${KEY}dead-rules`, " \n", /gives no reason/],
    [`${KEY}bad-suppression`, REASON, /no annotation silences this rule/],
    ["netverdict.dev/supress.dead-rules", REASON, /means nothing/],
    ["NetVerdict.dev/suppress.dead-rules", REASON, /means nothing/],
    ["lint.netverdict.dev/dead-rules", REASON, /means nothing/],
  ])("%s: %j", (key, reason, message) => {
    expect(silences(key, reason)).toEqual([expect.stringMatching(message)]);
    expect(found("dead-rules", annotated(dead("shop/a"), { [key]: reason }))).toEqual([["a", undefined, undefined]]);
  });

  it.each([
    ["a Pod", annotated(pod("shop/x", { ips: ["10.0.0.7"] }), { [`${KEY}nothing`]: REASON }), "Pod x"],
    ["a Namespace", annotated(namespace("ops"), { [`${KEY}nothing`]: REASON }), "Namespace ops"],
    ["a workload", annotated(workload("shop/Deployment/x", {}), { [`${KEY}nothing`]: REASON }), "Deployment x"],
    [
      "a policy of a kind that is not modelled",
      {
        apiVersion: "cilium.io/v2",
        kind: "CiliumNetworkPolicy",
        metadata: { name: "x", namespace: "shop", annotations: { [`${KEY}nothing`]: REASON } },
      },
      "CiliumNetworkPolicy x",
    ],
    ["no string", annotated(pod("shop/x", { ips: ["10.0.0.7"] }), { [`${KEY}dead-rules`]: true }), "Pod x"],
  ])("%s", (_, object, name) => {
    expect(bad(object)).toEqual([expect.stringContaining(name)]);
  });

  it("names the annotation's line", () => {
    const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: a
  namespace: shop
  annotations:
    other: x
    ${KEY}nothing: x
spec: { podSelector: {} }
`;
    const [finding] = lint(loadState([...SHOP, { file: "a.yaml", text }]));
    expect(finding).toMatchObject({
      id: "bad-suppression",
      severity: "error",
      path: ["metadata", "annotations", `${KEY}nothing`],
      source: { file: "a.yaml", line: 8 },
    });
  });

  it("is told of nobody else's annotations", () => {
    expect(
      bad(annotated(dead("shop/a"), { "example.com/suppress.nothing": "", "netverdict.development/x": "" })),
    ).toEqual([]);
  });
});

describe("updates", () => {
  it("bring annotations, change them and take them away", () => {
    const state = loadState([...SHOP, dead("shop/a")]);
    const now = (): unknown[] => of(lint(state), "dead-rules");
    expect(now()).toEqual([["a", undefined, undefined]]);
    updateState(state, { upsert: [annotated(dead("shop/a"), { [`${KEY}dead-rules`]: "first" })] });
    expect(now()).toEqual([["a", "first", "object"]]);
    updateState(state, { upsert: [pod("shop/other", { ips: ["10.0.0.2"] })] });
    expect(now()).toEqual([["a", "first", "object"]]);
    updateState(state, { upsert: [dead("shop/a"), annotated(namespace("shop"), { [`${KEY}dead-rules`]: "second" })] });
    expect(now()).toEqual([["a", "second", "namespace"]]);
    updateState(state, { upsert: [namespace("shop")] });
    expect(now()).toEqual([["a", undefined, undefined]]);
  });
});
