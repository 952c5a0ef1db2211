/** Nodes and pods on their network; `docs/semantics.md` names each of these. */
import { describe, expect, it } from "vitest";
import { loadState, updateState } from "../../bindings/inline.ts";
import { type Answer, answer, codeOf, namespace, node, pod, policy, verdict } from "./objects.ts";

const A = namespace("a");
const closed = policy("a/closed", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const OUTSIDE = "198.51.100.7";

describe("nodes", () => {
  const n1 = node("n1", ["192.0.2.1", "2001:db8::1"]);
  const n2 = node("n2", ["192.0.2.2"]);
  const web = pod("a/web", { ips: ["10.0.0.1"], node: "n1" });

  it("a pod's own node reaches it, another node does not", () => {
    expect(answer([A, n1, n2, web, closed], { from: "192.0.2.1", to: "a/web", port: 80 })).toMatchObject({
      verdict: "allow",
      ingress: "own-node",
    });
    expect(verdict([A, n1, n2, web, closed], { node: "n1" }, "a/web")).toBe("allow");
    expect(verdict([A, n1, n2, web, closed], { node: "n2" }, "a/web")).toBe("deny");
  });

  it("a pod to its own node is judged like any other egress", () => {
    expect(answer([A, n1, n2, web, closed], { from: "a/web", to: "192.0.2.1", port: 80 })).toMatchObject({
      verdict: "deny",
      caveats: ["own-node-egress"],
    });
  });

  it("a pod that is not scheduled has no own node", () => {
    const waiting = pod("a/web", { ips: ["10.0.0.1"] });
    expect(answer([A, n1, waiting, closed], { from: { node: "n1" }, to: "a/web", port: 80 })).toMatchObject({
      verdict: "deny",
      caveats: ["node-unknown"],
    });
  });

  it("a node's addresses come from pods too: their host addresses, and those of host-network pods", () => {
    const told = pod("a/web", { ips: ["10.0.0.1"], node: "n1", hostIP: "192.0.2.1" });
    expect(verdict([A, told, closed], "192.0.2.1", "a/web")).toBe("allow");
    const agent = pod("a/agent", { hostNetwork: true, node: "n1", ips: ["192.0.2.1"] });
    expect(verdict([A, web, agent, closed], "192.0.2.1", "a/web")).toBe("allow");
  });

  it("an address that nothing loaded names as a node's is outside", () => {
    expect(answer([A, web, closed], { from: "192.0.2.1", to: "a/web", port: 80 })).toMatchObject({
      verdict: "deny",
      caveats: [],
    });
  });

  describe("a node of several addresses", () => {
    const web = pod("a/web", { ips: ["10.0.0.1"], node: "n9" });
    const from3 = policy("a/p", { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.3/32" } }] }] });
    const agent = (name: string, ips: string[]): object => pod(`a/${name}`, { hostNetwork: true, node: "n1", ips });
    const p = agent("p", ["192.0.2.3"]);
    const q = agent("q", ["192.0.2.4"]);
    const asked = { from: { node: "n1" }, to: "a/web", port: 80 } as const;
    const typed = (...addresses: [string, string][]): object => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "n1" },
      status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
    });

    it("stands for each of one family, whatever the order in which they are told", () => {
      const both = answer([A, web, p, q, from3], asked);
      expect(both).toMatchObject({
        verdict: "deny",
        ingress: "mixed",
        members: ["n1 (192.0.2.3) a/web 80 4", "n1 (192.0.2.4) a/web 80 4"],
      });
      expect(answer([A, web, q, p, from3], asked)).toEqual(both);
      const declared = answer([A, web, typed(["InternalIP", "192.0.2.3"], ["InternalIP", "192.0.2.4"]), from3], asked);
      expect(declared).toEqual(both);
      const back = answer([A, web, p, q, from3], { from: "a/web", to: { node: "n1" }, port: 80 });
      expect(back.members).toEqual(["a/web n1 (192.0.2.3) 80 4", "a/web n1 (192.0.2.4) 80 4"]);
    });

    it("is asked by its internal addresses where it has some of the family", () => {
      const of = (...addresses: [string, string][]): unknown => {
        const { verdict, members } = answer([A, web, typed(...addresses), from3], asked);
        return [verdict, members];
      };
      expect(of(["ExternalIP", "198.51.100.1"], ["InternalIP", "192.0.2.3"])).toEqual(["allow", undefined]);
      expect(of(["ExternalIP", "192.0.2.3"])).toEqual(["allow", undefined]);
      expect(of(["ExternalIP", "192.0.2.3"], ["InternalIP", "192.0.2.3"])).toEqual(["allow", undefined]);
      expect(of(["InternalIP", "fd00::1"], ["ExternalIP", "192.0.2.3"])).toEqual(["allow", undefined]);
    });

    it("has no ExternalIP that another node has too, in whatever order they come", () => {
      const own = policy("a/p", { podSelector: {} });
      const local = pod("a/web", { ips: ["10.0.0.1"], node: "n2" });
      const of = (name: string, internal: string): object => ({
        ...typed(["InternalIP", internal], ["ExternalIP", "203.0.113.1"]),
        metadata: { name },
      });
      const nodes = [of("n1", "192.0.2.3"), of("n2", "192.0.2.4")];
      for (const ordered of [nodes, nodes.toReversed()]) {
        expect(verdict([A, ...ordered, local, own], "203.0.113.1", "a/web")).toBe("deny");
        expect(verdict([A, ...ordered, local, own], "192.0.2.4", "a/web")).toBe("allow");
        expect(verdict([A, ...ordered, local, own], { node: "n2" }, "a/web")).toBe("allow");
      }
      // Inside the cluster it is the one's that has it there.
      const inside = { ...typed(["InternalIP", "203.0.113.1"]), metadata: { name: "n2" } };
      for (const ordered of [
        [of("n1", "192.0.2.3"), inside],
        [inside, of("n1", "192.0.2.3")],
      ])
        expect(verdict([A, ...ordered, local, own], "203.0.113.1", "a/web")).toBe("allow");
    });

    it("shares no InternalIP with another one: of which would a verdict be?", () => {
      const nodes = ["n1", "n2"].map((name) => ({ ...typed(["InternalIP", "192.0.2.3"]), metadata: { name } }));
      expect(() => loadState(nodes)).toThrow(
        "Node n2: status.addresses: `192.0.2.3` is also the InternalIP of node n1: leave out the one that is gone [duplicate-address]",
      );
      const state = loadState(nodes.slice(0, 1));
      expect(codeOf(() => updateState(state, { upsert: nodes[1]! }))).toBe("duplicate-address");
    });

    it("is told where its other family would be answered differently", () => {
      const dual = pod("a/web", { ips: ["10.0.0.1", "fd00:1::1"] });
      const all4 = policy("a/p", { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] });
      const of = (...addresses: [string, string][]): Answer => answer([A, typed(...addresses), dual, all4], asked);
      const both = [
        ["InternalIP", "192.0.2.3"],
        ["InternalIP", "192.0.2.4"],
      ] as [string, string][];
      expect(of(...both).caveats).not.toContain("family-differs");
      expect(of(...both, ["InternalIP", "fd00::3"])).toMatchObject({
        verdict: "allow",
        caveats: expect.arrayContaining(["family-differs"]),
      });
    });

    it("sends in one family, that of its first address that the other end has too", () => {
      const six = pod("a/six", { ips: ["fd00:1::1"] });
      const dual = typed(["InternalIP", "192.0.2.3"], ["InternalIP", "192.0.2.4"], ["InternalIP", "fd00::3"]);
      expect(answer([A, web, six, dual], { ...asked, to: "a/six" }).members).toEqual(["n1 (fd00::3) a/six 80 6"]);
      expect(answer([A, web, six, dual], asked).members).toEqual([
        "n1 (192.0.2.3) a/web 80 4",
        "n1 (192.0.2.4) a/web 80 4",
      ]);
      const itself = answer([A, web, dual], { from: { node: "n1" }, to: { node: "n1" }, port: 80 });
      expect(itself.members).toHaveLength(4);
      expect(codeOf(() => answer([A, web, dual], { ...asked, family: 6 }))).toBe("no-common-family");
    });
  });

  it("a node of unknown addresses has some address", () => {
    const from = (cidr: string): string => {
      const open = policy("a/p", { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr } }] }] });
      return verdict([A, web, pod("a/other", { node: "n2" }), open], { node: "n2" }, "a/web");
    };
    expect(from("192.0.2.0/24")).toBe("undetermined");
    expect(from("0.0.0.0/0")).toBe("allow");
  });
});

