/** What a flow is and what its ends stand for; `docs/semantics.md` names each of these. */
import { describe, expect, it } from "vitest";
import { evaluate, evaluateBatch, type FlowEnd, loadState, NetverdictError } from "../../bindings/inline.ts";
import { answer, codeOf, namespace, node, pod, policy, service, verdict } from "./objects.ts";

const A = namespace("a");
const closed = policy("a/closed", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const OUTSIDE = "198.51.100.7";

describe("a pod and itself", () => {
  const web = pod("a/web", { ips: ["10.0.0.1"] });

  it("a pod reaches its own address, by name and by address", () => {
    const itself = { verdict: "allow", egress: "same-pod", ingress: "same-pod", caveats: ["same-pod"] };
    expect(answer([A, web, closed], { from: "a/web", to: "a/web", port: 80 })).toMatchObject(itself);
    expect(answer([A, web, closed], { from: "a/web", to: "10.0.0.1", port: 80 })).toMatchObject(itself);
  });

  it("through a Service it is judged like any other flow", () => {
    const own = service("a/own", { clusterIP: "10.96.0.1", selector: {}, ports: [{ port: 80 }] });
    const selected = service("a/own", { clusterIP: "10.96.0.1", selector: { app: "web" }, ports: [{ port: 80 }] });
    const labelled = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1"] });
    expect(answer([A, labelled, closed, selected], { from: "a/web", to: "10.96.0.1", port: 80 })).toMatchObject({
      verdict: "deny",
      caveats: expect.arrayContaining(["hairpin"]),
    });
    expect(codeOf(() => verdict([A, labelled, closed, own], "a/web", "10.96.0.1"))).toBe("no-backend");
  });

  it("through a headless Service it is the pod itself: of several, only the others are asked", () => {
    const headless = service("a/own", { clusterIP: "None", selector: { app: "web" }, ports: [{ port: 80 }] });
    const labelled = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1"] });
    const second = pod("a/web-2", { labels: { app: "web" }, ips: ["10.0.0.2"] });
    const flow = { from: "a/web", to: { service: "a/own" }, port: 80 } as const;
    expect(answer([A, labelled, closed, headless], flow)).toMatchObject({ verdict: "allow", ingress: "same-pod" });
    expect(answer([A, labelled, second, closed, headless], flow).members).toEqual(["a/web a/web-2 80 4"]);
  });

  it("two pods that do not exist yet are two pods, however alike", () => {
    const future = { namespace: "a", labels: {} };
    expect(verdict([A, web, closed], future, future)).toBe("deny");
  });
});

describe("addresses that no host has", () => {
  const web = pod("a/web", { ips: ["10.0.0.1", "fd00::1"] });
  const wide = policy("a/wide", {
    podSelector: {},
    policyTypes: ["Egress", "Ingress"],
    egress: [{ to: [{ ipBlock: { cidr: "169.254.0.0/16" } }, { ipBlock: { cidr: "224.0.0.0/4" } }] }],
  });
  const faultOf = (from: FlowEnd, to: FlowEnd) => {
    try {
      return verdict([A, web, wide], from, to);
    } catch (error) {
      if (!(error instanceof NetverdictError)) throw error;
      return error.issues.map(({ code, path, message }) => `${code} ${path?.join(".")} ${message}`).join();
    }
  };

  it("loopback and unspecified addresses are no ends, multicast and broadcast ones no sources", () => {
    for (const ip of ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"]) {
      expect(faultOf("a/web", ip)).toMatch(/^invalid-flow to .* is a loopback address: .* no policy can stop it/);
      expect(faultOf({ ip }, "a/web")).toMatch(/^invalid-flow from\.ip .* is a loopback address: /);
    }
    for (const ip of ["0.0.0.0", "::"]) {
      expect(faultOf("a/web", { ip })).toMatch(/^invalid-flow to\.ip .* is the unspecified address/);
      expect(faultOf(ip, "a/web")).toMatch(/^invalid-flow from .* is the unspecified address/);
    }
    for (const ip of ["224.0.0.1", "239.255.255.255", "ff02::1"])
      expect(faultOf(ip, "a/web")).toMatch(/^invalid-flow from .* is a multicast address/);
    expect(faultOf("255.255.255.255", "a/web")).toMatch(/^invalid-flow from .* is the broadcast address/);
    const future = { namespace: "a", labels: {}, ips: ["10.0.0.7", "::1"] };
    expect(faultOf("a/web", future)).toMatch(/^invalid-flow to\.ips\.1 .* is a loopback address/);
  });

  it("their neighbours are addresses like any other", () => {
    for (const ip of ["126.255.255.255", "128.0.0.0", "0.0.0.1", "223.255.255.255", "240.0.0.0", "255.255.255.254"])
      expect(answer([A, web, wide], { from: "a/web", to: ip, port: 80 })).toMatchObject({
        verdict: "deny",
        caveats: [],
      });
    for (const ip of ["::2", "fe80::1", "feff::", "1::"])
      expect(answer([A, web, wide], { from: "a/web", to: ip, port: 80 })).toMatchObject({
        verdict: "deny",
        caveats: [],
      });
  });

  it("what is sent to many is judged by the source's egress, with a caveat", () => {
    const told = (to: string, ...policies: object[]) =>
      answer([A, web, ...policies], { from: "a/web", to, protocol: "UDP", port: 5353 });
    const caveats = ["many-receivers"];
    expect(told("224.0.0.251", wide)).toMatchObject({ verdict: "allow", egress: "rule", caveats });
    expect(told("ff02::fb", wide)).toMatchObject({ verdict: "deny", egress: "no-rule", caveats });
    expect(told("255.255.255.255", wide)).toMatchObject({ verdict: "deny", egress: "no-rule", caveats });
    expect(told("224.0.0.251")).toMatchObject({ verdict: "allow", egress: "not-isolated", caveats });
  });

  it("link-local addresses are judged like any other", () => {
    const told = (to: string, ...policies: object[]) => answer([A, web, ...policies], { from: "a/web", to, port: 80 });
    expect(told("169.254.169.254", wide)).toMatchObject({ verdict: "allow", egress: "rule", caveats: [] });
    expect(told("169.254.169.254", closed)).toMatchObject({ verdict: "deny", egress: "no-rule", caveats: [] });
  });

  it("a batch judges special addresses as any outside", () => {
    const state = loadState([A, web, wide]);
    const toIPv4 = Uint32Array.from([0x7f000001, 0, 0xe00000fb, 0xffffffff, 0xa9fea9fe]);
    const columns = {
      from: new Uint32Array(5).fill(state.podIndex("a", "web")),
      toIPv4,
      port: new Uint16Array(5).fill(80),
      protocol: new Uint8Array(5).fill(6),
    };
    expect([...evaluateBatch(state, columns)]).toEqual([0, 0, 1, 0, 1]);
  });
});

describe("addresses that are not known", () => {
  const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1"] });
  const young = pod("a/young");
  const ask = (cidr: string, podCIDRs?: string[]): string => {
    const open = policy("a/p", {
      podSelector: { matchLabels: { app: "web" } },
      ingress: [{ from: [{ ipBlock: { cidr } }] }],
    });
    return verdict([A, web, young, open], "a/young", "a/web", {}, podCIDRs === undefined ? {} : { podCIDRs });
  };

  it("a pod without an address gets one of the pod CIDRs: covered, disjoint or open", () => {
    expect(ask("10.0.0.0/8", ["10.1.0.0/16"])).toBe("allow");
    expect(ask("10.2.0.0/16", ["10.1.0.0/16"])).toBe("deny");
    expect(ask("10.1.1.0/24", ["10.1.0.0/16"])).toBe("undetermined");
  });

  it("a prefix that holds the whole family matches without pod CIDRs, any other is open", () => {
    expect(ask("0.0.0.0/0")).toBe("allow");
    expect(ask("10.0.0.0/8")).toBe("undetermined");
  });

  it("pod CIDRs of all nodes are taken together", () => {
    const nodes = [node("n1", ["192.0.2.1"], ["10.1.0.0/24"]), node("n2", ["192.0.2.2"], ["10.1.1.0/24"])];
    const open = (cidr: string): object =>
      policy("a/p", { podSelector: { matchLabels: { app: "web" } }, ingress: [{ from: [{ ipBlock: { cidr } }] }] });
    const onFirst = pod("a/young", { node: "n1" });
    expect(verdict([A, ...nodes, web, onFirst, open("10.1.0.0/24")], "a/young", "a/web")).toBe("undetermined");
    expect(verdict([A, ...nodes, web, onFirst, open("10.1.0.0/23")], "a/young", "a/web")).toBe("allow");
  });

  it("pod CIDRs of nodes say nothing of a node without, nor of any where a pod has an address outside its node's", () => {
    const n1 = node("n1", ["192.0.2.1"], ["10.1.0.0/24"]);
    const open = policy("a/p", {
      podSelector: { matchLabels: { app: "web" } },
      ingress: [{ from: [{ ipBlock: { cidr: "10.1.0.0/24" } }] }],
    });
    const asked = (young: object, ...more: object[]): string =>
      verdict([A, n1, web, open, young, ...more], "a/young", "a/web");
    const on = (name: string): object => pod("a/young", { node: name });
    expect(asked(on("n1"))).toBe("allow");
    expect(asked(on("n2"))).toBe("undetermined");
    expect(asked(on("n2"), node("n2", ["192.0.2.2"]))).toBe("undetermined");
    expect(asked(young)).toBe("allow");
    expect(asked(young, node("n2", ["192.0.2.2"]))).toBe("undetermined");
    expect(asked(young, pod("a/other", { node: "n2" }))).toBe("undetermined");
    expect(asked(on("n1"), pod("a/other", { ips: ["10.9.0.1"], node: "n1" }))).toBe("undetermined");
    expect(asked(on("n1"), pod("a/other", { ips: ["10.1.0.9"], node: "n1" }))).toBe("allow");
  });

  it("podCIDRs given as an option replace those of the nodes", () => {
    const n1 = node("n1", ["192.0.2.1"], ["10.1.0.0/16"]);
    const open = policy("a/p", {
      podSelector: { matchLabels: { app: "web" } },
      ingress: [{ from: [{ ipBlock: { cidr: "10.1.0.0/16" } }] }],
    });
    const objects = [A, n1, web, young, open];
    expect(verdict(objects, "a/young", "a/web")).toBe("allow");
    expect(verdict(objects, "a/young", "a/web", {}, { podCIDRs: ["10.2.0.0/16"] })).toBe("deny");
  });

  it("a pod without an address has the families of the pod CIDRs, the first one first", () => {
    const open = policy("a/p", { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "::/0" } }] }] });
    const asked = (...podCIDRs: string[]): string =>
      verdict([A, pod("a/one"), pod("a/two"), open], "a/one", "a/two", {}, { podCIDRs });
    expect(asked("fd00::/64", "10.1.0.0/16")).toBe("allow");
    expect(asked("10.1.0.0/16", "fd00::/64")).toBe("deny");
    expect(
      codeOf(() =>
        verdict([A, pod("a/one"), pod("a/two")], "a/one", "a/two", { family: 6 }, { podCIDRs: ["10.1.0.0/16"] }),
      ),
    ).toBe("no-common-family");
  });

  it("an address that no loaded pod has is outside, even in the pod CIDRs", () => {
    const open = policy("a/p", { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] });
    expect(verdict([A, web, open], "10.1.0.77", "a/web", {}, { podCIDRs: ["10.1.0.0/16"] })).toBe("deny");
  });
});

