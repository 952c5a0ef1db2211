/** What is read of Services, EndpointSlices and Endpoints. */
import { describe, expect, test } from "vitest";
import { codes, manifest, type read, readOne } from "./support.ts";

describe("Service", () => {
  const service = (spec: string, more = ""): ReturnType<typeof read>["services"][number] =>
    readOne("services", "v1", "Service", `"spec": ${spec}${more}`);

  test("defaults", () => {
    const { origin, ...rest } = service(`{"ports": [{"port": 80}]}`);
    expect(rest).toEqual({
      kind: "Service",
      namespace: "ns",
      name: "x",
      labels: {},
      annotations: {},
      type: "ClusterIP",
      headless: false,
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      publishNotReadyAddresses: false,
      addresses: [],
      externalAddresses: [],
    });
  });

  test("as a cluster shows it", () => {
    const spec = `{"type": "LoadBalancer", "selector": {"app": "web"}, "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1", "FD00::1"], "externalIPs": ["203.0.113.7"],
      "publishNotReadyAddresses": true, "ports": [{"name": "http", "port": 80, "targetPort": "web", "nodePort": 30080, "protocol": "TCP"}, {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 5353}]}`;
    const status = `, "status": {"loadBalancer": {"ingress": [{"ip": "198.51.100.1"}, {"hostname": "lb.example"}, {"ip": "203.0.113.7"}]}}`;
    expect(service(spec, status)).toMatchObject({
      type: "LoadBalancer",
      selector: { app: "web" },
      addresses: ["10.96.0.1", "fd00::1", "203.0.113.7", "198.51.100.1"],
      externalAddresses: ["203.0.113.7", "198.51.100.1"],
      publishNotReadyAddresses: true,
      ports: [
        { name: "http", port: 80, protocol: "TCP", targetPort: "web", nodePort: 30080 },
        { name: "dns", port: 53, protocol: "UDP", targetPort: 5353 },
      ],
    });
  });

  test("headless is a cluster address of None", () => {
    expect(service(`{"clusterIP": "None"}`)).toMatchObject({ headless: true, addresses: [] });
    expect(service(`{"clusterIPs": ["None"]}`)).toMatchObject({ headless: true, addresses: [] });
  });

  test("ExternalName has no cluster address", () => {
    expect(service(`{"type": "ExternalName", "externalName": "db.example", "clusterIP": "None"}`)).toMatchObject({
      type: "ExternalName",
      externalName: "db.example",
      headless: false,
      addresses: [],
    });
  });

  test("0 and the empty text are absent ports", () => {
    expect(
      service(`{"ports": [{"port": 80, "targetPort": 0, "nodePort": 0, "name": ""}, {"port": 81, "targetPort": ""}]}`)
        .ports,
    ).toEqual([
      { port: 80, protocol: "TCP", targetPort: 80 },
      { port: 81, protocol: "TCP", targetPort: 81 },
    ]);
  });

  test.each([
    ["the type is known", `{"type": "Internal"}`, "unsupported-value spec.type"],
    ["an ExternalName has a name", `{"type": "ExternalName"}`, "required spec.externalName"],
    ["a port is required", `{"ports": [{"name": "a"}]}`, "required spec.ports[0].port"],
    ["a port is in range", `{"ports": [{"port": 0}]}`, "invalid-port spec.ports[0].port"],
    [
      "a targetPort is in range",
      `{"ports": [{"port": 80, "targetPort": 65536}]}`,
      "invalid-port spec.ports[0].targetPort",
    ],
    [
      "a targetPort in quotes is a name",
      `{"ports": [{"port": 80, "targetPort": "80"}]}`,
      "invalid-port-name spec.ports[0].targetPort",
    ],
    ["a nodePort is in range", `{"ports": [{"port": 80, "nodePort": -1}]}`, "invalid-port spec.ports[0].nodePort"],
    [
      "a protocol is known",
      `{"ports": [{"port": 80, "protocol": "HTTP"}]}`,
      "unsupported-value spec.ports[0].protocol",
    ],
    ["a cluster address is one", `{"clusterIPs": ["none"]}`, "invalid-address spec.clusterIPs[0]"],
    ["the single cluster address is one", `{"clusterIP": "none"}`, "invalid-address spec.clusterIP"],
    ["an external address is one", `{"externalIPs": ["10.0.0.0/8"]}`, "invalid-address spec.externalIPs[0]"],
    ["a selector's values are strings", `{"selector": {"a": 1}}`, "invalid-type spec.selector"],
  ])("%s", (_, spec, problem) => {
    expect(codes(manifest("v1", "Service", `"spec": ${spec}`))).toEqual([problem]);
  });

  test("a spec is required", () => {
    expect(codes(manifest("v1", "Service"))).toEqual(["required spec"]);
  });
});

