/** What is read of pods. */
import { describe, expect, test } from "vitest";
import { codes, manifest, type read, readOne } from "./support.ts";

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
      "a hostPort is in range",
      `"spec": {"containers": [{"ports": [{"containerPort": 80, "hostPort": 65536}]}]}`,
      `"spec": {"containers": [{"ports": [{"containerPort": 80, "hostPort": 0}]}]}`,
      "invalid-port spec.containers[0].ports[0].hostPort",
    ],
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
