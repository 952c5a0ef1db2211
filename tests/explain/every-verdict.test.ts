/** For each verdict that a flow does not have there is a change that gives it, or a reason why there is none. */
import { describe, expect, it } from "vitest";
import { type Explanation, evaluate, explain, loadState, NetverdictError } from "../../bindings/inline.ts";
import type { Flow, LoadOptions, Verdict } from "../../sdk/types.ts";
import { clusterNetworkPolicyStates } from "../conformance/cluster-network-policy.ts";
import { e2eStates } from "../conformance/e2e.ts";
import { samples } from "../properties/clusters.ts";
import type { PlainObject } from "../reference/objects.ts";
import { applied } from "./edits.ts";

type Change = Explanation["changes"][number];

interface Asked {
  readonly objects: readonly object[];
  readonly options: LoadOptions;
  readonly flow: Flow;
  readonly explanation: Explanation;
  readonly where: string;
}

function* explained(count: number, flows: number, first: number): Generator<Asked> {
  for (const { objects, options, flows: list, seed } of samples(count, flows, first)) {
    const state = loadState(objects, options);
    for (const flow of list) {
      try {
        const explanation = explain(state, flow);
        yield { objects, options, flow, explanation, where: `${seed} ${JSON.stringify(flow)}` };
      } catch (error) {
        if (!(error instanceof NetverdictError) || error.code === "core-failure") throw error;
      }
    }
  }
  for (const { objects, expectations, name } of [...clusterNetworkPolicyStates(), ...e2eStates().slice(0, 12)]) {
    const state = loadState(objects);
    for (const { flow } of expectations.filter((_, i) => i % 11 === 0).slice(0, 3)) {
      const explanation = explain(state, flow);
      yield { objects, options: {}, flow, explanation, where: `${name} ${JSON.stringify(flow)}` };
    }
  }
}

const wantedOf = (verdict: Verdict): Verdict[] =>
  ({ allow: ["deny"], deny: ["allow"], undetermined: ["allow", "deny"] })[verdict] as Verdict[];

/** Nobody reaches anybody, as far as policies can say it: every pod isolated, and each tier's first rules deny all. */
function lockdown(objects: readonly PlainObject[], defaultNamespace: string): object[] {
  const namespaces = new Set(
    objects.flatMap(({ kind, metadata }) =>
      kind === "Namespace" ? [metadata.name] : [metadata.namespace || defaultNamespace],
    ),
  );
  const everyone = { namespaces: {} };
  return [
    ...objects.filter(({ kind }) => !kind.endsWith("NetworkPolicy")),
    ...[...namespaces].map((namespace) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { namespace, name: "lockdown" },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    })),
    {
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name: "lockdown" },
      spec: {
        tier: "Admin",
        priority: 0,
        subject: everyone,
        ingress: [{ action: "Deny", from: [everyone] }],
        egress: [{ action: "Deny", to: [everyone, { networks: ["0.0.0.0/0", "::/0"] }, { nodes: {} }] }],
      },
    },
  ];
}

describe("changes of random and conformance clusters", () => {
  it("are there for every verdict that policies can give, and no part of one is needless", { timeout: 300_000 }, () => {
    const seen = new Map<string, number>();
    const count = (key: string): void => void seen.set(key, (seen.get(key) ?? 0) + 1);
    for (const { objects, options, flow, explanation, where } of explained(150, 16, 9000)) {
      const { verdict, changes, unchangeable = [], pairs } = explanation;
      const verdictAfter = (change: Pick<Change, "apply" | "remove">): Verdict =>
        evaluate(
          loadState(applied(objects as PlainObject[], change, options.defaultNamespace ?? "default"), options),
          flow,
        ).verdict;
      for (const wanted of wantedOf(verdict)) {
        const own = changes.filter((change) => change.verdict === wanted);
        const why = unchangeable.filter((one) => one.verdict === wanted);
        expect(own.length > 0 ? 0 : 1, where).toBe(why.length);
        for (const { code } of why) {
          expect([wanted, code], where).not.toContain("allow");
          expect(code, where).not.toBe("not-found");
          count(code);
          const shut = lockdown(objects as PlainObject[], options.defaultNamespace ?? "default");
          expect(evaluate(loadState(shut, options), flow).verdict, `${where} ${code}`).not.toBe("deny");
        }
        const turned = own.length > 0 ? pairs.find((pair) => pair.verdict !== wanted) : undefined;
        if (turned !== undefined) count(`${turned.egress.reason} ${turned.ingress.reason} to ${wanted}`);
      }
      expect(changes.length + unchangeable.length, where).toBeGreaterThan(0);
      for (const change of changes) {
        const { apply, remove, message } = change;
        expect(wantedOf(verdict), where).toContain(change.verdict);
        expect(verdictAfter(change), `${where} ${message}`).toBe(change.verdict);
        if (apply.length + remove.length < 2) continue;
        count("several parts");
        for (const part of [...apply, ...remove]) {
          const rest = { apply: apply.filter((one) => one !== part), remove: remove.filter((one) => one !== part) };
          expect(verdictAfter(rest), `${where} ${message} without ${JSON.stringify(part)}`).not.toBe(change.verdict);
        }
      }
    }
    const total = (part: string): number => [...seen].reduce((sum, [key, n]) => sum + (key.includes(part) ? n : 0), 0);
    for (const code of ["same-pod", "own-node", "no-subject", "several parts"])
      expect(total(code), code).toBeGreaterThan(10);
    for (const reason of ["no-rule", "admin-deny", "baseline-deny"])
      expect(total(`${reason} to allow`), reason).toBeGreaterThan(0);
    for (const reason of ["rule", "not-isolated", "admin-allow", "baseline-allow"])
      expect(total(` ${reason} to deny`), reason).toBeGreaterThan(0);
    for (const wanted of ["allow", "deny"]) expect(total(`unsettled to ${wanted}`), wanted).toBeGreaterThan(0);
  });
});
