/** Where Services lead besides what their selectors say; `docs/semantics.md` names each of these. */
import { describe, expect, it } from "vitest";
import { evaluate, explain, type Flow, loadSnapshot, loadState, snapshot } from "../../bindings/inline.ts";
import { answer, codeOf, endpointSlice, namespace, node, pod, policy, service, workload } from "./objects.ts";

const A = namespace("a");
const client = pod("a/client", { labels: { app: "client" }, ips: ["10.0.0.1"], node: "n1" });
const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.2"], node: "n1" });
const TO_FRONT = { service: "a/front" } as const;

describe("Endpoints", () => {
  const front = service("a/front", {
    clusterIP: "10.96.0.1",
    selector: { app: "web" },
    ports: [{ name: "www", port: 80, targetPort: 8080 }],
  });
  const frontSlice = (name: string, port: number, endpoints: readonly object[]): object =>
    endpointSlice(`a/${name}`, "front", { name: "www", port }, endpoints);
  const members = (...objects: object[]): readonly string[] | undefined =>
    answer([A, client, web, ...objects], { from: "a/client", to: TO_FRONT, port: 80 }).members;
  const frontEndpoints = (subsets: readonly object[], metadata: object = {}): object => ({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: "front", namespace: "a", ...metadata },
    subsets,
  });
  const subset = (...ips: readonly string[]): object => ({
    addresses: ips.map((ip) => ({ ip })),
    ports: [{ name: "www", port: 9090 }],
  });
  const unselecting = service("a/front", { clusterIP: "10.96.0.1", ports: [{ name: "www", port: 80 }] });

  it("Endpoints say where a Service without a selector leads, and nothing of any other", () => {
    const target = { targetRef: { kind: "Pod", name: "web", namespace: "a" } };
    const endpoints = frontEndpoints([
      { addresses: [{ ip: "10.0.0.2", ...target }, { ip: "fd00::9" }], ports: [{ name: "www", port: 9090 }] },
      { addresses: [{ ip: "10.0.0.8" }], ports: [{ name: "other", port: 9090 }] },
      { notReadyAddresses: [{ ip: "10.0.0.7" }], ports: [{ name: "www", port: 9090 }] },
    ]);
    expect(members(unselecting, endpoints)).toEqual(["a/client a/web 9090 4"]);
    expect(members(unselecting, frontEndpoints([subset("10.0.0.2", "10.0.0.9")]))).toEqual([
      "a/client a/web 9090 4",
      "a/client 10.0.0.9 9090 4",
    ]);
    // With a selector it has EndpointSlices of its own.
    expect(members(front, frontEndpoints([subset("10.0.0.9")]))).toEqual(members(front));
  });

  it("Endpoints add to EndpointSlices, but for those that were made of them", () => {
    const written = frontSlice("front-1", 9090, [{ addresses: ["10.0.0.9"] }]) as { metadata: { labels: object } };
    const labels = {
      ...written.metadata.labels,
      "endpointslice.kubernetes.io/managed-by": "endpointslicemirroring-controller.k8s.io",
    };
    const made = { ...written, metadata: { ...written.metadata, labels } };
    const endpoints = frontEndpoints([subset("10.0.0.8")]);
    expect(members(unselecting, written, endpoints)).toEqual(["a/client 10.0.0.9 9090 4", "a/client 10.0.0.8 9090 4"]);
    expect(members(unselecting, made)).toEqual(["a/client 10.0.0.9 9090 4"]);
    expect(members(unselecting, made, endpoints)).toEqual(["a/client 10.0.0.8 9090 4"]);
    // They give way to what the Endpoints say, and be it nothing.
    const flow = { from: "a/client", to: TO_FRONT, port: 80 } as const;
    expect(codeOf(() => evaluate(loadState([A, client, unselecting, made, frontEndpoints([])]), flow))).toBe(
      "no-backend",
    );
  });

  it("an address that is not ready on a port is not, whatever else the Endpoints say of it", () => {
    const ports = [{ name: "www", port: 9090 }];
    const [address, other] = [{ ip: "10.0.0.9" }, { ip: "10.0.0.8" }];
    for (const subsets of [
      [{ addresses: [address, other], notReadyAddresses: [address], ports }],
      [
        { addresses: [address, other], ports },
        { notReadyAddresses: [address], ports: [...ports, { port: 1 }] },
      ],
    ]) {
      expect(members(unselecting, frontEndpoints(subsets))).toEqual(["a/client 10.0.0.8 9090 4"]);
    }
    // On its other ports it is.
    const two = [...ports, { name: "other", port: 1 }];
    expect(
      members(
        unselecting,
        frontEndpoints([
          { addresses: [address], ports: two },
          { notReadyAddresses: [address], ports: [two[1]!] },
        ]),
      ),
    ).toEqual(["a/client 10.0.0.9 9090 4"]);
    const elsewhere = { notReadyAddresses: [address], ports: [{ name: "www", port: 9091 }] };
    expect(members(unselecting, frontEndpoints([{ addresses: [address], ports }, elsewhere]))).toEqual([
      "a/client 10.0.0.9 9090 4",
    ]);
  });

  it("Endpoints that say that they are not mirrored, or that elect a leader, lead nowhere; the API server's own do", () => {
    const skip = { labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } };
    const leader = { annotations: { "control-plane.alpha.kubernetes.io/leader": "{}" } };
    const flow = { from: "a/client", to: TO_FRONT, port: 80 } as const;
    for (const metadata of [skip, leader]) {
      const state = loadState([A, client, unselecting, frontEndpoints([subset("10.0.0.9")], metadata)]);
      expect(codeOf(() => evaluate(state, flow))).toBe("no-backend");
    }
    const own = { namespace: "default", name: "kubernetes" };
    const state = loadState([
      ...[A, client, service("default/kubernetes", { clusterIP: "10.96.0.1", ports: [{ name: "www", port: 443 }] })],
      frontEndpoints([subset("192.0.2.1")], { ...own, ...skip }),
    ]);
    const decision = evaluate(state, { from: "a/client", to: { service: "default/kubernetes" }, port: 443 });
    expect(decision.members).toMatchObject([{ to: "192.0.2.1", port: 9090 }]);
  });
});

