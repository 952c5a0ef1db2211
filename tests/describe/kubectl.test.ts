import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describe as describePolicy } from "../../bindings/inline.ts";
import { CASES } from "./cases.ts";
import { describeByKubectl, kubectlProblem, type StoredPolicy } from "./kubectl.ts";

const problem = kubectlProblem();
const ROUNDS = 8;
const POLICIES = 40;

describe.skipIf(problem !== undefined)(
  `the kubectl of this machine${problem === undefined ? "" : ` (${problem})`}`,
  () => {
    it("prints what was recorded", async () => {
      for (const { policy, timeZone } of CASES.filter((_, i) => i % 4 === 0)) {
        const recorded = readFileSync(new URL(`./outputs/${policy.metadata.name}.txt`, import.meta.url), "utf8");
        expect(await describeByKubectl([policy], timeZone)).toBe(recorded);
      }
    }, 60_000);

    it("prints what describe prints, for random policies", async () => {
      await fc.assert(
        fc.asyncProperty(policyLists, timeZones, async (policies, timeZone) => {
          const ours = policies.map((policy) => describePolicy(policy, { timeZone })).join("\n\n");
          expect(ours).toBe(await describeByKubectl(policies, timeZone));
        }),
        { numRuns: ROUNDS },
      );
    }, 120_000);
  },
);

const timeZones = fc.constantFrom(
  "UTC",
  "Europe/Paris",
  "America/Los_Angeles",
  "Asia/Tokyo",
  "Africa/Cairo",
  "Asia/Tehran",
);
const labelKeys = fc.constantFrom("app", "tier", "a.b/c", "A", "app.kubernetes.io/name", "9", "10", "x_y", "x-y");
const labelValues = fc.constantFrom("", "web", "db", "10", "9", "a.b", "B");
const labels = fc.dictionary(labelKeys, labelValues, { maxKeys: 5, noNullPrototype: true });
const expressions = fc.oneof(
  fc.record({
    key: labelKeys,
    operator: fc.constantFrom("In", "NotIn"),
    values: fc.array(labelValues, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ key: labelKeys, operator: fc.constantFrom("Exists", "DoesNotExist") }),
);
// One requirement a key where there are many: of the same key, Go's sort keeps no order in lists of more than twelve.
const selectors = fc.record(
  { matchLabels: labels, matchExpressions: fc.array(expressions, { maxLength: 6 }) },
  { requiredKeys: [] },
);
const blocks = fc.constantFrom(
  { cidr: "10.0.0.0/8" },
  { cidr: "10.1.2.3/8", except: ["10.9.0.0/16", "10.1.0.0/16"] },
  { cidr: "::/0", except: ["fd00::/8"] },
  { cidr: "0.0.0.0/0", except: [] },
);
const peers = fc.oneof(
  fc.record({ ipBlock: blocks }),
  fc.record({ podSelector: selectors }),
  fc.record({ namespaceSelector: selectors }),
  fc.record({ podSelector: selectors, namespaceSelector: selectors }),
);
const protocols = fc.constantFrom("TCP", "UDP", "SCTP");
const numbers = fc.integer({ min: 1, max: 65535 });
const ports = fc.oneof(
  fc.constant({}),
  fc.record({ protocol: protocols, port: fc.oneof(numbers, fc.constantFrom("http", "a-1")) }, { requiredKeys: [] }),
  fc.tuple(numbers, numbers).map(([a, b]) => ({ port: Math.min(a, b), endPort: Math.max(a, b) })),
);
const rules = (peerKey: "from" | "to") =>
  fc.array(
    fc.record(
      { [peerKey]: fc.array(peers, { maxLength: 4 }), ports: fc.array(ports, { maxLength: 4 }) },
      { requiredKeys: [] },
    ),
    { maxLength: 4 },
  );
const types = fc.subarray(["Ingress", "Egress"]).chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }).filter((text) => !text.includes("\u00ff")),
  fc.string({ unit: fc.constantFrom("a", "é", "日", "\n", "\t", "\r", "\u001b", "\v", " "), maxLength: 80 }),
  fc.nat(200).map((length) => "z".repeat(length)),
);
const annotations = fc.dictionary(
  fc.constantFrom("note", "kubectl.kubernetes.io/last-applied-configuration", "a.b/c", "Long.Name", "z", "9", "10"),
  texts,
  { noNullPrototype: true },
);
const times = fc
  .date({ min: new Date("2014-07-01T00:00:00Z"), max: new Date("2036-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString().replace(/\.\d+/, ""));

const policyLists = fc
  .array(
    fc.record({
      times: fc.option(times),
      labels,
      annotations,
      spec: fc.record(
        { podSelector: selectors, policyTypes: types, ingress: rules("from"), egress: rules("to") },
        { requiredKeys: ["podSelector"] },
      ),
    }),
    { minLength: POLICIES, maxLength: POLICIES },
  )
  .map((list) =>
    list.map(
      ({ times, labels, annotations, spec }, i): StoredPolicy => ({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: {
          name: `policy-${String(i).padStart(3, "0")}`,
          namespace: "shop",
          creationTimestamp: times,
          labels,
          annotations,
        },
        spec,
      }),
    ),
  );
