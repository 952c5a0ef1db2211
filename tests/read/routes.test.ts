/** What Routes lead to, of OpenShift and of the Gateway API: read of objects that no verdict depends on, for lint. */
import { describe, expect, it } from "vitest";
import { loadState, updateState } from "../../bindings/inline.ts";
import type { ServiceCall } from "../../sdk/read/objects.ts";
import { fullOf, internalsOf, type State } from "../../sdk/state.ts";
import { issues } from "./issues.ts";

const object = (apiVersion: string, kind: string, spec: unknown): object => ({
  apiVersion,
  kind,
  metadata: { namespace: "shop", name: "site" },
  spec,
});
const route = (spec: unknown): object => object("route.openshift.io/v1", "Route", spec);
const gatewayRoute = (spec: unknown, kind = "HTTPRoute", version = "v1"): object =>
  object(`gateway.networking.k8s.io/${version}`, kind, spec);
const to = (...backendRefs: object[]): object => ({ parentRefs: [{ name: "edge" }], rules: [{ backendRefs }] });

const callsOf = (state: State): ServiceCall[] => [...fullOf(internalsOf(state)).objects.serviceCalls.values()].flat();
const calls = (one: object): string[] =>
  callsOf(loadState([one])).map(
    ({ path, namespace, name, port, endpointPort, protocol = "TCP" }) =>
      `${path.join(".")} ${namespace}/${name} ${port ?? `pods' ${endpointPort}`}/${protocol}`,
  );

describe("services that OpenShift's Routes lead to", () => {
  it("are the target and the alternates, each once, with the pods' port", () => {
    const to = { kind: "Service", name: "web", weight: 100 };
    const alternateBackends = [
      { kind: "Service", name: "next" },
      { kind: "Service", name: "web" },
      { kind: "Other", name: "x" },
      { kind: "Service", name: "idle", weight: 0 },
    ];
    expect(calls(route({ to, alternateBackends, port: { targetPort: "http" } }))).toEqual([
      "spec.to shop/web pods' http/TCP",
      "spec.alternateBackends.0 shop/next pods' http/TCP",
    ]);
    expect(calls(route({ to, port: { targetPort: 8080 } }))).toEqual(["spec.to shop/web pods' 8080/TCP"]);
    expect(calls(route({ to }))).toEqual(["spec.to shop/web pods' undefined/TCP"]);
    for (const none of [undefined, {}, { to: null }]) expect(calls(route(none))).toEqual([]);
  });

  it("are refused where they are malformed, with the path", () => {
    expect(issues(route({ to: { kind: "Service" } }))).toEqual(["required spec.to.name"]);
    expect(issues(route({ to: "web" }))).toEqual(["invalid-type spec.to"]);
    expect(issues(route({ to: { name: "web" }, port: { targetPort: true } }))).toEqual([
      "invalid-type spec.port.targetPort",
    ]);
  });

  it("are nothing of Knative's", () => {
    expect(calls(object("serving.knative.dev/v1", "Route", { to: { name: "web" } }))).toEqual([]);
  });
});

describe("services that routes of the Gateway API lead to", () => {
  it.each(["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"])("are the backends of a %s", (kind) => {
    const spec = to(
      { name: "web", port: 80 },
      { name: "web", port: 80 },
      { kind: "Service", group: "", namespace: "ops", name: "api", port: 443 },
      { name: "idle", port: 80, weight: 0 },
      { group: "multicluster.x-k8s.io", kind: "ServiceImport", name: "far", port: 80 },
    );
    expect(calls(gatewayRoute(spec, kind, "v1alpha2"))).toEqual([
      "spec.rules.0.backendRefs.0 shop/web 80/TCP",
      "spec.rules.0.backendRefs.2 ops/api 443/TCP",
    ]);
  });

  it("are of UDP in a UDPRoute", () => {
    expect(calls(gatewayRoute(to({ name: "dns", port: 53 }), "UDPRoute"))).toEqual([
      "spec.rules.0.backendRefs.0 shop/dns 53/UDP",
    ]);
  });

  it("are those of routes that a Gateway serves", () => {
    const { rules } = to({ name: "web", port: 80 }) as { rules: object[] };
    const gateways = (parentRefs: unknown): unknown =>
      callsOf(loadState([gatewayRoute({ parentRefs, rules })])).map((call) => call.gateways);
    expect(gateways([{ name: "a" }, { name: "b", namespace: "edge", kind: "Gateway" }])).toEqual([
      ["shop/a", "edge/b"],
    ]);
    expect(gateways([{ name: "web", kind: "Service", group: "" }])).toEqual([]);
    expect(gateways(undefined)).toEqual([]);
  });

  it("are refused where they are malformed, with the path", () => {
    const at = "spec.rules.0.backendRefs.0";
    expect(issues(gatewayRoute(to({ port: 80 })))).toEqual([`required ${at}.name`]);
    expect(issues(gatewayRoute(to({ name: "web" })))).toEqual([`required ${at}.port`]);
    expect(issues(gatewayRoute(to({ name: "web", port: 70_000 })))).toEqual([`invalid-port ${at}.port`]);
    expect(issues(gatewayRoute({ parentRefs: [{}], rules: [] }))).toEqual(["required spec.parentRefs.0.name"]);
  });

  it("follow updates", () => {
    const state = loadState([gatewayRoute(to({ name: "web", port: 80 })), route({ to: { name: "web" } })]);
    const udp = { ...gatewayRoute(to({ name: "web", port: 53 }), "UDPRoute") };
    updateState(state, { upsert: [udp, route({ to: { name: "web" }, port: { targetPort: "http" } })] });
    const known = callsOf(state);
    expect(known).toHaveLength(3);
    updateState(state, { remove: [{ kind: "HTTPRoute", namespace: "shop", name: "site" }] });
    expect(callsOf(state)).toEqual(known.filter(({ reference }) => reference.kind !== "HTTPRoute"));
  });
});
