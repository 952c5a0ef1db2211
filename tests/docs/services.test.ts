/** Services as destinations; `docs/semantics.md` names each of these. */
import { describe, expect, it } from "vitest";
import { evaluate, explain, loadSnapshot, loadState, type State, snapshot } from "../../bindings/inline.ts";
import { answer, codeOf, endpointSlice, namespace, pod, policy, service, verdict } from "./objects.ts";

const A = namespace("a");
const client = pod("a/client", { labels: { app: "client" }, ips: ["10.0.0.1"] });
const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.2"], ports: [{ name: "http", containerPort: 8080 }] });
const front = service("a/front", {
  clusterIP: "10.96.0.1",
  selector: { app: "web" },
  ports: [{ name: "www", port: 80, targetPort: "http", nodePort: 30080 }],
});
const only8080 = policy("a/p", {
  podSelector: { matchLabels: { app: "web" } },
  ingress: [{ ports: [{ port: 8080 }] }],
});
const closed = policy("a/closed", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const TO_FRONT = { service: "a/front" } as const;
const OUTSIDE = "198.51.100.7";

describe("translation", () => {
  it("a Service's port becomes the backend's target port before policies are asked", () => {
    expect(answer([A, client, web, front, only8080], { from: "a/client", to: TO_FRONT, port: 80 })).toMatchObject({
      verdict: "allow",
      members: ["a/client a/web 8080 4"],
    });
    expect(verdict([A, client, web, front, only8080], "a/client", TO_FRONT, { port: "www" })).toBe("allow");
  });

  it("an address of a Service is that Service", () => {
    expect(verdict([A, client, web, front, only8080], "a/client", "10.96.0.1")).toBe("allow");
  });

  it("an egress rule is asked about the backend, not about the Service's address", () => {
    const toService = policy("a/e", {
      podSelector: { matchLabels: { app: "client" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "10.96.0.0/12" } }] }],
    });
    expect(answer([A, client, web, front, toService], { from: "a/client", to: TO_FRONT, port: 80 })).toMatchObject({
      verdict: "deny",
      caveats: ["service-translation"],
    });
  });

  it("an unknown port is an error, and so is ICMP, but not to a headless Service", () => {
    expect(codeOf(() => verdict([A, client, web, front], "a/client", TO_FRONT, { port: 81 }))).toBe(
      "unknown-service-port",
    );
    expect(codeOf(() => verdict([A, client, web, front], "a/client", TO_FRONT, { protocol: "ICMP" }))).toBe(
      "unknown-service-port",
    );
    const headless = service("a/front", { clusterIP: "None", selector: { app: "web" } });
    expect(verdict([A, client, web, headless], "a/client", TO_FRONT, { protocol: "ICMP" })).toBe("allow");
  });

  it("a headless Service is its pods on their own ports; a port by name is the Service's", () => {
    const headless = service("a/front", {
      clusterIP: "None",
      selector: { app: "web" },
      ports: [{ name: "www", port: 80, targetPort: 8080 }],
    });
    const objects = [A, client, web, headless, only8080];
    expect(verdict(objects, "a/client", TO_FRONT, { port: 8080 })).toBe("allow");
    expect(verdict(objects, "a/client", TO_FRONT, { port: 80 })).toBe("deny");
    expect(verdict(objects, "a/client", TO_FRONT, { port: "www" })).toBe("allow");
  });
});

