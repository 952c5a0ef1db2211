import { describe, expect, it } from "vitest";
import { type Flow, LIMITS, loadState, type Matrix, type MatrixOptions, matrix } from "../../bindings/inline.ts";
import { codeOf, namespace, node, pod, policy, workload } from "../docs/objects.ts";
import { clusters, endOf, type State, verdictOf } from "./pairs.ts";

const ASKED: readonly MatrixOptions[] = [
  { port: 80 },
  { port: 8080 },
  { port: 65_535 },
  { port: 53, protocol: "UDP" },
  { port: 1, protocol: "SCTP" },
  { protocol: "ICMP" },
  { port: 443, family: 4 },
  { port: 80, family: 6 },
];

const bitOf = ({ rowBytes }: Matrix, bits: Uint8Array, from: number, to: number): boolean =>
  (((bits[from * rowBytes + (to >> 3)] ?? 0) >> (to & 7)) & 1) === 1;

/** Every pair by name, with what evaluate and the matrix say. */
function* compared(state: State, reach: Matrix) {
  const { port, protocol, family } = reach;
  for (const [i, from] of reach.names.entries()) {
    for (const [j, to] of reach.names.entries()) {
      const flow: Flow = {
        from: endOf(from),
        to: endOf(to),
        protocol,
        ...(port !== undefined && { port }),
        ...(family !== undefined && { family }),
      };
      yield { i, j, from, to, expected: verdictOf(state, flow), given: reach.verdict(from, to) };
    }
  }
}

describe("a matrix agrees with evaluate on every pair of pods", () => {
  it.each(ASKED)("of random clusters, for %o", (options) => {
    const seen = new Map<unknown, number>();
    let exceptions = 0;
    for (const state of clusters(31, 80)) {
      const reach = matrix(state, options);
      for (const { from, to, expected, given } of compared(state, reach)) {
        if (expected !== given) expect({ from, to, given }).toEqual({ from, to, given: expected });
        seen.set(given, (seen.get(given) ?? 0) + 1);
      }
      exceptions += reach.exceptions.length;
    }
    // Every answer comes, or the clusters have lost their teeth.
    for (const verdict of ["allow", "deny", "undetermined", undefined]) expect(seen.get(verdict)).toBeGreaterThan(10);
    if (options.family !== 6) expect(exceptions).toBeGreaterThan(0);
  });
});

describe("the parts of a matrix", () => {
  it("agree with one another: bits, counts, cells, pairs", () => {
    for (const state of clusters(32, 40)) {
      for (const options of ASKED) {
        const reach = matrix(state, options);
        const bits = reach.expand();
        const open = reach.expand({ verdict: "undetermined" });
        const counts = { allowed: 0, denied: 0, undetermined: 0, withoutFamily: 0 };
        const allowed: string[] = [];
        for (const [i, from] of reach.names.entries()) {
          for (const [j, to] of reach.names.entries()) {
            const verdict = reach.verdict(from, to);
            expect(bitOf(reach, bits, i, j)).toBe(verdict === "allow");
            expect(bitOf(reach, open, i, j)).toBe(verdict === "undetermined");
            if (verdict === "allow") allowed.push(`${from} ${to}`);
            counts[
              verdict === undefined
                ? "withoutFamily"
                : verdict === "allow"
                  ? "allowed"
                  : verdict === "deny"
                    ? "denied"
                    : verdict
            ]++;
          }
        }
        expect(reach.counts).toEqual(counts);
        expect([...reach.allowedPairs()].map((pair) => pair.join(" ")).sort()).toEqual(allowed.sort());
        expect(fromCells(reach)).toEqual(bits);
      }
    }
  });

  it("have every pod once, group by group", () => {
    for (const state of clusters(33, 40)) {
      const reach = matrix(state, { port: 80 });
      const { pods, workloadPods } = state.counts;
      expect(new Set(reach.names).size).toBe(pods + workloadPods);
      expect(reach.size).toBe(pods + workloadPods);
      expect(reach.groups.flatMap(({ names }) => names)).toEqual(reach.names);
      expect(reach.groups.flatMap(({ podIndices }) => [...podIndices])).toEqual([...reach.podIndices]);
      for (const [i, name] of reach.names.entries()) {
        const [namespaceOf = "", podName = "", more] = name.split("/");
        if (more === undefined) expect(reach.podIndices[i]).toBe(state.podIndex(namespaceOf, podName));
        expect(reach.verdict(reach.podIndices[i] ?? -1, reach.podIndices[0] ?? -1)).toBe(
          reach.verdict(name, reach.names[0] ?? ""),
        );
      }
    }
  });
});

