import { createReadStream } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allows, evaluate, type Flow, loadState, NetverdictError } from "../../bindings/inline.ts";
import { readFlows } from "../../cli/flows.ts";
import { EXAMPLES, nameOf, readExpected, readManifests } from "./example.ts";

const { flows, errors = [] } = readExpected("shop");
const state = loadState(readManifests("shop/manifests"));

describe("the shop", () => {
  it.each(flows.map((expected) => [nameOf(expected), expected] as const))("%s", (_, expected) => {
    const { verdict, egress, ingress } = evaluate(state, expected.flow);
    expect({ verdict, egress: egress.reason, ingress: ingress.reason }).toEqual({
      verdict: expected.verdict,
      egress: expected.egress,
      ingress: expected.ingress,
    });
    expect(allows(state, expected.flow)).toBe(expected.verdict === "allow");
  });

  it.each(errors)("a flow without an answer is an error: $code", ({ flow, code }) => {
    expect(() => evaluate(state, flow)).toThrow(NetverdictError);
    expect(() => evaluate(state, flow)).toThrow(expect.objectContaining({ code }));
  });

  it("has flows of every verdict", () => {
    expect(new Set(flows.map(({ verdict }) => verdict))).toEqual(new Set(["allow", "deny", "undetermined"]));
  });

  it("has the same flows in flows.csv as in expected.json, in the same order", async () => {
    const read: Flow[] = [];
    for await (const lines of readFlows(createReadStream(join(EXAMPLES, "shop", "flows.csv")))) {
      for (const line of lines) {
        expect(line).toHaveProperty("flow");
        if ("flow" in line) read.push(line.flow);
      }
    }
    expect(read).toEqual(flows.map(({ flow }) => flow));
  });

  it("counts what was loaded: the finished pod apart, a pod for each that a workload will have", () => {
    expect(state.counts).toMatchObject({
      namespaces: 5,
      nodes: 3,
      pods: 21,
      finishedPods: 1,
      workloadPods: 4,
      services: 12,
      networkPolicies: 25,
    });
  });
});
