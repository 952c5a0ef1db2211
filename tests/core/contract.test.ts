import { describe, expect, it } from "vitest";
import { evaluate, loadState, NetverdictError } from "../../bindings/inline.ts";
import { generateCase } from "../fuzz/generate.ts";
import { loadModel, modelOf, modelOfCase, releaseCore } from "./core.ts";

const model = modelOfCase(generateCase(11, 0));

describe("a question outside the core's contract traps rather than reading whatever lies in memory", () => {
  it.each<[string, number, number, number, number, number]>([
    ["a source that does not exist", 1_000_000, 0, 4, 0, 80],
    ["a destination that does not exist", 0, 1_000_000, 4, 0, 80],
    ["an external endpoint that does not exist", -1_000_000, 0, 4, 0, 80],
    ["a protocol slot that does not exist", 0, 0, 4, 4, 80],
    ["a port past 65535", 0, 0, 4, 0, 65_536],
  ])("%s", (_name, source, destination, family, slot, port) => {
    const { core, arena } = loadModel(releaseCore(), model);
    expect(() => core.evaluate(arena, source, destination, family, slot, port, 0)).toThrow("unreachable");
  });

  it("a family in which an end has no address", () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, status: { podIP: "10.0.0.1" } };
    const { core, arena } = loadModel(releaseCore(), modelOf([pod]));
    // Memory full of ones behind the arena: a bit read past it would be an allow.
    const behind = core.allocate(24 * 1024 * 1024) >>> 0;
    new Uint8Array(core.memory.buffer, behind, 24 * 1024 * 1024).fill(0xff);
    expect(() => core.evaluate(arena, 0, 0, 6, 0, 80, 1)).toThrow("unreachable");
  });
});

it("rules whose overlapping port ranges have too many combinations are refused, not computed for ever", () => {
  const ingress = Array.from({ length: 12_000 }, (_, i) => ({
    from: [{ podSelector: { matchLabels: { app: `a${i}` } } }],
    ports: [{ port: 1 + i, endPort: 65_535 - i }],
  }));
  const objects = [
    { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" } },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "nested", namespace: "shop" },
      spec: { podSelector: {}, ingress },
    },
  ];
  expect(() => loadState(objects)).toThrow(expect.objectContaining({ code: "limit-exceeded" }));
});

it("what is no state is an error", () => {
  const stranger = { caveats: [], counts: {} } as unknown as ReturnType<typeof loadState>;
  expect(() => evaluate(stranger, { from: "a/b", to: "a/c", port: 80 })).toThrow(NetverdictError);
});