/** The bits of what is allowed, from cells, exceptions and the rule that a pod reaches itself. */
function fromCells(reach: Matrix): Uint8Array {
  const bits = new Uint8Array(reach.size * reach.rowBytes);
  const set = (from: number, to: number, on: boolean): void => {
    const at = from * reach.rowBytes + (to >> 3);
    bits[at] = on ? (bits[at] ?? 0) | (1 << (to & 7)) : (bits[at] ?? 0) & ~(1 << (to & 7));
  };
  for (const { from, to, verdict } of reach.cells()) {
    for (let i = from.first; i < from.first + from.size; i++) {
      for (let j = to.first; j < to.first + to.size; j++) if (verdict === "allow") set(i, j, true);
    }
  }
  for (const [i, name] of reach.names.entries()) if (reach.verdict(name, name) === "allow") set(i, i, true);
  for (const { from, to, verdict } of reach.exceptions) {
    set(reach.names.indexOf(from), reach.names.indexOf(to), verdict === "allow");
  }
  return bits;
}

const A = namespace("a");
const closed = policy("a/closed", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });

describe("what groups cannot say", () => {
  it("a pod reaches itself, not its likes", () => {
    const reach = matrix(
      loadState([A, pod("a/one", { ips: ["10.0.0.1"] }), pod("a/two", { ips: ["10.0.0.2"] }), closed]),
      {
        port: 80,
      },
    );
    expect(reach.groups.length).toBe(1);
    expect(reach.verdict("a/one", "a/one")).toBe("allow");
    expect(reach.verdict("a/one", "a/two")).toBe("deny");
    expect(reach.counts).toEqual({ allowed: 2, denied: 2, undetermined: 0, withoutFamily: 0 });
  });

  it("one that stands for many pods does not reach itself by right", () => {
    const reach = matrix(loadState([A, workload("a/Deployment/web", {}), closed]), { port: 80 });
    expect(reach.names).toEqual(["a/Deployment/web"]);
    expect(reach.verdict("a/Deployment/web", "a/Deployment/web")).toBe("deny");
  });

  it("a host-network pod reaches the pods on its own node", () => {
    const objects = [
      A,
      node("n1", ["192.0.2.1"]),
      node("n2", ["192.0.2.2"]),
      pod("a/agent", { hostNetwork: true, node: "n1", ips: ["192.0.2.1"] }),
      pod("a/near", { ips: ["10.0.0.1"], node: "n1" }),
      pod("a/far", { ips: ["10.0.0.2"], node: "n2" }),
      closed,
    ];
    const reach = matrix(loadState(objects), { port: 80 });
    expect(reach.verdict("a/agent", "a/near")).toBe("allow");
    expect(reach.verdict("a/agent", "a/far")).toBe("deny");
    expect(reach.exceptions).toEqual([{ from: "a/agent", to: "a/near", verdict: "allow" }]);
  });

  it("pods without a common family have no verdict", () => {
    const objects = [A, pod("a/four", { ips: ["10.0.0.1"] }), pod("a/six", { ips: ["fd00::1"] })];
    const reach = matrix(loadState(objects), { port: 80 });
    expect(reach.verdict("a/four", "a/six")).toBeUndefined();
    expect(reach.counts).toEqual({ allowed: 2, denied: 0, undetermined: 0, withoutFamily: 2 });
  });
});

