/** What an explanation names is changed in the manifests of random clusters, and the engine asked again. */
import { describe, expect, it } from "vitest";
import { type ExplainedSide, type Explanation, evaluate, explain, loadState } from "../../bindings/inline.ts";
import type { Flow } from "../../sdk/types.ts";
import { isPolicy, type Sample, samples } from "../properties/clusters.ts";
import type { PlainObject, PolicyPeer, PolicyPort } from "../reference/objects.ts";
import { type Direction, isOf, mended, NOBODY, peersKey, withRules } from "./edits.ts";

interface Proof {
  readonly sample: Sample;
  readonly flow: Flow;
  readonly explanation: Explanation;
  readonly side: ExplainedSide;
  readonly direction: Direction;
  readonly defaultNamespace: string;
  readonly where: string;
  /** One side of the flow, in other objects. */
  readonly ask: (objects: readonly PlainObject[]) => { readonly verdict: string; readonly reason: string };
}

/** Sides of flows between two ends, of clusters of their own for each property. */
function* proofs(first: number, count: number, flows: number): Generator<Proof> {
  for (const sample of samples(count, flows, first)) {
    const { objects, options } = sample;
    const state = loadState(objects, options);
    for (const flow of sample.flows) {
      let explanation: Explanation;
      try {
        explanation = explain(state, flow, { changes: false });
      } catch {
        continue;
      }
      if (explanation.pairs.length > 1) continue;
      for (const direction of ["egress", "ingress"] as const) {
        yield {
          sample,
          flow,
          explanation,
          side: explanation[direction],
          direction,
          defaultNamespace: options.defaultNamespace ?? "default",
          where: `${sample.seed} ${direction} ${JSON.stringify(flow)}`,
          ask: (changed) => ({ ...evaluate(loadState(changed, options), flow)[direction] }),
        };
      }
    }
  }
}

const CODES = [
  "not-a-pod",
  "outside-cidr",
  "in-except",
  "other-namespace",
  "namespace-labels",
  "pod-labels",
  "other-protocol",
  "other-port",
  "no-such-port-name",
  "unknown",
];

