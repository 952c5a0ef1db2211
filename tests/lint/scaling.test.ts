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