describe("which pods are ends", () => {
  it("a finished pod is none, and its address is not its own", () => {
    const done = pod("a/done", { phase: "Succeeded", ips: ["10.0.0.1"] });
    const web = pod("a/web", { ips: ["10.0.0.1"] });
    expect(codeOf(() => verdict([A, done, web], "a/done", "a/web"))).toBe("finished-pod");
    expect(answer([A, done, web, closed], { from: OUTSIDE, to: "10.0.0.1", port: 80 }).ingress).toBe("no-rule");
  });

  it("a pod that is being deleted is one", () => {
    const leaving = pod("a/web", { ips: ["10.0.0.1"], terminating: true });
    expect(verdict([A, leaving, closed], OUTSIDE, "a/web")).toBe("deny");
  });

  it("one whose address another pod has been given has none any more", () => {
    const leaving = pod("a/old", { ips: ["10.0.0.1"], terminating: true });
    const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1"] });
    const fromWeb = policy("a/p", {
      podSelector: {},
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }],
    });
    for (const pods of [
      [leaving, web],
      [web, leaving],
    ]) {
      const objects = [A, ...pods, pod("a/db", { ips: ["10.0.0.2"] }), fromWeb];
      expect(codeOf(() => verdict(objects, "a/old", "a/db"))).toBe("finished-pod");
      expect(verdict(objects, "10.0.0.1", "a/db")).toBe("allow");
    }
  });

  it("a pod that does not exist yet is judged by its labels and ports", () => {
    const open = policy("a/p", {
      podSelector: { matchLabels: { app: "new" } },
      ingress: [{ ports: [{ port: "http" }] }],
    });
    const future = { namespace: "a", labels: { app: "new" }, ports: [{ name: "http", containerPort: 8080 }] };
    expect(verdict([A, open], OUTSIDE, future, { port: 8080 })).toBe("allow");
    expect(verdict([A, open], OUTSIDE, future, { port: "http" })).toBe("allow");
    expect(verdict([A, open], OUTSIDE, future, { port: 80 })).toBe("deny");
  });

  it("a pod that does not exist yet in a namespace without any object carries a caveat", () => {
    const open = policy("a/p", { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] });
    const web = pod("a/web", { ips: ["10.0.0.1"] });
    const from = (namespace: string) => ({ from: { namespace, labels: {} }, to: "a/web", port: 80 });
    expect(answer([A, web, open], from("misspelt")).caveats).toContain("namespace-undeclared");
    expect(answer([A, web, open], from("a")).caveats).not.toContain("namespace-undeclared");
  });
});

