/** Services and pods by the addresses and ports of load balancers and nodes; `docs/semantics.md` names each of these. */
import { describe, expect, it } from "vitest";
import { evaluate, type Flow, loadSnapshot, loadState, snapshot, updateState } from "../../bindings/inline.ts";
import { answer, codeOf, namespace, node, pod, policy, service, verdict } from "./objects.ts";

const A = namespace("a");
const client = pod("a/client", { labels: { app: "client" }, ips: ["10.0.0.1"] });
const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.2"], ports: [{ name: "http", containerPort: 8080 }] });
const closed = policy("a/closed", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const OUTSIDE = "198.51.100.7";

describe("from outside, and on nodes", () => {
  const balanced = service(
    "a/front",
    { type: "LoadBalancer", clusterIP: "10.96.0.1", selector: { app: "web" }, ports: [{ port: 80, nodePort: 30080 }] },
    ["203.0.113.1"],
  );

  it("a load balancer's address is its Service, with the source as it is given", () => {
    expect(answer([A, web, balanced, closed], { from: OUTSIDE, to: "203.0.113.1", port: 80 })).toMatchObject({
      verdict: "deny",
      caveats: ["source-translation"],
    });
  });

  it("a client that a load balancer's source ranges do not hold is told of", () => {
    const ranged = (more: object): object =>
      service(
        "a/front",
        {
          type: "LoadBalancer",
          clusterIP: "10.96.0.1",
          selector: { app: "web" },
          ports: [{ port: 80, nodePort: 30080 }],
          loadBalancerSourceRanges: ["198.51.100.0/29", " 2001:db8::/32 "],
          ...more,
        },
        ["203.0.113.1"],
      );
    const objects = [A, web, client, node("n1", ["192.0.2.1"]), ranged({})];
    const caveats = (from: string, to: Flow["to"] = "203.0.113.1", port = 80): readonly string[] =>
      answer(objects, { from, to, port }).caveats;
    expect(caveats("198.51.100.7")).toEqual([]);
    expect(caveats("198.51.100.8")).toEqual(["source-ranges"]);
    expect(caveats("198.51.100.8", { service: "a/front" })).toEqual(["source-ranges"]);
    expect(caveats("198.51.100.8", "192.0.2.1", 30080)).toEqual(["node-port"]);
    expect(caveats("198.51.100.8", "10.0.0.2", 8080)).toEqual([]);
    expect(caveats("a/client")).toEqual([]);
    const { caveats: told } = evaluate(loadState(objects), { from: "198.51.100.8", to: "203.0.113.1", port: 80 });
    expect(told[0]?.message).toContain(
      "Service `a/front` takes traffic by its load balancer from 198.51.100.0/29, 2001:db8::/32 alone",
    );
    const kept = loadSnapshot(snapshot(loadState(objects)));
    expect(evaluate(kept, { from: "198.51.100.8", to: "203.0.113.1", port: 80 }).caveats).toEqual(told);
    // Of another type they mean nothing.
    expect(
      answer([A, web, ranged({ type: "NodePort" })], { from: "198.51.100.8", to: "203.0.113.1", port: 80 }).caveats,
    ).toEqual([]);
    expect(codeOf(() => loadState([A, web, ranged({ loadBalancerSourceRanges: ["198.51.100.7"] })]))).toBe(
      "invalid-cidr",
    );
  });

  it("the annotation says the same where the field says nothing", () => {
    const annotated = (more: object): object => {
      const made = service(
        "a/front",
        { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }], ...more },
        ["203.0.113.1"],
      ) as { metadata: object };
      const annotations = { "service.beta.kubernetes.io/load-balancer-source-ranges": "198.51.100.0/24, 192.0.2.0/24" };
      return { ...made, metadata: { ...made.metadata, annotations } };
    };
    const ask = (from: string, more: object = {}): readonly string[] =>
      answer([A, web, annotated(more)], { from, to: "203.0.113.1", port: 80 }).caveats;
    expect(ask("192.0.2.9")).toEqual([]);
    expect(ask("203.0.113.9")).toEqual(["source-ranges"]);
    expect(ask("203.0.113.9", { loadBalancerSourceRanges: ["203.0.113.0/24"] })).toEqual([]);
  });

  const n1 = node("n1", ["192.0.2.1"]);
  const toNode = { from: OUTSIDE, to: "192.0.2.1", port: 30080 } as const;

  it("a node's port of a Service leads to its backends", () => {
    for (const to of ["192.0.2.1", { node: "n1" }]) {
      expect(answer([A, n1, web, balanced, closed], { ...toNode, to })).toMatchObject({
        verdict: "deny",
        caveats: ["source-translation", "node-port"],
        members: [`${OUTSIDE} ${typeof to === "string" ? to : to.node} 30080 4`, `${OUTSIDE} a/web 80 4`],
      });
      expect(answer([A, n1, web, balanced], { ...toNode, to }).verdict).toBe("allow");
    }
    expect(answer([A, n1, web, balanced, closed], { ...toNode, protocol: "UDP" })).toMatchObject({
      verdict: "allow",
      caveats: [],
    });
    expect(codeOf(() => answer([A, n1, balanced], toNode))).toBe("no-backend");
  });

  it("a pod's host port is a port of its node", () => {
    const on = (nodeName?: string) =>
      pod("a/edge", {
        ips: ["10.0.0.7"],
        ...(nodeName !== undefined && { node: nodeName }),
        ports: [{ containerPort: 8080, hostPort: 30080 }],
      });
    expect(answer([A, n1, on("n1"), closed], toNode)).toMatchObject({
      verdict: "deny",
      caveats: ["node-port"],
      members: [`${OUTSIDE} 192.0.2.1 30080 4`, `${OUTSIDE} a/edge 8080 4`],
    });
    // Where it runs is not known.
    expect(answer([A, n1, on(), closed], toNode).verdict).toBe("deny");
    expect(answer([A, n1, on("n2"), closed], toNode).members).toBeUndefined();
    expect(answer([A, n1, on("n1"), closed], { ...toNode, port: 8080 }).members).toBeUndefined();
    const state = loadState([A, n1, on("n1"), closed]);
    const again = loadSnapshot(snapshot(state));
    expect(evaluate(again, toNode)).toEqual(evaluate(state, toNode));
    updateState(state, { remove: [{ kind: "Pod", namespace: "a", name: "edge" }] });
    expect(evaluate(state, toNode).verdict).toBe("allow");
    updateState(state, { upsert: [on("n1")] });
    expect(evaluate(state, toNode).verdict).toBe("deny");
  });

  it("a node's port is reached in a family of what is behind it, and the other one is mentioned where it differs", () => {
    const dual = node("n1", ["192.0.2.1", "2001:db8::1"]);
    const client2 = pod("a/client", { labels: { app: "client" }, ips: ["10.0.0.1", "fd00::1"] });
    const web2 = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.2", "fd00::2"] });
    const of = (ipFamilies: string[]) =>
      service("a/front", {
        type: "NodePort",
        ipFamilies,
        selector: { app: "web" },
        ports: [{ port: 80, nodePort: 30080 }],
      });
    const onlyWeb = policy("a/p", { podSelector: { matchLabels: { app: "web" } } });
    const flow = { from: "a/client", to: { node: "n1" }, port: 30080 };
    expect(answer([A, dual, client2, web2, of(["IPv6"]), onlyWeb], flow)).toMatchObject({
      verdict: "deny",
      members: ["a/client n1 30080 6", "a/client a/web 80 6"],
    });
    const edge = pod("a/web", {
      labels: { app: "web" },
      ips: ["fd00::2"],
      node: "n1",
      ports: [{ containerPort: 80, hostPort: 30080 }],
    });
    expect(answer([A, dual, client2, edge, onlyWeb], flow).verdict).toBe("deny");
    // In the family that was asked for there is nothing behind it.
    expect(answer([A, dual, client2, edge, onlyWeb], { ...flow, family: 4 }).members).toBeUndefined();
    const hosts4 = policy("a/e", {
      podSelector: { matchLabels: { app: "client" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "192.0.2.0/24" } }, { podSelector: {} }] }],
    });
    for (const ips of [
      ["192.0.2.1", "2001:db8::1"],
      ["192.0.2.1", "192.0.2.2", "2001:db8::1"],
    ]) {
      const asked = answer([A, node("n1", ips), client2, web2, of(["IPv4", "IPv6"]), hosts4], flow);
      expect(asked).toMatchObject({ verdict: "allow", caveats: expect.arrayContaining(["family-differs"]) });
    }
  });

  it("a host port is no Service's, whose pod may come back to itself in a way of its own", () => {
    const edge = pod("a/web", {
      labels: { app: "web" },
      ips: ["10.0.0.2"],
      node: "n1",
      ports: [{ containerPort: 80, hostPort: 30080 }],
    });
    const flow = { from: "a/web", to: { node: "n1" }, port: 30080 };
    expect(answer([A, n1, edge, closed], flow)).toMatchObject({
      verdict: "deny",
      caveats: ["own-node-egress", "node-port"],
    });
    expect(evaluate(loadState([A, n1, edge, closed], { cni: "antrea" }), flow).enforced?.verdict).toBe("deny");
  });

  it("a pod on the host network that is named is meant itself; what else has its port is mentioned", () => {
    const agent = pod("a/agent", { ips: ["192.0.2.1"], node: "n1", hostNetwork: true });
    const edge = pod("a/edge", { ips: ["10.0.0.7"], node: "n1", ports: [{ containerPort: 80, hostPort: 30081 }] });
    const ask = (port: number) =>
      answer([A, n1, agent, edge, web, balanced, closed], { from: OUTSIDE, to: "a/agent", port });
    for (const port of [30080, 30081])
      expect(ask(port)).toMatchObject({ verdict: "allow", caveats: ["host-network", "node-port"] });
    expect(ask(30082).caveats).toEqual(["host-network"]);
  });

  it("egress to a node's port has to pass to the node and to what is behind it", () => {
    const egress = (to: object) =>
      policy("a/e", {
        podSelector: { matchLabels: { app: "client" } },
        policyTypes: ["Egress"],
        egress: [{ to: [to] }],
      });
    const toBackend = egress({ podSelector: { matchLabels: { app: "web" } } });
    const toHost = egress({ ipBlock: { cidr: "192.0.2.0/24" } });
    const ask = (...policies: object[]) =>
      answer([A, n1, client, web, balanced, ...policies], { ...toNode, from: "a/client" }).verdict;
    expect(ask(toBackend)).toBe("deny");
    expect(ask(toHost)).toBe("deny");
    expect(ask(policy("a/e2", { podSelector: {}, policyTypes: ["Egress"], egress: [{}] }))).toBe("allow");
  });

  it("an external address that is a node's too leads to the Service on its ports and to the node on others", () => {
    const n1 = node("n1", ["192.0.2.1"]);
    const shared = service("a/front", {
      clusterIP: "10.96.0.1",
      externalIPs: ["192.0.2.1"],
      selector: { app: "web" },
      ports: [{ port: 80 }],
    });
    const objects = [A, n1, client, web, shared];
    expect(answer(objects, { from: "a/client", to: "192.0.2.1", port: 80 }).members).toEqual(["a/client a/web 80 4"]);
    expect(answer(objects, { from: "a/client", to: "192.0.2.1", port: 22 }).members).toBeUndefined();
    expect(answer(objects, { from: "a/client", to: "192.0.2.1", port: 80, protocol: "UDP" }).members).toBeUndefined();
  });

  it("an address of several Services leads to the one that has the port", () => {
    const other = service("a/other", {
      clusterIP: "10.96.0.2",
      externalIPs: ["203.0.113.1"],
      selector: { app: "web" },
      ports: [{ port: 443, targetPort: 8443 }],
    });
    const objects = [A, web, balanced, other];
    expect(answer(objects, { from: OUTSIDE, to: "203.0.113.1", port: 443 }).members).toEqual([
      `${OUTSIDE} a/web 8443 4`,
    ]);
    expect(codeOf(() => verdict(objects, OUTSIDE, "203.0.113.1", { port: 25 }))).toBe("unknown-service-port");
  });

  it("Services that share an address and a port are each asked, in whatever order they came", () => {
    const db = pod("a/db", { labels: { app: "db" }, ips: ["10.0.0.3"] });
    const [one, two, idle] = ["web", "db", "none"].map((app, at) =>
      service(`a/shared-${app}`, {
        clusterIP: `10.96.0.${7 + at}`,
        externalIPs: ["203.0.113.9"],
        selector: { app },
        ports: [{ port: 80, targetPort: 8080 }],
      }),
    ) as [object, object, object];
    const closedWeb = policy("a/closed-web", { podSelector: { matchLabels: { app: "web" } } });
    const flow = { from: OUTSIDE, to: "203.0.113.9", port: 80 };
    for (const services of [
      [one, two],
      [two, one, idle],
    ]) {
      const decision = answer([A, web, db, closedWeb, ...services], flow);
      expect(decision.verdict).toBe("deny");
      expect([...(decision.members ?? [])].sort()).toEqual([`${OUTSIDE} a/db 8080 4`, `${OUTSIDE} a/web 8080 4`]);
    }
    expect(codeOf(() => answer([A, web, idle], flow))).toBe("no-backend");
  });

  it("a Service's address as a source is an outside address", () => {
    const fromPods = policy("a/p", { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] });
    expect(verdict([A, web, balanced, fromPods], "10.96.0.1", "a/web")).toBe("deny");
  });
});