describe("host-network pods", () => {
  it("one that is on no node yet may come to be on the other end's own", () => {
    const web = pod("a/web", { ips: ["10.0.0.1"], node: "n1" });
    const pending = (node?: string): object => pod("a/agent", { hostNetwork: true, ...(node && { node }) });
    const from = { from: "a/agent", to: "a/web", port: 80 } as const;
    expect(answer([A, web, closed, pending()], from)).toMatchObject({
      verdict: "deny",
      caveats: expect.arrayContaining(["node-unknown"]),
    });
    expect(answer([A, web, closed, pending("n1")], from)).toMatchObject({ verdict: "allow", ingress: "own-node" });
    expect(answer([A, web, closed, pending("n2")], from).caveats).not.toContain("node-unknown");
    expect(answer([A, web, pending()], from).caveats).not.toContain("node-unknown");
  });

  const n1 = node("n1", ["192.0.2.1"]);
  const agent = pod("a/agent", { labels: { app: "agent" }, hostNetwork: true, node: "n1", ips: ["192.0.2.1"] });
  const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1"] });
  const on = (app: string, rule: object): object =>
    policy("a/p", { podSelector: { matchLabels: { app } }, ingress: [rule] });

  it("no policy selects them", () => {
    expect(answer([A, n1, agent, web, closed], { from: OUTSIDE, to: "a/agent", port: 80 })).toMatchObject({
      verdict: "allow",
      ingress: "not-a-subject",
      caveats: ["host-network"],
    });
  });

  it("selectors do not match them, an ipBlock matches their node's address", () => {
    expect(verdict([A, n1, agent, web, on("web", { from: [{ podSelector: {} }] })], "a/agent", "a/web")).toBe("deny");
    const block = { ipBlock: { cidr: "192.0.2.0/24" } };
    expect(verdict([A, n1, agent, web, on("web", { from: [block] })], "a/agent", "a/web")).toBe("allow");
  });

  it("one without an address has its node's, or one of them that is not known", () => {
    const silent = pod("a/silent", { hostNetwork: true, node: "n1" });
    const two = node("n1", ["192.0.2.1", "192.0.2.7"]);
    const asked = (n: object, cidr: string): Answer =>
      answer([A, n, silent, web, on("web", { from: [{ ipBlock: { cidr } }] })], {
        from: "a/silent",
        to: "a/web",
        port: 80,
      });
    expect(asked(n1, "192.0.2.1/32").verdict).toBe("allow");
    expect(asked(two, "192.0.2.1/32")).toMatchObject({
      verdict: "undetermined",
      caveats: expect.arrayContaining(["address-unknown"]),
    });
    expect(asked(two, "192.0.2.0/24").verdict).toBe("allow");
    expect(asked(two, "198.51.100.0/24").verdict).toBe("deny");
  });

  it("one without nodeName is on the node that has its address", () => {
    const floating = pod("a/agent", { hostNetwork: true, ips: ["192.0.2.1"] });
    const there = pod("a/web", { ips: ["10.0.0.1"], node: "n1" });
    expect(answer([A, n1, floating, there, closed], { from: "a/agent", to: "a/web", port: 80 })).toMatchObject({
      verdict: "allow",
      ingress: "own-node",
    });
  });
});