describe("protocols", () => {
  const web = pod("a/web", { ips: ["10.0.0.1"] });
  const asked = (rule: object, protocol: "ICMP" | "ICMPv6"): ReturnType<typeof answer> =>
    answer([A, web, policy("a/p", { podSelector: {}, ingress: [rule] })], { from: OUTSIDE, to: "a/web", protocol });

  it("ICMP and ICMPv6 pass a rule without ports and never one with ports", () => {
    for (const protocol of ["ICMP", "ICMPv6"] as const) {
      expect(asked({}, protocol)).toMatchObject({ verdict: "allow", caveats: ["portless-protocol"] });
      expect(asked({ ports: [{}] }, protocol).verdict).toBe("deny");
    }
  });

  it("TCP, UDP and SCTP need a port, ICMP must have none", () => {
    const state = loadState([A, web]);
    expect(codeOf(() => evaluate(state, { from: OUTSIDE, to: "a/web" }))).toBe("invalid-flow");
    expect(codeOf(() => evaluate(state, { from: OUTSIDE, to: "a/web", port: 80, protocol: "ICMP" }))).toBe(
      "invalid-flow",
    );
  });

  it("a flow's port by name is one of the destination pod's", () => {
    const named = pod("a/web", { ips: ["10.0.0.1"], ports: [{ name: "http", containerPort: 8080 }] });
    const open = policy("a/p", { podSelector: {}, ingress: [{ ports: [{ port: 8080 }] }] });
    expect(verdict([A, named, open], OUTSIDE, "a/web", { port: "http" })).toBe("allow");
    expect(codeOf(() => verdict([A, named, open], OUTSIDE, "a/web", { port: "grpc" }))).toBe("unknown-port");
    expect(codeOf(() => verdict([A, named], "a/web", OUTSIDE, { port: "http" }))).toBe("unknown-port");
  });
});