describe("backends", () => {
  const second = (parts: object): object => pod("a/web-2", { labels: { app: "web" }, ips: ["10.0.0.3"], ...parts });
  const numbered = service("a/front", { clusterIP: "10.96.0.1", selector: { app: "web" }, ports: [{ port: 80 }] });
  const members = (...objects: object[]): readonly string[] | undefined =>
    answer([A, client, web, ...objects], { from: "a/client", to: TO_FRONT, port: 80 }).members;

  it("pods that are not ready or being deleted are none, unless the Service publishes them", () => {
    expect(members(numbered, second({ ready: false }))).toEqual(["a/client a/web 80 4"]);
    expect(members(numbered, second({ terminating: true }))).toEqual(["a/client a/web 80 4"]);
    const publishing = service("a/front", {
      clusterIP: "10.96.0.1",
      selector: { app: "web" },
      ports: [{ port: 80 }],
      publishNotReadyAddresses: true,
    });
    expect(members(publishing, second({ ready: false }))).toHaveLength(2);
  });

  it("a pod without a Ready condition to read counts as ready", () => {
    expect(members(numbered, second({}))).toHaveLength(2);
  });

  it("a pod without the target port's name is none for that port", () => {
    expect(members(front, second({}))).toEqual(["a/client a/web 8080 4"]);
  });

  it("no backend is an error, not a verdict", () => {
    expect(codeOf(() => verdict([A, client, front], "a/client", TO_FRONT))).toBe("no-backend");
  });

  it("a Service is allowed only if every backend is", () => {
    const one = policy("a/p", {
      podSelector: { matchLabels: { app: "web", tier: "x" } },
    });
    const objects = [
      A,
      client,
      web,
      numbered,
      pod("a/web-2", { labels: { app: "web", tier: "x" }, ips: ["10.0.0.3"] }),
      one,
    ];
    expect(answer(objects, { from: "a/client", to: TO_FRONT, port: 80 })).toMatchObject({
      verdict: "deny",
      ingress: "mixed",
    });
  });

  it("backends without an address of the family that is used are no part of the Service", () => {
    const six = pod("a/web-6", { labels: { app: "web" }, ips: ["fd00::3"] });
    expect(members(numbered, six)).toEqual(["a/client a/web 80 4"]);
  });

  it("a Service has the families of its addresses, else those that it lists", () => {
    const both = (name: string, last: number) =>
      pod(`a/${name}`, { labels: { app: name }, ips: [`10.0.0.${last}`, `fd00::${last}`] });
    const onlyIPv4 = policy("a/v4", {
      podSelector: { matchLabels: { app: "s" } },
      ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/24" } }] }],
    });
    const asked = (spec: object, family?: 4 | 6) => {
      const s = service("a/s", { selector: { app: "s" }, ports: [{ port: 80 }], ...spec });
      const objects = [A, both("c", 1), both("s", 2), onlyIPv4, s];
      const flow = { from: "a/c", to: { service: "a/s" }, port: 80, ...(family && { family }) } as const;
      const ask = () => evaluate(loadState(objects), flow);
      const code = codeOf(ask);
      if (code !== undefined) return code;
      expect(evaluate(loadSnapshot(snapshot(loadState(objects))), flow)).toEqual(ask());
      return ask().verdict;
    };
    expect(asked({ clusterIP: "fd10::1", clusterIPs: ["fd10::1"], ipFamilies: ["IPv6"] })).toBe("deny");
    expect(asked({ clusterIP: "fd10::1" }, 4)).toBe("no-common-family");
    expect(asked({ clusterIP: "10.96.0.9" }, 6)).toBe("no-common-family");
    expect(asked({ ipFamilies: ["IPv6"] })).toBe("deny");
    expect(asked({ clusterIP: "None", ipFamilies: ["IPv6"] })).toBe("deny");
    expect(asked({ clusterIPs: ["fd10::1", "10.96.0.9"] })).toBe("allow");
    // What the API server adds is not known, or is.
    expect(asked({ ipFamilies: ["IPv6"], ipFamilyPolicy: "PreferDualStack" })).toBe("allow");
    expect(asked({ clusterIP: "fd10::1", ipFamilyPolicy: "RequireDualStack" })).toBe("allow");
    expect(asked({})).toBe("allow");
    expect(asked({ ipFamilies: ["IPV6"] })).toBe("unsupported-value");
    const six = pod("a/six", { labels: { app: "six" }, ips: ["fd00::6"] });
    const s = service("a/s", { clusterIP: "10.96.0.9", selector: { app: "six" }, ports: [{ port: 80 }] });
    const flow = { from: "a/client", to: { service: "a/s" }, port: 80 } as const;
    expect(codeOf(() => evaluate(loadState([A, client, six, s]), flow))).toBe("no-backend");
  });

  it("an EndpointSlice of a family that its pod cannot have leads to the pod as it is known", () => {
    const pending = pod("a/web", { labels: { app: "web" }, ports: [{ name: "http", containerPort: 8080 }] });
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { namespace: "a", name: "front-1", labels: { "kubernetes.io/service-name": "front" } },
      addressType: "IPv4",
      ports: [{ name: "www", port: 8080 }],
      endpoints: [{ addresses: ["10.0.0.2"], targetRef: { kind: "Pod", namespace: "a", name: "web" } }],
    };
    const objects = [A, pending, front, slice, closed];
    const podCIDRs = ["fd00::/64"];
    const to = TO_FRONT;
    expect(codeOf(() => answer(objects, { from: OUTSIDE, to, port: 80 }, { podCIDRs }))).toBe("no-common-family");
    const six = answer(objects, { from: "2001:db8::1", to, port: 80 }, { podCIDRs });
    expect(six).toMatchObject({ verdict: "deny", members: ["2001:db8::1 a/web 8080 6"] });
  });

  const frontSlice = (name: string, port: number, endpoints: readonly object[]): object =>
    endpointSlice(`a/${name}`, "front", { name: "www", port }, endpoints);

  it("EndpointSlices decide where they are given", () => {
    const slice = frontSlice("front-1", 9090, [
      { addresses: ["10.0.0.9"], conditions: { ready: true } },
      { addresses: ["10.0.0.10"], conditions: { ready: false } },
      { addresses: ["10.0.0.2"], targetRef: { kind: "Pod", name: "web", namespace: "a" } },
    ]);
    expect(members(front, slice)).toEqual(["a/client 10.0.0.9 9090 4", "a/client a/web 9090 4"]);
  });

  it("a pod behind two ports of one name is both; the only backend of a headless Service is asked though it asks itself", () => {
    const headless = service("a/front", { clusterIP: "None", ports: [{ name: "www", port: 80 }] });
    const endpoints = [{ addresses: ["10.0.0.2"], targetRef: { kind: "Pod", name: "web", namespace: "a" } }];
    const state = loadState([
      ...[A, client, web, closed, headless],
      ...[8080, 9090].map((port, i) => frontSlice(`front-${i}`, port, endpoints)),
    ]);
    const itself = { from: "a/web", to: TO_FRONT, port: "www" } as const;
    for (const one of [state, loadSnapshot(snapshot(state))]) {
      expect(evaluate(one, itself)).toMatchObject({ verdict: "allow", ingress: { reason: "same-pod" } });
      expect(evaluate(one, itself).members).toHaveLength(2);
      expect(
        explain(one === state ? state : loadSnapshot(snapshot(state, { explain: true })), itself).pairs,
      ).toHaveLength(2);
      expect(evaluate(one, { ...itself, from: "a/client" }).verdict).toBe("deny");
    }
  });

  it("without a backend says so, and what says where it leads where it has nothing at all", () => {
    const bare = service("a/front", { clusterIP: "10.96.0.1", ports: [{ port: 80 }] });
    const flow = { from: "a/client", to: TO_FRONT, port: 80 } as const;
    const none = /^to: Service `a\/front` has no ready backend for this port/;
    expect(() => evaluate(loadState([A, client, bare]), flow)).toThrow(
      /nothing else that was loaded says where it leads/,
    );
    const unready = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.2"], ready: false });
    const selecting = service("a/front", { clusterIP: "10.96.0.1", selector: { app: "web" }, ports: [{ port: 80 }] });
    for (const objects of [[bare], [selecting, unready]]) {
      expect(() => evaluate(loadState([A, client, ...objects]), flow)).toThrow(none);
    }
    expect(() => evaluate(loadState([A, client, selecting, unready]), flow)).not.toThrow(/Endpoints/);
  });

  it("a backend of a headless Service that shares a family with no other one is asked though it asks itself", () => {
    const six = pod("a/six", { labels: { app: "web" }, ips: ["fd00::6"] });
    const headless = service("a/front", { clusterIP: "None", selector: { app: "web" }, ports: [{ port: 80 }] });
    const itself = { from: "a/web", to: TO_FRONT, port: 80 } as const;
    const state = loadState([A, web, six, closed, headless]);
    expect(evaluate(state, itself)).toMatchObject({ verdict: "allow", ingress: { reason: "same-pod" } });
    expect(evaluate(state, itself).members).toMatchObject([{ to: "a/web" }]);
    // Over the other family there is nobody.
    expect(() => evaluate(state, { ...itself, family: 6 })).toThrow("no-common-family");
    const both = pod("a/both", { labels: { app: "web" }, ips: ["10.0.0.7", "fd00::7"] });
    const three = loadState([A, web, six, both, closed, headless]);
    expect(evaluate(three, itself).members).toMatchObject([{ to: "a/both", family: 4 }]);
  });

  it("a pod that an EndpointSlice names and that was not loaded is asked for; one that has finished is no backend", () => {
    const slice = frontSlice("front-1", 9090, [
      { addresses: ["10.0.0.2"], targetRef: { kind: "Pod", name: "web", namespace: "a" } },
      { addresses: ["10.0.0.9"], targetRef: { kind: "Pod", name: "far", namespace: "a" } },
    ]);
    const flow = { from: "a/client", to: TO_FRONT, port: 80 } as const;
    const load = (...more: object[]): State => loadState([A, client, web, front, slice, ...more]);
    for (const state of [load(), loadSnapshot(snapshot(load()))]) {
      expect(() => evaluate(state, flow)).toThrow(/10\.0\.0\.9 is pod `a\/far`, which was not loaded \[unknown-pod\]/);
    }
    expect(members(front, slice, pod("a/far", { phase: "Succeeded" }))).toEqual(["a/client a/web 9090 4"]);
    expect(members(front, slice, pod("a/far", { ips: ["10.0.0.9"] }))).toContain("a/client a/far 9090 4");
  });

  it("an EndpointSlice with an address that is no longer its pod's leads to who has it, else to the pod", () => {
    const slice = frontSlice("front-1", 9090, [
      { addresses: ["10.0.0.77"], targetRef: { kind: "Pod", name: "web", namespace: "a" } },
    ]);
    const shut = policy("a/shut", { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] });
    const ask = (...more: object[]) => {
      const loaded = loadState([A, client, web, shut, front, slice, ...more]);
      const flow = { from: "a/client", to: TO_FRONT, port: 80 } as const;
      const [one, other] = [loaded, loadSnapshot(snapshot(loaded))].map((state) => evaluate(state, flow));
      expect(other).toEqual(one);
      return [one?.verdict, one?.members?.map(({ to }) => to)];
    };
    expect(ask()).toEqual(["deny", ["a/web"]]);
    expect(ask(pod("b/other", { ips: ["10.0.0.77"] }))).toEqual(["allow", ["b/other"]]);
  });

  it("a port of an EndpointSlice that has no number leads nowhere, as for kube-proxy, and neither do names in it", () => {
    const numberless = { ...frontSlice("front-1", 0, [{ addresses: ["10.0.0.9"] }]), ports: [{ name: "www" }] };
    const other = { ...frontSlice("front-2", 9090, []), ports: [{ name: "other", port: 9090 }] };
    const unknown = { addresses: ["10.0.0.10"], targetRef: { kind: "Pod", name: "far", namespace: "a" } };
    const flow = { from: "a/client", to: TO_FRONT, port: 80 } as const;
    const load = (...slices: object[]) => loadState([A, client, web, front, ...slices]);
    expect(codeOf(() => evaluate(load(numberless), flow))).toBe("no-backend");
    expect(codeOf(() => evaluate(load({ ...other, endpoints: [unknown] }), flow))).toBe("no-backend");
  });
});

