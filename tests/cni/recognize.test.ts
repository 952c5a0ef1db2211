/** `cni: "auto"`: plugins recognised by what they leave in a cluster, with their off-switches. */
import { describe, expect, it } from "vitest";
import {
  evaluate,
  explain,
  loadSnapshot,
  loadState,
  NetverdictError,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import type { Enforced } from "../../sdk/cni/types.ts";
import { OBJECTS, policy } from "./support.ts";

const DENY = policy({ podSelector: {}, policyTypes: ["Ingress"] });
const FLOW = { from: "shop/web-0", to: "shop/db-0", port: 80 } as const;

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly object[];
}

const daemonSet = (name: string, ...containers: readonly Container[]): object =>
  daemonSetIn("kube-system", name, ...containers);
const daemonSetIn = (namespace: string, name: string, ...containers: readonly Container[]): object => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { namespace, name },
  spec: {
    selector: { matchLabels: { name } },
    template: {
      metadata: { labels: { name } },
      spec: { hostNetwork: true, containers: containers.map((one) => ({ name: "c", ...one })) },
    },
  },
});
const configMap = (name: string, data: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "kube-system", name },
  data,
});
/** A pod of a DaemonSet that was not loaded. */
const podOf = (owner: string, image: string): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    namespace: "kube-system",
    name: `${owner}-x7k2p`,
    ownerReferences: [{ apiVersion: "apps/v1", kind: "DaemonSet", name: owner, uid: "u", controller: true }],
  },
  spec: { hostNetwork: true, nodeName: "n1", containers: [{ name: "c", image }] },
  status: { phase: "Running" },
});
const crd = (group: string, plural = "things"): object => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: { group },
});
const node = (annotations: object, name = "n9"): object => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, annotations },
});

const AWS_ON = daemonSet(
  "aws-node",
  { image: "x/amazon-k8s-cni:v1.19.0" },
  { image: "x/aws-network-policy-agent:v1.2", args: ["--enable-network-policy=true"] },
);
const FLANNEL_NODE = node({ "flannel.alpha.coreos.com/backend-type": "vxlan" }, "n7");
const FLANNEL = daemonSet("kube-flannel-ds", { image: "ghcr.io/flannel-io/flannel:v0.28.0" });