describe("a cluster with many classes", () => {
  // More than 512 classes make several chunks, more than 64 pods several words of a row.
  const pods = Array.from({ length: 700 }, (_, i) =>
    pod(`a/p${i}`, { ips: [`10.0.${i >> 8}.${i & 255}`], labels: { app: `a${i}`, third: String(i % 3) } }),
  );
  const policies = Array.from({ length: 700 }, (_, i) =>
    policy(`a/x${i}`, {
      podSelector: { matchLabels: { app: `a${i}` } },
      ingress: [{ from: [{ podSelector: { matchLabels: { third: String(i % 3) } } }], ports: [{ port: 80 }] }],
      ...(i % 5 === 0 && { egress: [{ to: [{ podSelector: { matchLabels: { app: `a${(i + 3) % 700}` } } }] }] }),
      policyTypes: i % 5 === 0 ? ["Ingress", "Egress"] : ["Ingress"],
    }),
  );
  const reach = matrix(loadState([A, ...pods, ...policies]), { port: 80 });

  it("is answered across chunks", () => {
    const bits = reach.expand();
    let allowed = 0;
    for (const [i, from] of reach.names.entries()) {
      for (const [j, to] of reach.names.entries()) {
        const [s, d] = [Number(from.slice(3)), Number(to.slice(3))];
        const expected = s === d || (s % 3 === d % 3 && (s % 5 !== 0 || d === (s + 3) % 700));
        if (bitOf(reach, bits, i, j) !== expected) expect({ from, to }).toBe(expected);
        if (expected) allowed++;
      }
    }
    expect(reach.counts.allowed).toBe(allowed);
  });
});

describe("expand", () => {
  const reach = matrix(loadState([A, pod("a/one", { ips: ["10.0.0.1"] })]), { port: 80 });

  it("writes into the caller's array", () => {
    const out = new Uint8Array(9).fill(0xff);
    expect(reach.expand({ out })).toBe(out);
    expect([...out]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0xff]);
  });

  it("refuses what does not fit", () => {
    expect(codeOf(() => reach.expand({ out: new Uint8Array(7) }))).toBe("invalid-option");
    expect(codeOf(() => reach.expand({ verdict: "deny" as "allow" }))).toBe("invalid-option");
    expect(codeOf(() => reach.expand({ to: 1 } as object))).toBe("invalid-option");
  });
});

describe("a matrix too large to expand", () => {
  // 14 × 10,000 pods of one group: 140,000² bits are 2.3 GiB.
  const sets = Array.from({ length: 14 }, (_, i) =>
    workload(`a/StatefulSet/db${i}`, {}, { replicas: LIMITS.replicas }),
  );
  const reach = matrix(loadState([A, ...sets, closed]), { port: 80 });

  it("is refused, and answers all the same", () => {
    expect(codeOf(() => reach.expand())).toBe("limit-exceeded");
    expect(reach.verdict("a/db0-1", "a/db13-9999")).toBe("deny");
    expect(reach.counts.allowed).toBe(140_000);
    expect(reach.counts.denied).toBe(140_000 * 139_999);
  });
});

describe("options", () => {
  const state = loadState([A, pod("a/one", { ips: ["10.0.0.1"] })]);

  it.each([
    ["no port", {}],
    ["port 0", { port: 0 }],
    ["a port's name", { port: "http" }],
    ["a port where there are none", { port: 80, protocol: "ICMP" }],
    ["an unknown protocol", { port: 80, protocol: "tcp" }],
    ["an unknown family", { port: 80, family: 5 }],
    ["a misspelt key", { port: 80, protcol: "TCP" }],
    ["no object", null],
  ])("%s is refused", (_, options) => {
    expect(codeOf(() => matrix(state, options as MatrixOptions))).toBe("invalid-option");
  });

  it("a pod that is not in the matrix is refused", () => {
    const reach = matrix(state, { port: 80 });
    expect(codeOf(() => reach.verdict("a/one", "a/two"))).toBe("unknown-pod");
    expect(codeOf(() => reach.verdict(0, 7))).toBe("unknown-pod");
  });
});