describe("EndpointSlice", () => {
  const group = "discovery.k8s.io/v1";

  test("as a cluster shows it", () => {
    const rest = `"addressType": "IPv4", "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}, {}], "endpoints": [
      {"addresses": ["10.0.0.1"], "conditions": {"ready": false}, "targetRef": {"kind": "Pod", "name": "a", "namespace": "other"}},
      {"addresses": ["10.0.0.2"], "targetRef": {"kind": "Pod", "name": "b"}},
      {"addresses": ["10.0.0.3"], "targetRef": {"kind": "Node", "name": "n"}}]`;
    expect(
      readOne("endpointSlices", group, "EndpointSlice", rest, `"labels": {"kubernetes.io/service-name": "web"}`),
    ).toMatchObject({
      serviceName: "web",
      addressType: "IPv4",
      ports: [
        { name: "http", port: 8080, protocol: "TCP" },
        { name: "", protocol: "TCP" },
      ],
      endpoints: [
        { addresses: ["10.0.0.1"], ready: false, pod: { namespace: "other", name: "a" } },
        { addresses: ["10.0.0.2"], ready: true, pod: { namespace: "ns", name: "b" } },
        { addresses: ["10.0.0.3"], ready: true },
      ],
    });
  });

  test("null endpoints and ports are none, and names are no addresses", () => {
    expect(
      readOne("endpointSlices", group, "EndpointSlice", `"addressType": "IPv6", "endpoints": null, "ports": null`),
    ).toMatchObject({ endpoints: [], ports: [] });
    expect(
      readOne(
        "endpointSlices",
        group,
        "EndpointSlice",
        `"addressType": "FQDN", "endpoints": [{"addresses": ["a.example"]}]`,
      ),
    ).toMatchObject({ endpoints: [{ addresses: ["a.example"] }] });
  });

  test.each([
    ["the address type is required", ``, "required addressType"],
    ["the address type is known", `"addressType": "IP"`, "unsupported-value addressType"],
    [
      "an address is one",
      `"addressType": "IPv4", "endpoints": [{"addresses": ["a"]}]`,
      "invalid-address endpoints[0].addresses[0]",
    ],
    [
      "ready is a boolean",
      `"addressType": "IPv4", "endpoints": [{"conditions": {"ready": "True"}}]`,
      "invalid-type endpoints[0].conditions.ready",
    ],
    ["a port is in range", `"addressType": "IPv4", "ports": [{"port": 0}]`, "invalid-port ports[0].port"],
  ])("%s", (_, rest, problem) => {
    expect(codes(manifest(group, "EndpointSlice", rest))).toEqual([problem]);
  });
});

describe("Endpoints", () => {
  test("as a cluster shows them: a slice for each family of a subset", () => {
    const rest = `"subsets": [{
      "addresses": [{"ip": "10.0.0.1", "nodeName": "n", "targetRef": {"kind": "Pod", "name": "a"}}, {"ip": "FD00::1"}],
      "notReadyAddresses": [{"ip": "10.0.0.2", "hostname": "two"}],
      "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}]}]`;
    const ports = [{ name: "http", port: 8080, protocol: "TCP" }];
    expect(readOne("endpoints", "v1", "Endpoints", rest)).toMatchObject({
      kind: "Endpoints",
      slices: [
        {
          addressType: "IPv4",
          endpoints: [
            { addresses: ["10.0.0.1"], ready: true, pod: { namespace: "ns", name: "a" } },
            { addresses: ["10.0.0.2"], ready: false },
          ],
          ports,
        },
        { addressType: "IPv6", endpoints: [{ addresses: ["fd00::1"], ready: true }], ports },
      ],
    });
  });

  test("without subsets, and with empty ones, there is nothing", () => {
    for (const rest of [``, `"subsets": null`, `"subsets": [{}]`, `"subsets": [{"addresses": null, "ports": null}]`])
      expect(readOne("endpoints", "v1", "Endpoints", rest)).toMatchObject({ slices: [] });
  });

  test.each([
    ["an address is required", `"subsets": [{"addresses": [{}]}]`, "required subsets[0].addresses[0].ip"],
    ["an address is one", `"subsets": [{"addresses": [{"ip": "a"}]}]`, "invalid-address subsets[0].addresses[0].ip"],
    ["a port is in range", `"subsets": [{"ports": [{"port": 0}]}]`, "invalid-port subsets[0].ports[0].port"],
    ["subsets are a list", `"subsets": {}`, "invalid-type subsets"],
    ["a port has a number", `"subsets": [{"ports": [{"name": "a"}]}]`, "required subsets[0].ports[0].port"],
    [
      "of Endpoints that are not mirrored too",
      `"subsets": [{"notReadyAddresses": [{"ip": ""}]}]`,
      "required subsets[0].notReadyAddresses[0].ip",
    ],
  ])("%s", (_, rest, problem) => {
    expect(codes(manifest("v1", "Endpoints", rest))).toEqual([problem]);
  });
});