/** Objects, the plugin that they tell of, and what it will do with a flow that the policies deny. */
const CASES: readonly (readonly [
  name: string,
  objects: readonly object[],
  cni: string,
  verdict: Enforced["verdict"],
])[] = [
  ["nothing", [], "unrecognized", "unknown"],
  ["Flannel by itself", [FLANNEL], "flannel", "allow"],
  [
    "Flannel's DaemonSet of one platform",
    [daemonSet("kube-flannel-ds-amd64", { image: "docker.io/flannel/flannel:v0.22.0" })],
    "flannel",
    "allow",
  ],
  [
    "Flannel with a policy engine in the pod",
    [
      daemonSet(
        "kube-flannel-ds",
        { image: "flannel/flannel:v0.28.0" },
        { image: "registry.k8s.io/networking/kube-network-policies:v1.0.0" },
      ),
    ],
    "flannel-netpol",
    "deny",
  ],
  [
    "Canal",
    [daemonSet("canal", { image: "calico/node:v3.28.0" }, { image: "flannel/flannel:v0.24.4" })],
    "canal",
    "deny",
  ],
  ["Calico", [daemonSet("calico-node", { image: "docker.io/calico/node:v3.28.1" })], "calico", "deny"],
  ["Calico beside Flannel", [FLANNEL, daemonSet("calico-node", { image: "calico/node:v3.28.1" })], "calico", "deny"],
  [
    "Cilium",
    [
      daemonSet("cilium", { image: "quay.io/cilium/cilium:v1.16.1@sha256:0" }),
      configMap("cilium-config", { "enable-policy": "default" }),
    ],
    "cilium",
    "deny",
  ],
  [
    "Cilium that is told never to",
    [
      daemonSet("cilium", { image: "mirror.local/cilium:v1.16.1" }),
      configMap("cilium-config", { "enable-policy": "never" }),
    ],
    "cilium",
    "allow",
  ],
  [
    "Cilium that only audits",
    [daemonSet("cilium"), configMap("cilium-config", { "policy-audit-mode": "true" })],
    "cilium",
    "allow",
  ],
  ["Cilium by its ConfigMap", [configMap("cilium-config", { "policy-audit-mode": "true" })], "cilium", "allow"],
  ["Cilium by its CRDs", [crd("cilium.io", "ciliumnetworkpolicies")], "cilium", "deny"],
  ["Cilium by a node", [node({ "network.cilium.io/ipv4-pod-cidr": "10.0.0.0/24" })], "cilium", "deny"],
  ["Antrea", [daemonSet("antrea-agent", { image: "antrea/antrea-agent-ubuntu:v2.1.0" })], "antrea", "deny"],
  ["Antrea by its ConfigMap", [configMap("antrea-config-bf8k5bh9ct")], "antrea", "deny"],
  [
    "kube-router",
    [
      daemonSet("kube-router", {
        image: "docker.io/cloudnativelabs/kube-router:v2.1.0",
        args: ["--run-router=true", "--run-firewall=true"],
      }),
    ],
    "kube-router",
    "deny",
  ],
  [
    "kube-router without its firewall",
    [daemonSet("kube-router", { args: ["--run-firewall=false"] })],
    "kube-router",
    "allow",
  ],
  [
    "Weave",
    [daemonSet("weave-net", { name: "weave" }, { name: "weave-npc", image: "weaveworks/weave-npc:2.8.1" })],
    "weave",
    "deny",
  ],
  [
    "Weave without its policy controller",
    [daemonSet("weave-net", { name: "weave", image: "weaveworks/weave-kube:2.8.1" })],
    "weave",
    "allow",
  ],
  [
    "Weave that does not expect it",
    [daemonSet("weave-net", { name: "weave", env: [{ name: "EXPECT_NPC", value: "0" }] }, { name: "weave-npc" })],
    "weave",
    "allow",
  ],
  [
    "Weave's controller under other names",
    [daemonSet("network-policies", { name: "npc", image: "docker.io/weaveworks/weave-npc:2.8.1" })],
    "weave",
    "deny",
  ],
  [
    "kube-network-policies",
    [daemonSet("kube-network-policies", { image: "registry.k8s.io/networking/kube-network-policies:v1.1.0" })],
    "kube-network-policies",
    "deny",
  ],
  ["kindnet", [daemonSet("kindnet", { image: "kindest/kindnetd:v20250214-acbabc1a" })], "kindnet", "deny"],
  [
    "kindnet without policies",
    [daemonSet("kindnet", { image: "ghcr.io/networking/kindnet:v1.8.0", args: ["--network-policy=false"] })],
    "kindnet",
    "allow",
  ],
  ["OVN-Kubernetes", [daemonSet("ovnkube-node", { image: "ovn-kube-fedora:master" })], "ovn-kubernetes", "deny"],
  ["AWS, switched on by its agent", [AWS_ON], "aws-vpc-cni", "allow"],
  [
    "AWS's agent under another name",
    [daemonSet("policies", { image: "x/aws-network-policy-agent:v1.2.0", args: ["--enable-network-policy=true"] })],
    "aws-vpc-cni",
    "allow",
  ],
  [
    "AWS, switched on by its ConfigMap",
    [daemonSet("aws-node"), configMap("amazon-vpc-cni", { "enable-network-policy-controller": "true" })],
    "aws-vpc-cni",
    "allow",
  ],
  [
    "AWS, whose controller is off",
    [AWS_ON, configMap("amazon-vpc-cni", { "enable-network-policy-controller": "false" })],
    "aws-vpc-cni",
    "allow",
  ],
  ["AWS, switched off", [daemonSet("aws-node", { image: "x/amazon-k8s-cni:v1.19.0" })], "aws-vpc-cni", "allow"],
  [
    "Calico's policies on AWS's network",
    [daemonSet("aws-node"), daemonSet("calico-node", { image: "calico/node:v3.28.1" })],
    "calico",
    "deny",
  ],
  [
    "two engines, which a flow has to pass both",
    [AWS_ON, daemonSet("calico-node", { image: "calico/node:v3.28.1" })],
    "calico+aws-vpc-cni",
    "deny",
  ],
  [
    "Azure",
    [daemonSet("azure-npm", { image: "mcr.microsoft.com/containernetworking/azure-npm:v1.5.1" })],
    "azure-npm",
    "deny",
  ],
  ["GKE Dataplane V2", [daemonSet("anetd")], "gke-dpv2", "deny"],
  [
    "GKE Dataplane V2, which runs an image of Cilium's",
    [daemonSet("anetd", { image: "gke.gcr.io/cilium/cilium:v1.14.9" }), configMap("cilium-config")],
    "gke-dpv2",
    "deny",
  ],
  ["Talos's Flannel", [daemonSet("kube-flannel", { image: "ghcr.io/siderolabs/flannel:v0.27.2" })], "flannel", "allow"],
  [
    "RKE2's Canal",
    [
      daemonSet(
        "rke2-canal",
        { image: "rancher/hardened-calico:v3.28.2-build20241003" },
        { image: "rancher/hardened-flannel:v0.25.7-build20241007" },
      ),
      node({ "flannel.alpha.coreos.com/backend-type": "vxlan", "projectcalico.org/IPv4Address": "192.0.2.1/24" }),
    ],
    "canal",
    "deny",
  ],
  ["k3s", [node({ "k3s.io/node-args": '["server"]' })], "k3s", "deny"],
  ["k3s without policies", [node({ "k3s.io/node-args": '["server","--disable-network-policy"]' })], "k3s", "allow"],
  ...(
    [
      ['"--disable-network-policy=true"', "allow"],
      ['"--disable-network-policy","true"', "allow"],
      ['"--disable-network-policy=false"', "deny"],
      ['"--disable-network-policy","false"', "deny"],
      ['"--disable-network-policy=true","--disable-network-policy=0"', "deny"],
      ['"--node-label","a=--disable-network-policy"', "deny"],
    ] as const
  ).map(
    ([args, verdict]) =>
      [`k3s with ${args}`, [node({ "k3s.io/node-args": `["server",${args}]` })], "k3s", verdict] as const,
  ),
  [
    "k3s that has another network, which is not seen",
    [node({ "k3s.io/node-args": '["server","--disable-network-policy","--flannel-backend","none"]' })],
    "unrecognized",
    "unknown",
  ],
  ["Flannel by a node, with or without an engine", [FLANNEL_NODE], "flannel", "unknown"],
  ["Flannel by its ConfigMap", [configMap("kube-flannel-cfg")], "flannel", "unknown"],
  ["Flannel by its pods", [FLANNEL_NODE, podOf("kube-flannel-ds", "flannel/flannel:v0.28.0")], "flannel", "allow"],
  ["Canal by its pods", [FLANNEL_NODE, podOf("canal", "docker.io/calico/node:v3.28.1")], "canal", "deny"],
  [
    "kindnet of an old kind",
    [daemonSet("kindnet", { image: "kindest/kindnetd:v20230511-dc714da8" })],
    "kindnet",
    "unknown",
  ],
  [
    "Cilium's tool",
    [daemonSetIn("ops", "tools", { image: "quay.io/cilium/cilium-cli:v0.16.0" })],
    "unrecognized",
    "unknown",
  ],
  ["a team's own `cilium`", [daemonSetIn("team-x", "cilium", { image: "nginx:1.27" })], "unrecognized", "unknown"],
  [
    "Calico's storage driver beside Cilium",
    [daemonSet("csi", { image: "calico/node-driver-registrar:v3.28.0" }), daemonSet("cilium")],
    "cilium",
    "deny",
  ],
  [
    "Tetragon on k3s without policies",
    [
      crd("cilium.io", "tracingpolicies"),
      FLANNEL_NODE,
      node({ "k3s.io/node-args": '["server","--disable-network-policy"]' }, "n8"),
    ],
    "k3s",
    "allow",
  ],
  ["Cilium switched off by an argument", [daemonSet("cilium", { args: ["--enable-policy=never"] })], "cilium", "allow"],
  [
    "kube-router switched off in a shell",
    [daemonSet("kube-router", { args: ["sh", "-c", "exec kube-router --run-router=true --run-firewall=false"] })],
    "kube-router",
    "allow",
  ],
  [
    "kube-router switched off by a number",
    [daemonSet("kube-router", { args: ["--run-firewall=0"] })],
    "kube-router",
    "allow",
  ],
  [
    "k3s without policies, of which agents' nodes say nothing",
    [
      node({ "k3s.io/node-args": '["server","--disable-network-policy"]' }),
      node({ "k3s.io/node-args": '["agent"]' }, "n10"),
    ],
    "k3s",
    "allow",
  ],
  [
    "Cilium on k3s without policies",
    [node({ "k3s.io/node-args": '["server","--disable-network-policy"]' }), daemonSet("cilium")],
    "cilium",
    "deny",
  ],
];