describe("address families", () => {
  const dual = pod("a/dual", { ips: ["fd00::1", "10.0.0.1"] });
  const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.2", "fd00::2"] });
  const onlyIPv6 = policy("a/p", {
    podSelector: { matchLabels: { app: "web" } },
    ingress: [{ from: [{ ipBlock: { cidr: "::/0" } }] }],
  });

  it("the family is the first of the source's that the destination shares, and the other one is mentioned where it differs", () => {
    expect(answer([A, dual, web, onlyIPv6], { from: "a/dual", to: "a/web", port: 80 })).toMatchObject({
      verdict: "allow",
      caveats: expect.arrayContaining(["family-differs"]),
    });
    expect(verdict([A, dual, web, onlyIPv6], "a/dual", "a/web", { family: 4 })).toBe("deny");
  });

  it("no shared family is an error", () => {
    expect(codeOf(() => verdict([A, dual, pod("a/four", { ips: ["10.0.0.4"] })], "fd00::9", "a/four"))).toBe(
      "no-common-family",
    );
  });
});

describe("policies that are not modelled", () => {
  it("are named on every decision that they could touch", () => {
    const calico = {
      apiVersion: "projectcalico.org/v3",
      kind: "NetworkPolicy",
      metadata: { name: "c", namespace: "a" },
      spec: {},
    };
    const objects = [
      A,
      namespace("b"),
      pod("a/web", { ips: ["10.0.0.1"] }),
      pod("b/far", { ips: ["10.0.1.1"] }),
      calico,
    ];
    expect(answer(objects, { from: "b/far", to: "a/web", port: 80 }).caveats).toEqual(["unmodelled-policy"]);
    expect(answer(objects, { from: "b/far", to: OUTSIDE, port: 80 }).caveats).toEqual([]);
  });
});