describe("what an explanation names", () => {
  it("isolates: without these policies nothing isolates, without the others all is as before", {
    timeout: 120_000,
  }, () => {
    let tried = 0;
    for (const { sample, side, where, ask, defaultNamespace } of proofs(300, 30, 20)) {
      const named = (object: PlainObject): boolean =>
        isPolicy(object) && side.isolatedBy.some(({ policy }) => isOf(object, policy, defaultNamespace));
      const { objects } = sample;
      if (objects.filter(named).length !== side.isolatedBy.length) throw new Error(where);
      const only = objects.filter((object) => !isPolicy(object) || named(object));
      if (only.length < objects.length)
        expect(ask(only), where).toEqual({ verdict: side.verdict, reason: side.reason });
      if (side.isolatedBy.length === 0) continue;
      tried++;
      expect(["rule", "no-rule"], where).not.toContain(ask(objects.filter((object) => !named(object))).reason);
      for (const { policy, certain } of side.isolatedBy) {
        if (!certain || !["rule", "no-rule"].includes(side.reason)) continue;
        const alone = objects.filter((object) => !isPolicy(object) || isOf(object, policy, defaultNamespace));
        expect(["rule", "no-rule", "unsettled"], where).toContain(ask(alone).reason);
      }
    }
    expect(tried).toBeGreaterThan(200);
  });

  it("allows: none but these rules does, and each of their entries does alone", { timeout: 120_000 }, () => {
    let tried = 0;
    for (const proof of proofs(400, 50, 20)) {
      const { sample, side, direction, where, ask, defaultNamespace } = proof;
      if (side.reason !== "rule") continue;
      const rules = side.decidedBy.filter(({ tier }) => tier === "network-policy");
      const key = peersKey(direction);
      const cut = rules.reduce<PlainObject[]>(
        (objects, { policy, path }) =>
          withRules(objects, policy, direction, defaultNamespace, (rule, i) =>
            i === path[2] ? { [key]: [NOBODY] } : rule,
          ),
        [...sample.objects],
      );
      expect(["deny", "undetermined"], where).toContain(ask(cut).verdict);
      if (side.isolatedBy.some(({ certain }) => certain) && !isOpenBefore(side))
        expect(ask(cut), where).toEqual({ verdict: "deny", reason: "no-rule" });
      for (const { policy, path, peers, ports, certain } of rules) {
        const original = sample.objects.find((object) => isOf(object, policy, defaultNamespace)) as PlainObject & {
          spec: Record<string, { from?: PolicyPeer[]; to?: PolicyPeer[]; ports?: PolicyPort[] }[]>;
        };
        const written = original.spec[direction]![path[2] as number]!;
        const set = (peerList: unknown, portList: unknown) =>
          ask(
            withRules(cut, policy, direction, defaultNamespace, (rule, i) =>
              i === path[2] ? ({ [key]: peerList, ports: portList } as object) : rule,
            ),
          );
        for (const peer of peers.length > 0 ? peers : [undefined])
          for (const port of ports.length > 0 ? ports : [undefined]) {
            tried++;
            const answer = set(
              peer && [written[key]![peer.path[4] as number]],
              port && [written.ports![port.path[4] as number]],
            );
            if (certain && side.isolatedBy.some((one) => one.certain))
              expect(answer, where).toEqual({ verdict: "allow", reason: "rule" });
            else expect(answer.verdict, where).not.toBe("deny");
          }
        // What is not named does not match, or, beside what does for certain, may.
        const unnamed = (verdict: string) =>
          certain ? expect(verdict, where).not.toBe("allow") : expect(verdict, where).toBe(ask(cut).verdict);
        const others = (written[key] ?? []).filter((_, i) => !peers.some(({ path: p }) => p[4] === i));
        if (peers.length > 0 && others.length > 0) unnamed(set(others, written.ports).verdict);
        const otherPorts = (written.ports ?? []).filter((_, i) => !ports.some(({ path: p }) => p[4] === i));
        if (ports.length > 0 && otherPorts.length > 0) unnamed(set(written[key], otherPorts).verdict);
      }
    }
    expect(tried).toBeGreaterThan(200);
  });

  it("nearly allows: a rule matches once exactly what it missed is mended, and nothing less does", {
    timeout: 120_000,
  }, () => {
    let tried = 0;
    const codes = new Map<string, number>();
    for (const { sample, side, direction, where, ask, defaultNamespace, explanation } of proofs(500, 70, 25)) {
      const distances = side.nearMisses.map(({ distance }) => distance);
      expect(distances, where).toEqual(distances.toSorted((a, b) => a - b));
      if (side.reason !== "no-rule") continue;
      const [pair] = explanation.pairs;
      for (const { policy, path, misses, distance, tier } of side.nearMisses) {
        if (tier !== "network-policy") continue;
        expect(misses.length, where).toBe(distance);
        for (const { code } of misses) codes.set(code, (codes.get(code) ?? 0) + 1);
        if (pair!.port === undefined && misses.some(({ path: p }) => p[3] === "ports")) continue;
        const mend = (some: typeof misses) =>
          ask(
            withRules(sample.objects, policy, direction, defaultNamespace, (rule, i) =>
              i === path[2] ? mended(rule, some, pair!, misses) : rule,
            ),
          );
        tried++;
        const isOpen = misses.some(({ code }) => code === "unknown");
        if (isOpen) {
          // What else it missed keeps it from matching, and this alone leaves it open.
          expect(mend(misses.filter(({ code }) => code !== "unknown")).reason, where).toBe("unsettled");
          continue;
        }
        if (isOpenBefore(side)) {
          expect(mend(misses).verdict, where).not.toBe("deny");
          continue;
        }
        expect(mend(misses), `${where} ${JSON.stringify(misses)}`).toEqual({ verdict: "allow", reason: "rule" });
        for (const left of misses) {
          if (misses.length === 1) break;
          if (left.code === "outside-cidr" || left.code === "not-a-pod") continue;
          // A requirement that is written twice is mended with the other.
          const others = misses.filter(
            ({ path: p, expected }) => `${p} ${expected}` !== `${left.path} ${left.expected}`,
          );
          expect(mend(others).verdict, `${where} ${JSON.stringify(left)}`).not.toBe("allow");
        }
      }
    }
    expect(tried).toBeGreaterThan(200);
    for (const code of CODES) expect(codes.get(code), code).toBeGreaterThan(0);
  });

  it("nearly allows: no other entry of the rule comes nearer", { timeout: 120_000 }, () => {
    let tried = 0;
    for (const { sample, flow, side, direction, where, defaultNamespace } of proofs(600, 40, 20)) {
      const key = peersKey(direction);
      for (const { policy, path, distance, tier } of side.nearMisses) {
        if (tier !== "network-policy" || side.reason !== "no-rule") continue;
        const original = sample.objects.find((object) => isOf(object, policy, defaultNamespace)) as unknown as {
          spec: Record<string, { from?: object[]; to?: object[]; ports?: object[] }[]>;
        };
        const { [key]: peers, ports } = original.spec[direction]![path[2] as number]!;
        const [peerCount, portCount] = [Math.max(1, peers?.length ?? 0), Math.max(1, ports?.length ?? 0)];
        if (peerCount * portCount < 2 || peerCount * portCount > 12) continue;
        const alone: number[] = [];
        for (let pair = 0; pair < peerCount * portCount; pair++) {
          const changed = withRules(sample.objects, policy, direction, defaultNamespace, (rule, i) =>
            i === path[2]
              ? {
                  [key]: peers?.slice(pair % peerCount, (pair % peerCount) + 1),
                  ports: ports?.slice(Math.floor(pair / peerCount), Math.floor(pair / peerCount) + 1),
                }
              : rule,
          );
          const again = explain(loadState(changed, sample.options), flow, { changes: false })[direction];
          const same = again.nearMisses.find((near) => isSamePlace(near, policy, path));
          if (same !== undefined) alone.push(same.distance);
        }
        tried++;
        expect(Math.min(...alone), where).toBe(distance);
      }
    }
    expect(tried).toBeGreaterThan(100);
  });

  it("decides in tiers: those that say nothing change nothing, and without the one that decides another does", {
    timeout: 120_000,
  }, () => {
    const seen = new Map<string, number>();
    for (const { sample, side, where, ask } of proofs(700, 60, 20)) {
      const before = { verdict: side.verdict, reason: side.reason };
      if (side.tiers.length === 0 || ["own-node", "same-pod"].includes(side.reason)) continue;
      for (const { tier, outcome } of side.tiers) {
        // Of several that are not settled each may be what is in the way.
        if (side.reason === "unsettled" && outcome !== "not-reached" && outcome !== "no-match") continue;
        const without = ask(sample.objects.filter((object) => tierOf(object) !== tier));
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        if (outcome === "allow" || outcome === "deny") {
          expect(REASONS[tier], where).toContain(side.reason);
          const next = side.tiers.slice(side.tiers.findIndex((one) => one.tier === tier) + 1);
          // What is open before one that denies may deny too: without it that need not be settled. What is open before one that
          // allows cannot deny, and without either the flow passes.
          const open = { verdict: "undetermined", reason: "unsettled" };
          const passes = { verdict: "allow", reason: "not-isolated" };
          const rests = outcome === "deny" && isOpenBefore(side) ? [open, passes] : [passes];
          if (next.length === 0) expect(rests, where).toContainEqual(without);
          const shared = side.tiers.some((one) => one.tier !== tier && REASONS[one.tier]?.includes(side.reason));
          if (!shared) expect(REASONS[tier], where).not.toContain(without.reason);
        } else expect(without, `${where} ${tier} ${outcome}`).toEqual(before);
      }
    }
    for (const outcome of ["allow", "deny", "pass", "no-match", "not-reached", "undetermined"])
      expect(seen.get(outcome), outcome).toBeGreaterThan(5);
  });
});

const REASONS: Readonly<Record<string, readonly string[]>> = {
  admin: ["admin-allow", "admin-deny"],
  "admin-v1alpha1": ["admin-allow", "admin-deny"],
  "network-policy": ["rule", "no-rule"],
  baseline: ["baseline-allow", "baseline-deny"],
  "baseline-v1alpha1": ["baseline-allow", "baseline-deny"],
};

/** Whether a tier before the one that decides may decide otherwise. */
const isOpenBefore = ({ tiers }: ExplainedSide): boolean => tiers.some(({ outcome }) => outcome === "undetermined");

function tierOf({ kind, ...rest }: PlainObject): string | undefined {
  if (kind === "ClusterNetworkPolicy") return (rest as { spec?: { tier?: string } }).spec?.tier?.toLowerCase();
  return {
    NetworkPolicy: "network-policy",
    AdminNetworkPolicy: "admin-v1alpha1",
    BaselineAdminNetworkPolicy: "baseline-v1alpha1",
  }[kind];
}

function isSamePlace(near: ExplainedSide["nearMisses"][number], policy: object, path: readonly unknown[]): boolean {
  return JSON.stringify([near.policy, near.path]) === JSON.stringify([policy, path]);
}