describe('cni: "auto"', () => {
  // The destination belongs to nobody, so that AWS does not cover it.
  const flow = { ...FLOW, to: "shop/alone-0" };

  it.each(CASES)("%s", (_, objects, cni, verdict) => {
    const { enforced } = evaluate(loadState([...OBJECTS, DENY, ...objects], { cni: "auto" }), flow);
    expect([enforced?.cni, enforced?.verdict]).toEqual([cni, verdict]);
  });

  it("takes the version from the image", () => {
    const range = policy({ podSelector: {}, ingress: [{ ports: [{ port: 80, endPort: 90 }] }] });
    const at = (image: string, name = "calico-node") =>
      evaluate(loadState([...OBJECTS, range, daemonSet(name, { image })], { cni: "auto" }), {
        ...FLOW,
        port: 85,
      }).enforced?.verdict;
    expect(at("rancher/mirrored-calico-node:v3.21.4")).toBe("deny");
    expect(at("docker.io/calico/node:v3.21.4", "canal")).toBe("deny");
    expect(at("rancher/hardened-calico:v3.21.4-build20220228", "rke2-canal")).toBe("deny");
    expect(at("rancher/hardened-calico:v3.28.2-build20241003", "rke2-canal")).toBe("allow");
    // What is told of this of Cilium was only reported.
    expect(at("rancher/mirrored-cilium-cilium:v1.14.4", "cilium")).toBe("unknown");
    expect(at("rancher/mirrored-cilium-cilium:v1.17.1", "cilium")).toBe("allow");
    expect(at("calico/node:v3.21.0")).toBe("deny");
    expect(at("calico/node:v3.22.0")).toBe("allow");
    expect(at("calico/node@sha256:0")).toBe("allow");
  });

  it("takes Cilium's version from its own image, whichever DaemonSet comes first", () => {
    const range = policy({ podSelector: {}, ingress: [{ ports: [{ port: 80, endPort: 90 }] }] });
    const envoy = daemonSet("cilium-envoy", { image: "quay.io/cilium/cilium-envoy:v1.29.7-39a2a56b" });
    const agent = daemonSet("cilium", { image: "quay.io/cilium/cilium:v1.15.6" });
    for (const order of [
      [envoy, agent],
      [agent, envoy],
    ]) {
      const state = loadState([...OBJECTS, range, ...order], { cni: "auto" });
      expect(evaluate(state, { ...FLOW, port: 85 }).enforced?.verdict).toBe("unknown");
    }
  });

  it("asks AWS's agent, and not the VPC CNI, whether it knows ClusterNetworkPolicy", () => {
    const shut = {
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name: "shut" },
      spec: {
        tier: "Admin",
        priority: 1,
        subject: { namespaces: {} },
        ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
      },
    };
    const verdict = (agent: string) => {
      const images = [{ image: "x/amazon-k8s-cni:v1.19.0" }, { image: agent, args: ["--enable-network-policy=true"] }];
      const state = loadState([...OBJECTS, shut, daemonSet("aws-node", ...images)], { cni: "auto" });
      return evaluate(state, FLOW).enforced?.verdict;
    };
    expect(verdict("x/aws-network-policy-agent:v1.1.3")).toBe("allow");
    expect(verdict("x/aws-network-policy-agent:v1.3.2")).toBe("deny");
    expect(verdict("x/aws-network-policy-agent@sha256:0")).toBe("unknown");
  });

  it("does not take AWS for switched off where neither its DaemonSet nor its ConfigMap tells", () => {
    // A pod that AWS covers, and one that it does not.
    const told = (to: string) =>
      evaluate(loadState([...OBJECTS, DENY, crd("networking.k8s.aws")], { cni: "auto" }), { ...FLOW, to }).enforced;
    expect([told("shop/db-0")?.cni, told("shop/db-0")?.verdict]).toEqual(["aws-vpc-cni", "unknown"]);
    expect(told("shop/alone-0")?.verdict).toBe("allow");
  });

  it("reads AWS's strict mode, and what Calico does with traffic to the pod's own node", () => {
    const strict = daemonSet("aws-node", {
      args: ["--enable-network-policy=true"],
      env: [{ name: "NETWORK_POLICY_ENFORCING_MODE", value: "strict" }],
    });
    expect(evaluate(loadState([...OBJECTS, strict], { cni: "auto" }), FLOW).enforced?.verdict).toBe("deny");
    const calico = daemonSet("calico-node", {
      image: "calico/node:v3.28.1",
      env: [{ name: "FELIX_DEFAULTENDPOINTTOHOSTACTION", value: "DROP" }],
    });
    const toNode = { from: "shop/web-0", to: { node: "n1" }, port: 10250 } as const;
    expect(evaluate(loadState([...OBJECTS, calico], { cni: "auto" }), toNode).enforced?.verdict).toBe("deny");
  });

  it("is not misled by objects that are no objects of a CNI plugin", () => {
    const odd = [
      { apiVersion: "v1", kind: "ConfigMap", metadata: null, data: [] },
      configMap("cilium"),
      crd("example.org"),
    ];
    expect(evaluate(loadState([...OBJECTS, ...odd], { cni: "auto" }), FLOW).enforced?.cni).toBe("unrecognized");
  });
});

