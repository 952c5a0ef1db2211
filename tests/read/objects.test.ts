/** What is read of namespaces, nodes and workloads. */
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../sdk/limits.ts";
import { codes, manifest, read, readOne } from "./support.ts";

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
  test("internal addresses come before external ones, and names are left out", () => {
    const rest = `"spec": {"podCIDR": "10.1.0.0/24", "podCIDRs": ["10.1.0.0/24", "fd00::/64"]}, "status": {"addresses": [
      {"type": "ExternalIP", "address": "203.0.113.1"}, {"type": "Hostname", "address": "10.9.9.9"}, {"type": "InternalIP", "address": "FD00::1"},
      {"type": "InternalIP", "address": "192.168.0.1"}, {"type": "InternalDNS", "address": "node.local"}, {"type": "ExternalIP", "address": "192.168.0.1"}]}`;
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

  test("a node's addresses are addresses, of types that there are", () => {
    const of = (type: string, address: string): string[] =>
      codes(manifest("v1", "Node", `"status": {"addresses": [{"type": "${type}", "address": "${address}"}]}`));
    expect(of("InternalIP", "192.168.0.300")).toEqual(["invalid-address status.addresses[0].address"]);
    expect(of("ExternalIP", "node.local")).toEqual(["invalid-address status.addresses[0].address"]);
    expect(of("internalIP", "192.168.0.1")).toEqual(["unsupported-value status.addresses[0].type"]);
    expect(of("Hostname", "192.168.0.300")).toEqual([]);
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
