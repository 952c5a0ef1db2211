/** Suggested changes in policies of the ordered tiers that are there. */
import { describe, expect, it } from "vitest";
import { evaluate, explain, loadState, renderExplanation, updateState } from "../../bindings/inline.ts";
import { adminPolicy, clusterPolicy } from "../docs/objects.ts";
import type { PlainObject } from "../reference/objects.ts";
import { flow, pods, policy } from "./shop.ts";

type Tiered = PlainObject & { readonly spec: { readonly ingress: object[] } };

describe("where no policy can come before the one that denies", () => {
  const deny = (from: object, action = "Deny"): Tiered => {
    const policy = clusterPolicy("first", "Admin", 0, {
      ingress: [
        { name: "probes", action: "Pass", from: [{ pods: { podSelector: { matchLabels: { app: "probe" } } } }] },
        {
          name: "rest",
          action,
          from: [from],
          protocols: [{ tcp: { destinationPort: { range: { start: 1, end: 9000 } } } }],
        },
      ],
      egress: [
        { action: "Accept", to: [{ networks: ["10.0.0.0/8"] }, { nodes: {} }, { domainNames: ["*.example.com"] }] },
      ],
    });
    return { ...(policy as Tiered), metadata: { name: "first", labels: { team: "platform" } } };
  };
  const everyone = { namespaces: {} };
  const rule = (action: string) => ({
    action,
    from: [
      {
        pods: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
          podSelector: { matchLabels: { app: "web" } },
        },
      },
    ],
    protocols: [{ tcp: { destinationPort: { number: 5432 } } }],
  });

  it("a rule is put before its own, and the rest of it stays", () => {
    for (const [action, other] of [
      ["Deny", "Accept"],
      ["Accept", "Deny"],
    ] as const) {
      const policy = deny(everyone, action);
      const { changes } = explain(loadState([...pods, policy]), flow);
      const [pass, rest] = policy.spec.ingress;
      expect(changes.map(({ apply }) => apply)).toContainEqual([
        {
          ...policy,
          spec: {
            ...policy.spec,
            ingress: [
              {
                ...pass,
                from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "probe" } } } }],
              },
              rule(other),
              rest,
            ],
          },
        },
      ]);
    }
  });

  it("both are of v1beta1 where it is", () => {
    const apiVersion = "policy.networking.k8s.io/v1beta1";
    for (const policy of [deny(everyone), { ...deny(everyone), spec: { ...deny(everyone).spec, priority: 1 } }]) {
      const { changes } = explain(loadState([...pods, { ...policy, apiVersion }]), flow);
      const applied = changes.flatMap(({ apply }) => apply as { readonly kind: string; readonly apiVersion: string }[]);
      const versions = applied.flatMap((one) => (one.kind === "ClusterNetworkPolicy" ? one.apiVersion : []));
      expect(new Set(versions)).toEqual(new Set([apiVersion]));
    }
  });

  it("a rule is put before its own, though the same one stands behind it", () => {
    const policy = deny(everyone);
    policy.spec.ingress.push(rule("Accept"));
    const { changes } = explain(loadState([...pods, policy]), flow);
    const [, rest] = policy.spec.ingress;
    expect(changes).toMatchObject([
      { verdict: "allow", apply: [{ spec: { ingress: [{ name: "probes" }, rule("Accept"), rest, rule("Accept")] } }] },
    ]);
  });

  it("it is deleted where it holds what is not known here, and what is behind it is changed too", () => {
    const isolating = policy("quiet", { podSelector: {}, policyTypes: ["Ingress"] });
    const { changes } = explain(loadState([...pods, deny({ newer: {} }), isolating]), flow);
    expect(changes).toMatchObject([
      {
        verdict: "allow",
        message:
          "delete ClusterNetworkPolicy `first`, which denies this flow, and then add NetworkPolicy `shop/allow-from-web`, which allows this flow",
        apply: [{ kind: "NetworkPolicy", metadata: { name: "allow-from-web" } }],
        remove: [{ kind: "ClusterNetworkPolicy", name: "first" }],
      },
    ]);
  });

  it("as it is in its predecessors, as they are written", () => {
    const ingress = [
      {
        action: "Allow",
        from: [{ namespaces: {} }],
        ports: [{ namedPort: "dns" }, { portRange: { protocol: "UDP", start: 5, end: 9 } }],
      },
      { action: "Deny", from: [{ namespaces: {} }] },
    ];
    const admin = adminPolicy("old", 0, { ingress });
    const first = deny(everyone, "Pass");
    const { changes } = explain(loadState([...pods, first, admin]), flow);
    const added = { ...rule("Allow"), protocols: undefined, ports: [{ portNumber: { protocol: "TCP", port: 5432 } }] };
    expect(changes[0]?.apply).toEqual([adminPolicy("old", 0, { ingress: [ingress[0], added, ingress[1]] })]);
  });
});

