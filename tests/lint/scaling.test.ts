/** That lint looks at no more than it must where policies are large: counted, not timed. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { lint, loadState } from "../../bindings/inline.ts";
import { Containment } from "../../sdk/lint/containment.ts";

const COUNT = 300;

const EGRESS = {
  blocks: (i: number) => ({ to: [{ ipBlock: { cidr: `10.${i >> 8}.${i & 255}.0/24` } }] }),
  labels: (i: number) => ({ to: [{ podSelector: { matchLabels: { app: `a${i}` } } }] }),
  ports: (i: number) => ({ to: [{ podSelector: {} }], ports: [{ port: 1000 + i }] }),
};

function policy(name: string, egress: readonly object[]): object {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "a", name },
    spec: { podSelector: {}, policyTypes: ["Egress"], egress },
  };
}

it("many policies of one priority that no flow meets together: each rule is compared with few", () => {
  const compared = vi.spyOn(Containment.prototype, "meets");
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { namespace: "a", name: "x" } };
  const policies = Array.from({ length: 60 }, (_, i) => ({
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: `p${i}` },
    spec: {
      tier: "Admin",
      priority: 5,
      subject: { namespaces: {} },
      ingress: [0, 1, 2, 3].map((k) => ({
        action: k % 2 ? "Accept" : "Deny",
        from: [{ namespaces: {} }],
        protocols: [{ tcp: { destinationPort: { number: 1 + i * 4 + k } } }],
      })),
    },
  }));
  const findings = lint(loadState([pod, ...policies]));
  expect(findings.filter(({ id }) => id === "equal-priorities")).toEqual([]);
  expect(compared.mock.calls.length).toBeLessThan(60 * 4 * 10);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("two policies of many rules", () => {
  it.each(Object.entries(EGRESS))("that say the same by %s: each rule is compared with few", (_, rule) => {
    const compared = vi.spyOn(Containment.prototype, "rule");
    const egress = Array.from({ length: COUNT }, (_, i) => rule(i));
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { namespace: "a", name: "x" } };
    const findings = lint(loadState([pod, policy("p", egress), policy("q", egress)]));
    expect(findings.filter(({ id }) => id === "redundant-policy")).toMatchObject([{ object: { name: "q" } }]);
    expect(compared.mock.calls.length).toBeGreaterThanOrEqual(COUNT);
    expect(compared.mock.calls.reduce((sum, [wide]) => sum + wide.length, 0)).toBeLessThan(COUNT * 10);
  });
});