describe("the option", () => {
  const codesAndPaths = (cni: unknown): unknown => {
    try {
      loadState(OBJECTS, { cni: cni as never });
    } catch (error) {
      if (error instanceof NetverdictError) return error.issues.map(({ code, path }) => [code, path.join(".")]);
    }
    return [];
  };

  it.each([
    ["a name that nobody has", "calcio", "cni"],
    ["what is no name", 3, "cni"],
    ["an object without a name", {}, "cni"],
    ["another key", { name: "calico", setting: {} }, "cni.setting"],
    ["a version that is none", { name: "calico", version: "latest" }, "cni.version"],
    [
      "a setting that the plugin has not, or that nothing depends on",
      { name: "calico", settings: { "enable-sctp": true } },
      "cni.settings.enable-sctp",
    ],
    ["a setting that is no text", { name: "cilium", settings: { "enable-sctp": 1 } }, "cni.settings.enable-sctp"],
    ["settings that are a list", { name: "cilium", settings: [] }, "cni.settings"],
  ])("%s is refused", (_, cni, path) => {
    expect(codesAndPaths(cni)).toEqual([["invalid-option", path]]);
  });
});

describe("a state with a plugin", () => {
  it("says what the plugin does after updates too", () => {
    const state = loadState(OBJECTS, { cni: "cilium" });
    expect(evaluate(state, FLOW).enforced?.verdict).toBe("allow");
    const block = policy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] });
    updateState(state, { upsert: block });
    expect(evaluate(state, FLOW).enforced?.verdict).toBe("deny");
    updateState(state, { remove: [block] });
    expect(evaluate(state, FLOW).enforced?.verdict).toBe("allow");
  });

  it("takes pods by their index", () => {
    const state = loadState([...OBJECTS, DENY], { cni: "flannel" });
    const [from, to] = [state.podIndex("shop", "web-0"), state.podIndex("shop", "db-0")];
    expect(evaluate(state, { from, to, port: 80 }).enforced?.verdict).toBe("allow");
  });

  it("a snapshot has only the verdict", () => {
    const copy = loadSnapshot(snapshot(loadState([...OBJECTS, DENY], { cni: "flannel" })));
    expect(evaluate(copy, FLOW)).not.toHaveProperty("enforced");
  });
});

describe("an explanation", () => {
  it("carries what evaluate says that the plugin will do", () => {
    const state = loadState([...OBJECTS, DENY], { cni: "flannel" });
    const { enforced } = explain(state, FLOW, { changes: false });
    expect(enforced).toEqual(evaluate(state, FLOW).enforced);
    expect(explain(loadState(OBJECTS), FLOW, { changes: false })).not.toHaveProperty("enforced");
  });
});