describe("what stands against it is of the older API", () => {
  it("gets a policy of that API before it: the cluster may have no other", () => {
    const old = adminPolicy("old", 5, { ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] });
    const state = loadState([...pods, old]);
    const { changes } = explain(state, flow);
    expect(changes[0]).toMatchObject({
      verdict: "allow",
      apply: [{ kind: "AdminNetworkPolicy", apiVersion: "policy.networking.k8s.io/v1alpha1", spec: { priority: 4 } }],
    });
    expect(changes.flatMap(({ apply }) => apply)).not.toContainEqual(
      expect.objectContaining({ kind: "ClusterNetworkPolicy" }),
    );
    updateState(state, { upsert: changes[0]?.apply ?? [] });
    expect(evaluate(state, flow).verdict).toBe("allow");
    expect(explain(state, flow).changes.filter(({ verdict }) => verdict === "deny")[0]?.apply).toMatchObject([
      { kind: "AdminNetworkPolicy" },
    ]);
  });

  it("has a rule put before its own where there can be no second one", () => {
    const baseline = {
      apiVersion: "policy.networking.k8s.io/v1alpha1",
      kind: "BaselineAdminNetworkPolicy",
      metadata: { name: "default" },
      spec: { subject: { namespaces: {} }, ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] },
    };
    const { changes } = explain(loadState([...pods, baseline]), flow);
    expect(changes[0]).toMatchObject({
      verdict: "allow",
      apply: [{ kind: "BaselineAdminNetworkPolicy", spec: { ingress: [{ action: "Allow" }, { action: "Deny" }] } }],
    });
  });
});

describe("what else a change does", () => {
  const pending = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "shop", name: "new", labels: { app: "new" } },
    status: { phase: "Pending" },
  };

  it("names what a pair comes to that is allowed no more", () => {
    const from = [{ namespaceSelector: {} }, { ipBlock: { cidr: "10.99.0.0/16" } }];
    const db = policy("db", { podSelector: { matchLabels: { app: "db" } }, ingress: [{ from }] });
    const load = () => loadState([...pods, pending, db]);
    const told = new Set<string>();
    for (const { apply, remove, examples } of explain(load(), flow).changes) {
      const state = updateState(load(), { upsert: apply, remove });
      for (const { from, to, verdict } of examples) {
        expect(verdict).toBe(evaluate(state, { ...flow, from, to }).verdict);
        told.add(verdict);
      }
    }
    expect(told).toContain("undetermined");
  });

  it("is not called nothing where pairs may come to be undetermined", () => {
    const db = policy("db", {
      podSelector: { matchLabels: { app: "db" } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "x" } } }] }],
    });
    const asked = { ...flow, from: "203.0.113.9" };
    const open = explain(loadState([...pods, pending, db]), asked);
    expect(open.changes[0]?.unsettles).toBe(true);
    expect(renderExplanation(open)).toContain("nothing else is opened or cut for certain on this port");
    const settled = explain(loadState([...pods, db]), asked);
    expect(settled.changes[0]).not.toHaveProperty("unsettles");
    expect(renderExplanation(settled)).toContain("nothing else changes on this port");
  });
});
