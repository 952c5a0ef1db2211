/** Explanations of random clusters: the decision is `evaluate`'s, and what is told of the rules fits it. */
import { describe, expect, it } from "vitest";
import {
  type ExplainedSide,
  evaluate,
  explain,
  loadState,
  type NetverdictError,
  updateState,
} from "../../bindings/inline.ts";
import type { Decision } from "../../sdk/types.ts";
import { samples } from "../properties/clusters.ts";

describe("explain", () => {
  it("gives what evaluate gives, and rules that fit it", { timeout: 300_000 }, () => {
    let explained = 0;
    for (const { objects, options, flows, seed } of samples(250)) {
      const state = loadState(objects, options);
      for (const flow of flows.slice(0, 30)) {
        let decision: Decision;
        try {
          decision = evaluate(state, flow);
        } catch (error) {
          const { code } = error as NetverdictError;
          expect(() => explain(state, flow, { changes: false })).toThrowError(expect.objectContaining({ code }));
          continue;
        }
        const { verdict, egress, ingress, caveats, pairs } = explain(state, flow, { changes: false });
        const sides = [egress, ingress].map((side) => ({ verdict: side.verdict, reason: side.reason }));
        expect([verdict, sides], seed).toEqual([decision.verdict, [decision.egress, decision.ingress]]);
        // What they are about is told beside.
        expect(caveats, seed).toMatchObject(decision.caveats);
        expect(caveats.length).toBe(decision.caveats.length);
        expect(pairs.length).toBe(decision.members?.length ?? 1);
        for (const pair of pairs)
          for (const side of [pair.egress, pair.ingress]) {
            expectFits(side, `${seed} ${JSON.stringify(flow)}`);
            expectTiersFit(side, `${seed} ${JSON.stringify(flow)}`);
          }
        explained++;
      }
    }
    expect(explained).toBeGreaterThan(3000);
  });
});

it("an explanation by pod indices is that by names, whatever numbers have gaps", () => {
  const pod = (name: string, podIP: string) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", labels: { app: name } },
    status: { podIP },
  });
  const closed = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "db", namespace: "shop" },
    spec: { podSelector: { matchLabels: { app: "db" } } },
  };
  const state = loadState([pod("x", "10.0.0.1"), pod("db", "10.0.0.2"), pod("cron", "10.0.0.3"), closed]);
  const both = (from: string, to: string) => {
    const byName = explain(state, { from: `shop/${from}`, to: `shop/${to}`, port: 1 });
    const [a, b] = [state.podIndex("shop", from), state.podIndex("shop", to)];
    expect(explain(state, { from: a, to: b, port: 1 })).toEqual(byName);
    return byName.changes.length;
  };
  expect(both("cron", "db")).toBeGreaterThan(0);
  updateState(state, { remove: [{ kind: "Pod", namespace: "shop", name: "x" }] });
  expect(both("cron", "db")).toBeGreaterThan(0);
  evaluate(state, { from: { namespace: "shop", labels: {} }, to: "shop/db", port: 1 });
  updateState(state, { upsert: [pod("late", "10.0.0.4")] });
  expect(both("late", "db")).toBeGreaterThan(0);
});

/** What the trace says of a side leaves no other verdict than the tables'. */
function expectFits({ verdict, reason, isolatedBy, decidedBy, nearMisses }: ExplainedSide, message: string): void {
  const [allows, denials] = (["allow", "deny"] as const).map((action) =>
    decidedBy.filter((rule) => rule.action === action),
  );
  const decided = decidedBy.filter((rule) => rule.certain && rule.action !== "pass").length;
  // A rule that the flow may come to and that may match could decide: it must not be of the other verdict.
  if (verdict === "allow") expect(denials, message).toEqual([]);
  if (verdict === "deny") expect(allows, message).toEqual([]);
  // One that is certain, and comes behind what may decide otherwise or beside it, decides nothing for certain.
  const isOpen = decidedBy.some(({ certain }) => !certain) || new Set(decidedBy.map(({ action }) => action)).size > 1;
  switch (reason) {
    case "not-isolated":
      expect([verdict, isolatedBy.length, isOpen ? 0 : decided], message).toEqual(["allow", 0, 0]);
      break;
    case "not-a-subject":
      expect([verdict, isolatedBy.length, decided], message).toEqual(["allow", 0, 0]);
      break;
    case "rule":
      expect(verdict, message).toBe("allow");
      expect(
        allows!.some((rule) => rule.tier === "network-policy" && (rule.certain || decidedBy.length > 1)),
        message,
      ).toBe(true);
      break;
    case "no-rule":
      expect(verdict, message).toBe("deny");
      expect(
        isolatedBy.some((policy) => policy.certain),
        message,
      ).toBe(true);
      expect(
        nearMisses.every((near) => near.distance > 0),
        message,
      ).toBe(true);
      break;
    case "admin-allow":
    case "admin-deny":
    case "baseline-allow":
    case "baseline-deny": {
      const [tier, action] = reason.split("-");
      expect(verdict, message).toBe(action);
      expect(
        decidedBy.some((rule) => rule.tier.startsWith(tier!) && rule.action === action),
        message,
      ).toBe(true);
      break;
    }
    case "unsettled": {
      expect(verdict, message).toBe("undetermined");
      // Something is open, or tied rules differ.
      expect(isOpen || isolatedBy.some((one) => !one.certain), message).toBe(true);
      break;
    }
    case "own-node":
      expect([verdict, isOpen ? 0 : decided], message).toEqual(["allow", 0]);
      break;
    case "same-pod":
      expect([verdict, decidedBy], message).toEqual(["allow", []]);
      break;
    default:
      throw new Error(`${message}: reason ${reason} was not expected`);
  }
}

/** The last tier that was reached is the one that the reason names, with its verdict; none before it decided. */
function expectTiersFit({ verdict, reason, tiers }: ExplainedSide, message: string): void {
  const reached = tiers.filter(({ outcome }) => outcome !== "not-reached");
  const last = reached.at(-1);
  const before = reached.slice(0, -1);
  switch (reason) {
    case "rule":
    case "no-rule":
    case "own-node":
      expect(last, message).toEqual({ tier: "network-policy", outcome: verdict });
      break;
    case "admin-allow":
    case "admin-deny":
    case "baseline-allow":
    case "baseline-deny":
      expect(last?.tier.split("-")[0], message).toBe(reason.split("-")[0]);
      expect(last?.outcome, message).toBe(verdict);
      break;
    case "unsettled":
      expect(
        tiers.map(({ outcome }) => outcome),
        message,
      ).toContain("undetermined");
      return;
    default:
      before.push(...reached.slice(-1));
  }
  expect(
    before.filter(({ outcome }) => outcome === "allow" || outcome === "deny" || outcome === "not-reached"),
    message,
  ).toEqual([]);
}
