import { describe, expect, test } from "vitest";
import { LIMITS } from "../../sdk/limits.ts";
import { codes, manifest, read } from "./support.ts";

const readOne = <K extends "pods" | "nodes" | "services" | "endpointSlices" | "workloads">(
  key: K,
  apiVersion: string,
  kind: string,
  rest = "",
  metadata = "",
): ReturnType<typeof read>[K][number] => {
  const found = read(manifest(apiVersion, kind, rest, metadata))[key];
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe("Pod", () => {
  const pod = (rest = "", metadata = ""): ReturnType<typeof read>["pods"][number] =>
    readOne("pods", "v1", "Pod", rest, metadata);

  test("with nothing but a name", () => {
    const { origin, ...rest } = pod();
    expect(rest).toEqual({
      kind: "Pod",
      namespace: "ns",
      name: "x",
      labels: {},
      annotations: {},
      hostNetwork: false,
      ownDNS: false,
      ports: [],
      owners: [],
      finished: false,
      terminating: false,
      ips: [],
      hostIPs: [],
    });
  });

  test("of its annotations keeps those that speak to this package", () => {
    const ours = { "netverdict.dev/suppress.dns-cut": "why", "NETVERDICT.dev/x": "", "lint.netverdict.dev/y": "1" };
    const others = { "example.com/netverdict.dev": "{}", "netverdict.develop/x": "", netverdict: "" };
    const annotations = JSON.stringify({ ...others, ...ours });
    expect(pod("", `"annotations": ${annotations}`).annotations).toEqual(ours);
  });

  test("as a cluster shows it", () => {
    const rest = `"spec": {"nodeName": "n1", "hostNetwork": true, "containers": [
        {"name": "a", "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]},
        {"name": "b", "ports": [{"name": "http", "containerPort": 9090}]}],
      "initContainers": [{"name": "i", "ports": [{"containerPort": 1}]}, {"name": "s", "restartPolicy": "Always", "ports": [{"name": "side", "containerPort": 15000}]}]},
      "status": {"phase": "Running", "podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "2001:DB8:0::1"}], "hostIP": "192.168.0.1",
        "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}]}`;
    const metadata = `"labels": {"app": "web"}, "deletionTimestamp": "2026-01-01T00:00:00Z", "ownerReferences": [{"kind": "ReplicaSet", "name": "web-1", "controller": true, "uid": "u"}]`;
    expect(pod(rest, metadata)).toMatchObject({
      labels: { app: "web" },
      hostNetwork: true,
      nodeName: "n1",
      ports: [
        { name: "http", containerPort: 8080, protocol: "TCP" },
        { containerPort: 53, protocol: "UDP" },
        { name: "http", containerPort: 9090, protocol: "TCP" },
        { name: "side", containerPort: 15000, protocol: "TCP" },
      ],
      owners: [{ kind: "ReplicaSet", name: "web-1", controller: true }],
      terminating: true,
      ready: true,
      ips: ["10.0.0.1", "2001:db8::1"],
      hostIPs: ["192.168.0.1"],
    });
  });

  test.each([
    ["Default", true],
    ["None", true],
    ["ClusterFirst", false],
    ["ClusterFirstWithHostNet", false],
  ])("dnsPolicy %s: name servers of its own %s", (dnsPolicy, ownDNS) => {
    expect(pod(`"spec": {"dnsPolicy": "${dnsPolicy}", "containers": []}`).ownDNS).toBe(ownDNS);
  });

  test.each([
    ["Pending", false],
    ["Running", false],
    ["Unknown", false],
    ["Succeeded", true],
    ["Failed", true],
  ])("phase %s: finished %s", (phase, finished) => {
    expect(pod(`"status": {"phase": "${phase}"}`).finished).toBe(finished);
  });

  test.each([
    ["no conditions", `{}`, undefined],
    ["an empty list", `{"conditions": []}`, undefined],
    ["no Ready condition", `{"conditions": [{"type": "PodScheduled", "status": "True"}]}`, false],
    ["Ready is False", `{"conditions": [{"type": "Ready", "status": "False"}]}`, false],
  ])("ready: %s", (_, status, ready) => {
    expect(pod(`"status": ${status}`).ready).toBe(ready);
  });

  test.each([
    ["podIP alone", `{"podIP": "10.0.0.1"}`, ["10.0.0.1"]],
    ["podIPs before podIP", `{"podIP": "10.0.0.9", "podIPs": [{"ip": "10.0.0.1"}]}`, ["10.0.0.1"]],
    ["empty texts and null", `{"podIP": "", "podIPs": null}`, []],
    ["an IPv4-mapped address", `{"podIP": "::ffff:10.0.0.1"}`, ["10.0.0.1"]],
  ])("addresses: %s", (_, status, ips) => {
    expect(pod(`"status": ${status}`).ips).toEqual(ips);
  });

  test.each([
    ["a label is checked", ``, `"labels": {"a": "b c"}`, "invalid-label-value metadata.labels"],
    [
      "a container port is at most 65535",
      `"spec": {"containers": [{"ports": [{"containerPort": 65536}]}]}`,
      ``,
      "invalid-port spec.containers[0].ports[0].containerPort",
    ],
    [
      "a container port is required",
      `"spec": {"containers": [{"ports": [{"name": "a"}]}]}`,
      ``,
      "required spec.containers[0].ports[0].containerPort",
    ],
    [
      "a container port is a number",
      `"spec": {"containers": [{"ports": [{"containerPort": "80"}]}]}`,
      ``,
      "invalid-type spec.containers[0].ports[0].containerPort",
    ],
    [
      "a container port's protocol is known",
      `"spec": {"containers": [{"ports": [{"containerPort": 80, "protocol": "HTTP"}]}]}`,
      ``,
      "unsupported-value spec.containers[0].ports[0].protocol",
    ],
    [
      "a container port's name is a port name",
      `"spec": {"containers": [{"ports": [{"containerPort": 80, "name": "HTTP"}]}]}`,
      ``,
      "invalid-port-name spec.containers[0].ports[0].name",
    ],
    [
      "a port name occurs once in a container",
      `"spec": {"containers": [{"ports": [{"containerPort": 80, "name": "a"}, {"containerPort": 81, "name": "a"}]}]}`,
      ``,
      "invalid-port-name spec.containers[0].ports[1].name",
    ],
    [
      "a sidecar's ports are checked",
      `"spec": {"initContainers": [{"restartPolicy": "Always", "ports": [{"containerPort": 0}]}]}`,
      ``,
      "invalid-port spec.initContainers[0].ports[0].containerPort",
    ],
    ["hostNetwork is a boolean", `"spec": {"hostNetwork": "yes"}`, ``, "invalid-type spec.hostNetwork"],
    ["nodeName is a string", `"spec": {"nodeName": 1}`, ``, "invalid-type spec.nodeName"],
    ["the phase is a string", `"status": {"phase": true}`, ``, "invalid-type status.phase"],
    ["a pod address is one", `"status": {"podIPs": [{"ip": "10.0.0.256"}]}`, ``, "invalid-address status.podIPs[0].ip"],
    ["the single pod address is one", `"status": {"podIP": "pending"}`, ``, "invalid-address status.podIP"],
    [
      "there is one address a family",
      `"status": {"podIPs": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]}`,
      ``,
      "too-many status.podIPs[1].ip",
    ],
    ["podIPs are a list", `"status": {"podIPs": {"ip": "10.0.0.1"}}`, ``, "invalid-type status.podIPs"],
    ["a host address is one", `"status": {"hostIPs": [{"ip": "x"}]}`, ``, "invalid-address status.hostIPs[0].ip"],
    [
      "an owner's name is a string",
      ``,
      `"ownerReferences": [{"kind": "Job", "name": 1}]`,
      "invalid-type metadata.ownerReferences[0].name",
    ],
  ])("%s", (_, rest, metadata, problem) => {
    expect(codes(manifest("v1", "Pod", rest, metadata))).toEqual([problem]);
  });

  test("unknown keys are no matter", () => {
    expect(
      codes(manifest("v1", "Pod", `"spec": {"new": {}, "containers": [{"new": 1}]}, "new": []`, `"new": 1`)),
    ).toEqual([]);
  });
});

describe("Namespace", () => {
  test("labels are left as written", () => {
    const [namespace] = read(
      `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "labels": {"kubernetes.io/metadata.name": "other"}}}`,
    ).namespaces;
    expect(namespace).toMatchObject({
      kind: "Namespace",
      namespace: "",
      name: "a",
      labels: { "kubernetes.io/metadata.name": "other" },
    });
  });

  test("a name is a DNS label", () => {
    const text = (name: string): string => `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "${name}"}}`;
    expect(codes(text("a.b"))).toEqual(["invalid-name metadata.name"]);
    expect(codes(text("a".repeat(64)))).toEqual(["invalid-name metadata.name"]);
    expect(codes(text("a".repeat(63)))).toEqual([]);
  });

  test("a namespace of its own is no matter, and no part of its identity", () => {
    const text = `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "namespace": "B_"}}`;
    expect(read(text).namespaces[0]?.namespace).toBe("");
  });
});

describe("Node", () => {
  test("internal addresses come before external ones, and what is no address is left out", () => {
    const rest = `"spec": {"podCIDR": "10.1.0.0/24", "podCIDRs": ["10.1.0.0/24", "fd00::/64"]}, "status": {"addresses": [
      {"type": "ExternalIP", "address": "203.0.113.1"}, {"type": "Hostname", "address": "10.9.9.9"}, {"type": "InternalIP", "address": "FD00::1"},
      {"type": "InternalIP", "address": "192.168.0.1"}, {"type": "InternalIP", "address": "node.local"}, {"type": "ExternalIP", "address": "192.168.0.1"}]}`;
    expect(readOne("nodes", "v1", "Node", rest)).toMatchObject({
      namespace: "",
      addresses: [
        { type: "InternalIP", ip: "fd00::1" },
        { type: "InternalIP", ip: "192.168.0.1" },
        { type: "ExternalIP", ip: "203.0.113.1" },
      ],
      podCIDRs: ["10.1.0.0/24", "fd00::/64"],
    });
  });

  test("podCIDR stands in for podCIDRs", () => {
    expect(readOne("nodes", "v1", "Node", `"spec": {"podCIDR": "10.1.0.0/24"}`)).toMatchObject({
      podCIDRs: ["10.1.0.0/24"],
    });
    expect(readOne("nodes", "v1", "Node", `"spec": {}`)).toMatchObject({ podCIDRs: [], addresses: [] });
  });

  test("podCIDRs are CIDRs", () => {
    expect(codes(manifest("v1", "Node", `"spec": {"podCIDRs": ["10.1.0.0"]}`))).toEqual([
      "invalid-cidr spec.podCIDRs[0]",
    ]);
  });
});

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

describe("workloads", () => {
  const template = `{"metadata": {"labels": {"app": "web"}}, "spec": {"hostNetwork": true, "containers": [{"ports": [{"containerPort": 80}]}]}}`;
  const workload = (
    apiVersion: string,
    kind: string,
    spec: string,
    more = "",
  ): ReturnType<typeof read>["workloads"][number] => readOne("workloads", apiVersion, kind, `"spec": ${spec}${more}`);

  test.each([
    ["Deployment", "apps/v1"],
    ["Deployment", "extensions/v1beta1"],
    ["ReplicaSet", "apps/v1"],
    ["StatefulSet", "apps/v1"],
    ["StatefulSet", "apps/v1beta2"],
    ["DaemonSet", "apps/v1"],
    ["ReplicationController", "v1"],
    ["Job", "batch/v1"],
  ])("%s of %s has its template", (kind, apiVersion) => {
    expect(workload(apiVersion, kind, `{"template": ${template}}`)).toMatchObject({
      kind,
      template: { labels: { app: "web" }, hostNetwork: true, ports: [{ containerPort: 80, protocol: "TCP" }] },
      replicas: 1,
      firstOrdinal: 0,
    });
  });

  test.each(["batch/v1", "batch/v1beta1"])("CronJob of %s has its Job's template", (apiVersion) => {
    const spec = `{"jobTemplate": {"spec": {"template": ${template}}}}`;
    expect(workload(apiVersion, "CronJob", spec)).toMatchObject({ template: { labels: { app: "web" } }, replicas: 1 });
  });

  test("replicas and the first ordinal", () => {
    expect(workload("apps/v1", "Deployment", `{"replicas": 0, "template": {}}`).replicas).toBe(0);
    expect(
      workload("apps/v1", "StatefulSet", `{"replicas": 3, "ordinals": {"start": 5}, "template": {}}`),
    ).toMatchObject({ replicas: 3, firstOrdinal: 5 });
    expect(workload("apps/v1", "Deployment", `{"replicas": null, "template": {}}`).replicas).toBe(1);
  });

  test.each([
    ["Complete", "True", 0],
    ["Failed", "True", 0],
    ["Complete", "False", 1],
    ["Suspended", "True", 1],
  ])("a Job with condition %s %s has %i replicas", (type, status, replicas) => {
    const more = `, "status": {"conditions": [{"type": "${type}", "status": "${status}"}]}`;
    expect(workload("batch/v1", "Job", `{"template": {}}`, more).replicas).toBe(replicas);
  });

  test("only a Job ends", () => {
    const more = `, "status": {"conditions": [{"type": "Failed", "status": "True"}]}`;
    expect(workload("apps/v1", "ReplicaSet", `{"template": {}}`, more).replicas).toBe(1);
  });

  test.each([
    ["Deployment", "apps/v1", ``, "required spec"],
    ["Deployment", "apps/v1", `"spec": {}`, "required spec.template"],
    ["CronJob", "batch/v1", `"spec": {}`, "required spec.jobTemplate"],
    ["Deployment", "apps/v1", `"spec": {"replicas": -1, "template": {}}`, "unsupported-value spec.replicas"],
    ["Deployment", "apps/v1", `"spec": {"replicas": "1", "template": {}}`, "invalid-type spec.replicas"],
    [
      "StatefulSet",
      "apps/v1",
      `"spec": {"replicas": ${LIMITS.replicas + 1}, "template": {}}`,
      "limit-exceeded spec.replicas",
    ],
    [
      "Deployment",
      "apps/v1",
      `"spec": {"template": {"metadata": {"labels": {"a": true}}}}`,
      "invalid-type spec.template.metadata.labels",
    ],
    [
      "CronJob",
      "batch/v1",
      `"spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"ports": [{"containerPort": 0}]}]}}}}}`,
      "invalid-port spec.jobTemplate.spec.template.spec.containers[0].ports[0].containerPort",
    ],
  ])("%s of %s with %s", (kind, apiVersion, rest, problem) => {
    expect(codes(manifest(apiVersion, kind, rest))).toEqual([problem]);
  });
});