const far = pod("a/far", { labels: { app: "web" }, ips: ["10.0.1.2"], node: "n2" });
const hidden = policy("a/hidden", { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] });
const services = (spec: object = {}): object =>
  service("a/front", {
    clusterIP: "10.96.0.1",
    selector: { app: "web" },
    ports: [{ port: 80, nodePort: 30080 }],
    ...spec,
  });
const nodes = [node("n1", ["192.168.0.1", "192.168.0.3"]), node("n2", ["192.168.0.2"])];
const ask = (flow: Partial<Flow>, ...objects: object[]) => {
  const state = loadState([A, ...nodes, client, web, far, ...objects]);
  const whole = { from: "a/client", to: TO_FRONT, port: 80, ...flow } as Flow;
  const [one, other] = [state, loadSnapshot(snapshot(state))].map((each) => evaluate(each, whole));
  expect(other).toEqual(one);
  return {
    verdict: one?.verdict,
    to: [...new Set(one?.members?.map(({ to }) => to))].sort(),
    caveats: one?.caveats.map(({ code }) => code),
  };
};

describe("internalTrafficPolicy: Local", () => {
  const front = (spec: object = {}): object => services({ internalTrafficPolicy: "Local", ...spec });

  it("leads to the backends on the client's own node, by name and by its cluster address", () => {
    expect(ask({}, front())).toMatchObject({ verdict: "allow", to: ["a/web"] });
    expect(ask({ to: "10.96.0.1" }, front())).toMatchObject({ to: ["a/web"] });
    expect(ask({ from: { node: "n2" } }, front()).to).toEqual(["a/far"]);
    // It has two addresses.
    expect(ask({ from: { node: "n1" } }, front()).to).toEqual(["a/web"]);
    expect(ask({}, front({ internalTrafficPolicy: "Cluster" })).to).toEqual(["a/far", "a/web"]);
  });

  it("of a host with several addresses the backends on it choose the family", () => {
    const host = node("n1", ["192.168.0.1", "192.168.0.3", "fd00:1::1"]);
    const six = pod("a/web", { labels: { app: "web" }, ips: ["fd00::2"], node: "n1" });
    const both = { clusterIPs: ["10.96.0.1", "fd00:96::1"] };
    const state = loadState([A, host, six, far, front(both)]);
    const decision = evaluate(state, { from: { node: "n1" }, to: TO_FRONT, port: 80 });
    expect(decision.members).toMatchObject([{ to: "a/web", family: 6 }]);
  });

  it("leads nowhere from a node that has none, from one pod of a workload too", () => {
    const elsewhere = pod("a/elsewhere", { ips: ["10.0.2.1"], node: "n3" });
    const none = /on `n3`, where `a\/elsewhere` is, there is no ready one that this flow can come to \[no-backend\]/;
    expect(() => ask({ from: "a/elsewhere" }, front(), elsewhere)).toThrow(none);
    const owner = { kind: "Deployment", name: "spread" };
    const spread = ["n1", "n3"].map((name, i) => pod(`a/spread-${i}`, { ips: [`10.0.3.${i}`], node: name, owner }));
    const from = { workload: "a/Deployment/spread" };
    const deployment = workload("a/Deployment/spread", { app: "spread" }, {});
    expect(codeOf(() => ask({ from }, front(), deployment, ...spread))).toBe("no-backend");
    expect(ask({ from }, front(), deployment, spread[0]!).to).toEqual(["a/web"]);
  });

  it("of a client whose node is not known all backends are judged, and a pod that no node runs yet is one for all", () => {
    const coming = { namespace: "a", labels: { app: "coming" } };
    const state = loadState([A, ...nodes, client, web, far, front()]);
    const decision = evaluate(state, { from: coming, to: TO_FRONT, port: 80 });
    expect(decision.members?.map(({ to }) => to).sort()).toEqual(["a/far", "a/web"]);
    expect(decision.caveats).toMatchObject([{ code: "node-unknown" }]);
    expect(evaluate(state, { from: { ...coming, node: "n2" }, to: TO_FRONT, port: 80 }).members).toMatchObject([
      { to: "a/far" },
    ]);
    const unscheduled = pod("a/unscheduled", { labels: { app: "web" }, ips: ["10.0.4.1"] });
    expect(ask({}, front(), unscheduled)).toMatchObject({ to: ["a/unscheduled", "a/web"], caveats: ["node-unknown"] });
  });

  it("means nothing for a headless Service, an external address and a node port", () => {
    expect(ask({}, front({ clusterIP: "None" })).to).toEqual(["a/far", "a/web"]);
    expect(ask({ to: "203.0.113.1" }, front({ externalIPs: ["203.0.113.1"] })).to).toEqual(["a/far", "a/web"]);
    expect(ask({ to: { node: "n2" }, port: 30080 }, front({ type: "NodePort" })).to).toEqual(["a/far", "a/web", "n2"]);
  });

  const frontSlice = (name: string, endpoints: readonly object[]): object =>
    endpointSlice(`a/${name}`, "front", { port: 80 }, endpoints);

  it("of EndpointSlices it goes by their nodeName, of pods too: without one they are out of reach", () => {
    const slice = frontSlice("front-1", [
      { addresses: ["203.0.113.7"], nodeName: "n1" },
      { addresses: ["203.0.113.8"], nodeName: "n2" },
      { addresses: ["203.0.113.9"] },
      { addresses: ["10.0.0.2"], targetRef: { kind: "Pod", name: "web", namespace: "a" } },
      { addresses: ["192.168.0.1"] },
    ]);
    expect(ask({}, front(), slice).to).toEqual(["203.0.113.7"]);
    expect(codeOf(() => ask({}, front(), frontSlice("front-1", [{ addresses: ["10.0.0.2"] }])))).toBe("no-backend");
  });

  it("what is said twice is reached by all whom either leads there, in whatever order they came", () => {
    const [bare, placed] = [{ addresses: ["203.0.113.7"] }, { addresses: ["203.0.113.7"], nodeName: "n1" }];
    for (const [one, other] of [
      [bare, placed],
      [placed, bare],
    ] as const) {
      expect(ask({}, front(), frontSlice("front-1", [one]), frontSlice("front-2", [other])).to).toEqual([
        "203.0.113.7",
      ]);
    }
    const sharing = service("a/sharing", {
      clusterIP: "10.96.0.2",
      selector: { app: "web" },
      ports: [{ port: 80 }],
      externalIPs: ["10.96.0.1"],
    });
    for (const objects of [
      [front(), sharing],
      [sharing, front()],
    ]) {
      expect(ask({ to: "10.96.0.1" }, ...objects).to).toEqual(["a/far", "a/web"]);
    }
  });

  it("a denial of the backend on another node is none of the client's, and is explained to those whom it meets", () => {
    const shut = pod("a/far", { labels: { app: "web", shut: "yes" }, ips: ["10.0.1.2"], node: "n2" });
    const objects = [A, ...nodes, client, web, shut, front()];
    const onlyShut = policy("a/shut", { podSelector: { matchLabels: { shut: "yes" } }, policyTypes: ["Ingress"] });
    const state = loadState([...objects, onlyShut]);
    expect(evaluate(state, { from: "a/client", to: TO_FRONT, port: 80 }).verdict).toBe("allow");
    expect(evaluate(state, { from: { node: "n1" }, to: TO_FRONT, port: 80 }).verdict).toBe("allow");
    const flow = { from: "a/client", to: TO_FRONT, port: 80 } as const;
    expect(explain(state, flow).pairs.map(({ to }) => to)).toEqual(["a/web"]);
    expect(evaluate(loadState([...objects, hidden]), flow).verdict).toBe("deny");
  });
});

