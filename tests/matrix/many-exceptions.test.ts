/** Pairs on one node can be many: they come in parts as cells do, between which others have their turn. */
import { describe, expect, it } from "vitest";
import { evaluate, loadState, NetverdictError, portSets } from "../../bindings/inline.ts";

const makePod = (name: string, ip: string, hostNetwork = false): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "s", name, labels: { app: hostNetwork ? "host" : "pod" } },
  spec: { nodeName: "n1", hostNetwork },
  status: { podIPs: [{ ip }], hostIPs: [{ ip: "192.0.2.1" }] },
});
/** Closed to all but their own node. */
const policy = (): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "s", name: "closed" },
  spec: { podSelector: { matchLabels: { app: "pod" } } },
});

const POD_COUNT = 1_400;
const HOSTS = 200;

describe("exceptions", () => {
  const pods = Array.from({ length: POD_COUNT }, (_, i) => makePod(`p-${i}`, `10.0.${i >> 8}.${i & 255}`));
  const hosts = Array.from({ length: HOSTS }, (_, i) => makePod(`h-${i}`, "192.0.2.1", true));
  const state = loadState([...pods, ...hosts, policy()]);

  it("come in parts, each pair once", async () => {
    const told: number[] = [];
    const seen = new Set<string>();
    const parts: number[] = [];
    for await (const { exceptions } of portSets(state, { onProgress: ({ done }) => void told.push(done) })) {
      parts.push(exceptions.length);
      for (const { from, to } of exceptions) seen.add(`${from} ${to}`);
    }
    expect(seen.size).toBe(POD_COUNT * HOSTS);
    expect(parts.length).toBeGreaterThan(2);
    expect(Math.max(...parts)).toBeLessThanOrEqual(131_072);
    expect(told.length).toBeGreaterThanOrEqual(parts.length);
  });

  it("have the ports that a flow is judged by", async () => {
    for await (const { exceptions } of portSets(state)) {
      const [first] = exceptions;
      if (first === undefined) continue;
      const { from, to, ports } = first;
      expect(ports.allowed.TCP).toEqual([[1, 65535]]);
      expect(evaluate(state, { from, to, port: 80 }).verdict).toBe("allow");
      expect(Object.keys(first)).toEqual(["from", "to", "ports"]);
      return;
    }
    expect.unreachable();
  });

  it("end with the signal", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const reading = (async () => {
      let found = 0;
      for await (const { exceptions } of portSets(state, { signal: controller.signal })) {
        found += exceptions.length;
        if (found > 0) controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
  });

  it("a number that no set has is refused", async () => {
    for await (const part of portSets(state)) {
      for (const number of [-1, 999, 1.5, Number.NaN]) expect(() => part.portSet(number)).toThrow(NetverdictError);
      expect(part.portSet(0)).toBeDefined();
    }
  });
});
