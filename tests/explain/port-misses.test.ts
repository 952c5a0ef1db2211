/** What keeps a port entry from matching: its protocol, its number, its name, and no more than there is to mend. */
import { describe, expect, it } from "vitest";
import { explain, type Flow, loadState } from "../../bindings/inline.ts";
import { pod, policy } from "../docs/objects.ts";

type Port = readonly [protocol: string, number: number];

/** The misses of a rule for the port `http`, on a pod that has ports of that name. */
function missed(entry: object, ports: readonly Port[], flow: Partial<Flow>): [string, string | undefined][] {
  const objects = [
    pod("a/web"),
    pod("a/db", {
      containers: ports.map(([protocol, containerPort], i) => ({
        name: `c${i}`,
        ports: [{ name: "http", protocol, containerPort }],
      })),
    }),
    policy("a/db", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ ports: [entry] }] }),
  ];
  const asked = { from: "a/web", to: "a/db", port: 80, ...flow } as Flow;
  const [near] = explain(loadState(objects), asked, { changes: false }).ingress.nearMisses;
  expect(near?.distance).toBe(near?.misses.length);
  return near?.misses.map(({ code, expected }) => [code, expected]) ?? [];
}

describe("an entry by name", () => {
  const udp = { protocol: "UDP", port: "http" };
  const otherProtocol = ["other-protocol", "UDP"];

  it("misses by the protocol alone where the name is the flow's port under its own protocol", () => {
    expect(missed(udp, [["UDP", 80]], { protocol: "TCP" })).toEqual([otherProtocol]);
  });

  it("misses by the protocol alone where the name is the flow's port under the flow's protocol", () => {
    expect(missed(udp, [["TCP", 80]], { protocol: "TCP" })).toEqual([otherProtocol]);
    const both: Port[] = [
      ["UDP", 81],
      ["TCP", 80],
    ];
    expect(missed(udp, both, { protocol: "TCP" })).toEqual([otherProtocol]);
  });

  it("misses by the protocol and the number where the name stands for another port", () => {
    expect(missed(udp, [["UDP", 81]], { protocol: "TCP" })).toEqual([otherProtocol, ["other-port", "http (81)"]]);
    expect(missed(udp, [["TCP", 81]], { protocol: "TCP" })).toEqual([otherProtocol, ["other-port", "http (81)"]]);
  });

  it("misses by the protocol and the name where the pod has it under neither", () => {
    expect(missed(udp, [["SCTP", 80]], { protocol: "TCP" })).toEqual([otherProtocol, ["no-such-port-name", "http"]]);
  });

  it("of the flow's protocol misses by the number or the name", () => {
    expect(missed(udp, [["UDP", 81]], { protocol: "UDP" })).toEqual([["other-port", "http (81)"]]);
    expect(missed(udp, [["TCP", 80]], { protocol: "UDP" })).toEqual([["no-such-port-name", "http"]]);
  });
});

describe("an entry by number", () => {
  it("misses by the protocol, the number or both", () => {
    const entry = { protocol: "UDP", port: 80 };
    expect(missed(entry, [], { protocol: "TCP" })).toEqual([["other-protocol", "UDP"]]);
    expect(missed(entry, [], { protocol: "UDP", port: 81 })).toEqual([["other-port", "80"]]);
    expect(missed(entry, [], { protocol: "TCP", port: 81 })).toEqual([
      ["other-protocol", "UDP"],
      ["other-port", "80"],
    ]);
  });
});