describe("externalTrafficPolicy: Local", () => {
  const front = services({ type: "NodePort", externalTrafficPolicy: "Local", externalIPs: ["203.0.113.1"] });
  const from = "198.51.100.7";

  it("leads clients outside from a node's port to the backends on that node", () => {
    const to = { node: "n2" };
    expect(ask({ from, to, port: 30080 }, front)).toMatchObject({ verdict: "allow", to: ["a/far", "n2"] });
    expect(ask({ from, to: "192.168.0.2", port: 30080 }, front)).toMatchObject({ to: ["192.168.0.2", "a/far"] });
    const cluster = services({ type: "NodePort", externalTrafficPolicy: "Cluster" });
    expect(ask({ from, to, port: 30080 }, cluster).to).toEqual(["a/far", "a/web", "n2"]);
    // With their own address.
    expect(ask({ from, to, port: 30080 }, front, hidden)).toMatchObject({ verdict: "deny", caveats: ["node-port"] });
    expect(ask({ from, to, port: 30080 }, cluster, hidden).caveats).toContain("source-translation");
    // Proxies differ on clients inside.
    expect(ask({ to, port: 30080 }, front).to).toEqual(["a/far", "a/web", "n2"]);
  });

  it("is an error where there is none on that node", () => {
    const more = node("n3", ["192.168.0.9"]);
    const flow = { from, to: { node: "n3" }, port: 30080 };
    expect(() => ask(flow, front, more)).toThrow(/backends of Service `a\/front` that are on it .*\[no-backend\]/);
    const unscheduled = pod("a/unscheduled", { labels: { app: "web" }, ips: ["10.0.4.1"] });
    expect(ask(flow, front, more, unscheduled)).toMatchObject({
      to: ["a/unscheduled", "n3"],
      caveats: ["node-port", "node-unknown"],
    });
  });

  it("a node's port leads nowhere in a family that the Service has and none of its backends, with any policy", () => {
    const host = node("n2", ["192.168.0.2", "fd00:1::2"]);
    const six = pod("a/six", { labels: { app: "six" }, ips: ["fd00::6"], node: "n2" });
    const four = pod("a/four", { labels: { app: "six" }, ips: ["10.0.5.1"], node: "n1" });
    const load = (policy: string, ...more: object[]) =>
      loadState([
        ...[A, host, six, ...more],
        service("a/front", {
          type: "NodePort",
          clusterIPs: ["10.96.0.1", "fd00:96::1"],
          selector: { app: "six" },
          ports: [{ port: 80, nodePort: 30080 }],
          externalTrafficPolicy: policy,
        }),
      ]);
    for (const state of [load("Local", four), load("Cluster")]) {
      for (const to of [{ node: "n2" }, "192.168.0.2"]) {
        expect(codeOf(() => evaluate(state, { from, to, port: 30080 }))).toBe("no-backend");
      }
      const over6 = evaluate(state, { from: "2001:db8::1", to: { node: "n2" }, port: 30080 });
      expect(over6.members?.map(({ to }) => to)).toEqual(["n2", "a/six"]);
      // Who has both families comes to it by the one that it can.
      expect(evaluate(state, { from: { node: "n2" }, to: { node: "n2" }, port: 30080 }).caveats).toMatchObject([
        { code: "node-port" },
      ]);
    }
    const both = evaluate(load("Cluster", four), { from, to: { node: "n2" }, port: 30080 });
    expect(both.members?.map(({ to }) => to)).toEqual(["n2", "a/four"]);
  });

  it("the address of a load balancer that is a node's leads outside clients to what is on that node", () => {
    const own = services({ type: "LoadBalancer", externalTrafficPolicy: "Local", externalIPs: ["192.168.0.2"] });
    expect(ask({ from, to: "192.168.0.2" }, own).to).toEqual(["a/far"]);
    expect(ask({ to: "192.168.0.2" }, own).to).toEqual(["a/far", "a/web"]);
  });

  it("clients on other nodes may come with another address", () => {
    const asked = ask({ from: { node: "n2" }, to: { node: "n1" }, port: 30080 }, front, hidden);
    expect(asked.caveats).toContain("source-translation");
  });

  it("says nothing of a Service's own addresses: load balancers choose nodes that have a backend", () => {
    expect(ask({ from, to: "203.0.113.1" }, front).to).toEqual(["a/far", "a/web"]);
    expect(ask({}, front).to).toEqual(["a/far", "a/web"]);
  });
});