describe("ExternalName", () => {
  const external = service("a/front", { type: "ExternalName", externalName: "api.example.com" });
  const toBlock = policy("a/e", {
    podSelector: { matchLabels: { app: "client" } },
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "203.0.113.0/24" } }] }],
  });

  it("takes from `domains` what are names, each in one spelling", () => {
    const given = (...names: string[]): (() => State) => {
      const domains = Object.fromEntries(names.map((name) => [name, ["203.0.113.9"]]));
      return () => loadState([], { domains });
    };
    expect(given("api.example.com", "*.example.com", "_dns.b", "c.")).not.toThrow();
    expect(codeOf(given("no good"))).toBe("invalid-option");
    expect(given("a.example.com", "A.example.com.")).toThrow("`A.example.com.` is `a.example.com` in another spelling");
  });

  it("is the addresses that `domains` gives", () => {
    const ask = (address: string): string =>
      verdict([A, client, external, toBlock], "a/client", TO_FRONT, {}, { domains: { "api.example.com": [address] } });
    expect(ask("203.0.113.9")).toBe("allow");
    expect(ask("192.0.2.9")).toBe("deny");
  });

  it("is an outside address of which nothing is known where `domains` does not have it", () => {
    expect(answer([A, client, external, toBlock], { from: "a/client", to: TO_FRONT, port: 80 })).toMatchObject({
      verdict: "undetermined",
      caveats: ["domain-unknown"],
    });
    const toPods = policy("a/e", { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ podSelector: {} }] }] });
    expect(verdict([A, client, external, toPods], "a/client", TO_FRONT)).toBe("deny");
  });

  it("is another Service where it names one of the cluster", () => {
    const alias = service("a/alias", { type: "ExternalName", externalName: "front.a.svc.cluster.local" });
    const objects = [A, client, web, front, alias, only8080];
    expect(verdict(objects, "a/client", { service: "a/alias" })).toBe("allow");
  });

  it("that names something of the cluster that was not loaded is an error", () => {
    for (const externalName of ["gone.a.svc.cluster.local", "web-0.front.a.svc.cluster.local"]) {
      const alias = service("a/alias", { type: "ExternalName", externalName });
      const objects = [A, client, web, front, alias];
      expect(codeOf(() => verdict(objects, "a/client", { service: "a/alias" }))).toBe("unknown-service");
      const domains = { [externalName]: ["10.0.0.2"] };
      expect(answer(objects, { from: "a/client", to: { service: "a/alias" }, port: 80 }, { domains }).members).toEqual([
        "a/client a/web 80 4",
      ]);
    }
  });
});