describe("what is being deleted", () => {
  const old = (parts: object = {}): object =>
    pod("a/old", { labels: { app: "web" }, ips: ["10.0.0.3"], node: "n1", terminating: true, ready: true, ...parts });
  const front = service("a/front", {
    clusterIP: "10.96.0.1",
    selector: { app: "web" },
    ports: [{ name: "www", port: 80 }],
  });
  const ask = (...objects: object[]): readonly string[] | string | undefined => {
    const state = loadState([A, client, ...objects]);
    const flow = { from: "a/client", to: TO_FRONT, port: 80 };
    const told = (): readonly string[] =>
      answer([A, client, ...objects], flow).members ?? [`${evaluate(state, flow).verdict} of one`];
    const failed = codeOf(told);
    if (failed !== undefined) return failed;
    // A snapshot leads to the same.
    expect(evaluate(loadSnapshot(snapshot(state)), flow)).toEqual(evaluate(state, flow));
    return told();
  };

  it("what is being deleted and still serves takes what comes where nobody is ready", () => {
    expect(ask(front, old())).toEqual(["a/client a/old 80 4"]);
    expect(ask(front, old(), web)).toEqual(["a/client a/web 80 4"]);
    expect(ask(front, old({ ready: false }))).toBe("no-backend");
    const headless = service("a/front", {
      clusterIP: "None",
      selector: { app: "web" },
      ports: [{ name: "www", port: 80 }],
    });
    expect(ask(headless, old())).toBe("no-backend");
    // Of a port that no ready pod has.
    const named = service("a/front", {
      clusterIP: "10.96.0.1",
      selector: { app: "web" },
      ports: [{ name: "www", port: 80, targetPort: "http" }],
    });
    expect(ask(named, web, old({ ports: [{ name: "http", containerPort: 8080 }] }))).toEqual(["a/client a/old 8080 4"]);
  });

  it("is told by slices too, family by family", () => {
    const leaving = { ready: false, serving: true, terminating: true };
    const slice = (name: string, endpoints: readonly object[]): object =>
      endpointSlice(`a/${name}`, "front", { name: "www", port: 8080 }, endpoints);
    expect(ask(front, slice("one", [{ addresses: ["10.0.0.9"], conditions: leaving }]))).toEqual([
      "a/client 10.0.0.9 8080 4",
    ]);
    expect(ask(front, slice("one", [{ addresses: ["10.0.0.9"], conditions: { ...leaving, serving: false } }]))).toBe(
      "no-backend",
    );
    expect(ask(front, slice("one", [{ addresses: ["10.0.0.9"], conditions: { ready: false } }]))).toBe("no-backend");
    const both = [
      slice("one", [{ addresses: ["10.0.0.9"], conditions: leaving }]),
      slice("two", [{ addresses: ["10.0.0.8"] }]),
    ];
    expect(ask(front, ...both)).toEqual(["a/client 10.0.0.8 8080 4"]);
    // One that is gone already is no matter while another is ready.
    const targetRef = { kind: "Pod", namespace: "a", name: "gone" };
    const gone = slice("one", [{ addresses: ["10.0.0.9"], conditions: leaving, targetRef }]);
    expect(ask(front, gone, slice("two", [{ addresses: ["10.0.0.8"] }]))).toEqual(["a/client 10.0.0.8 8080 4"]);
    expect(ask(front, gone)).toBe("unknown-pod");
    const six = { ...slice("six", [{ addresses: ["fd00::9"], conditions: leaving }]), addressType: "IPv6" };
    const dual = pod("a/dual", { labels: { app: "dual" }, ips: ["10.0.0.5", "fd00::5"] });
    const dualFront = service("a/front", {
      clusterIPs: ["10.96.0.1", "fd00:96::1"],
      selector: { app: "web" },
      ports: [{ name: "www", port: 80 }],
    });
    const { members } = answer([A, dual, dualFront, slice("two", [{ addresses: ["10.0.0.8"] }]), six], {
      from: "a/dual",
      to: TO_FRONT,
      port: 80,
      family: 6,
    });
    expect(members).toEqual(["a/dual fd00::9 8080 6"]);
  });
});
