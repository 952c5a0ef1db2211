/** `cni: "auto"`: switches in every spelling, and those that cannot be told, under which no verdict is certain. */
import { describe, expect, it } from "vitest";
import { evaluate, explain, loadSnapshot, loadState, snapshot, updateState } from "../../bindings/inline.ts";
import { internalsOf } from "../../sdk/state.ts";
import { OBJECTS, policy } from "./support.ts";

const DENY = policy({ podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"] });
const FLOW = { from: "shop/web-0", to: "shop/db-0", port: 80 } as const;
const TO_NODE = { from: "shop/web-0", to: { node: "n1" }, port: 10250 } as const;

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly object[];
  readonly envFrom?: readonly object[];
}

const daemonSet = (name: string, containers: readonly Container[], namespace = "kube-system"): object => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { namespace, name },
  spec: { template: { spec: { containers: containers.map((one) => ({ name: "c", ...one })) } } },
});
const configMap = (name: string, data: object, namespace = "kube-system", apiVersion = "v1"): object => ({
  apiVersion,
  kind: "ConfigMap",
  metadata: { namespace, name },
  data,
});
const cilium = (args: readonly string[] = [], namespace = "kube-system", env: readonly object[] = []): object =>
  daemonSet("cilium", [{ image: "quay.io/cilium/cilium:v1.16.3", args, env }], namespace);
const config = (data: object, namespace?: string): object => configMap("cilium-config", data, namespace);
const router = (args: readonly string[], name = "kube-router"): object =>
  daemonSet(name, [{ image: "cloudnativelabs/kube-router:v2.1.0", args }]);
const calico = (env: Readonly<Record<string, string>> = {}): object =>
  daemonSet("calico-node", [
    { image: "calico/node:v3.30.0", env: Object.entries(env).map(([name, value]) => ({ name, value })) },
  ]);
const felix = (name: string, spec: object, apiVersion = "crd.projectcalico.org/v1"): object => ({
  apiVersion,
  kind: "FelixConfiguration",
  metadata: { name },
  spec,
});
const node = (annotations: object): object => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n9", annotations },
});
const agent = (args: readonly string[]): Container => ({ name: "aws-eks-nodeagent", args });
const VPC_CNI: Container = { image: "x/amazon-k8s-cni:v1.18.3-eksbuild.1" };
const controller = (isOn: string): object => configMap("amazon-vpc-cni", { "enable-network-policy-controller": isOn });

const told = (objects: readonly object[], flow: Parameters<typeof evaluate>[1] = FLOW): string => {
  const { enforced } = evaluate(loadState([...OBJECTS, DENY, ...objects], { cni: "auto" }), flow);
  return `${enforced?.cni} ${enforced?.verdict}`;
};

const weave = (...containers: readonly Container[]): object => daemonSet("weave-net", containers);
const NPC: Container = { name: "weave-npc" };
const CONFIGURED = { "enable-policy": "default", "policy-audit-mode": "false" };
const ofNodes = (defaults: object): object => ({
  apiVersion: "cilium.io/v2",
  kind: "CiliumNodeConfig",
  metadata: { namespace: "kube-system", name: "x" },
  spec: { nodeSelector: {}, defaults },
});

/** What the objects tell of a flow that the policies deny. */
const CASES: readonly (readonly [name: string, objects: readonly object[], told: string])[] = [
  ["a value behind its option", [cilium(["--enable-policy", "never"])], "cilium allow"],
  [
    "the same before a ConfigMap",
    [cilium(["--enable-policy", "default"]), config({ "enable-policy": "never" })],
    "cilium deny",
  ],
  ["a switch has no value behind it", [router(["--run-firewall", "false"])], "kube-router deny"],
  [
    "one dash",
    [daemonSet("kindnet", [{ image: "networking/kindnet:v1.8.0", args: ["-network-policy=false"] }])],
    "kindnet allow",
  ],
  ["quotes in a shell", [cilium(["sh", "-c", 'exec cilium-agent --enable-policy="never"'])], "cilium allow"],
  ["`1` in a ConfigMap", [cilium(), config({ "policy-audit-mode": "1" })], "cilium allow"],
  ["`t` in a ConfigMap", [cilium(), config({ "policy-audit-mode": "t" })], "cilium allow"],
  [
    "Cilium's environment",
    [cilium([], "kube-system", [{ name: "CILIUM_ENABLE_POLICY", value: "never" }])],
    "cilium allow",
  ],
  [
    "the ConfigMap beside the DaemonSet, wherever",
    [cilium([], "networking"), config({ "enable-policy": "never" }, "networking")],
    "cilium allow",
  ],
  [
    "not one of another namespace",
    [cilium(), config({ "enable-policy": "never" }), config({}, "cilium-test")],
    "cilium allow",
  ],
  [
    "not one of another API group",
    [cilium(), config({ "enable-policy": "never" }), configMap("cilium-config", {}, "kube-system", "example.com/v1")],
    "cilium allow",
  ],
  [
    "two ConfigMaps of one name that disagree",
    [cilium(), config({ "enable-policy": "never" }), config({})],
    "cilium unknown",
  ],
  ["a value that is none", [cilium(), config({ "enable-policy": "garbage" })], "cilium unknown"],
  ["a value that is no text", [cilium(), config({ "enable-policy": 1 })], "cilium unknown"],
  [
    "a variable of the container",
    [cilium(["--enable-policy=$(POL)"], "kube-system", [{ name: "POL", value: "never" }])],
    "cilium allow",
  ],
  ["a variable that is not known", [router(["--run-firewall=$(FW)"])], "kube-router unknown"],
  [
    "two DaemonSets that disagree",
    [router(["--run-firewall=false"], "a"), router(["--run-firewall=true"], "b")],
    "kube-router unknown",
  ],
  ["kube-router by a node alone", [node({ "kube-router.io/pod-cidr": "10.0.3.0/24" })], "kube-router unknown"],
  ["Weave by its ConfigMap alone", [configMap("weave-net", {})], "weave unknown"],
  [
    "a variable from elsewhere",
    [
      daemonSet("weave-net", [
        { name: "weave", env: [{ name: "EXPECT_NPC", valueFrom: { configMapKeyRef: { name: "x", key: "y" } } }] },
        { name: "weave-npc" },
      ]),
    ],
    "weave unknown",
  ],
  [
    "what is left of a plugin, beside another network",
    [
      daemonSet("kube-ovn-cni", [{ image: "kubeovn/kube-ovn:v1.13.0" }]),
      {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: "felixconfigurations.crd.projectcalico.org" },
      },
    ],
    "calico unknown",
  ],
  ["AWS's controller without an agent", [daemonSet("aws-node", [VPC_CNI]), controller("true")], "aws-vpc-cni unknown"],
  ["AWS's controller alone", [controller("true")], "aws-vpc-cni unknown"],
  ["AWS, switched on", [daemonSet("aws-node", [VPC_CNI, agent(["--enable-network-policy=true"])])], "aws-vpc-cni deny"],
  [
    "AWS's switches disagree, beside Calico",
    [daemonSet("aws-node", [VPC_CNI, agent(["--enable-network-policy=false"])]), controller("true"), calico()],
    "calico+aws-vpc-cni deny",
  ],
  ["Cilium that reads no NetworkPolicies", [cilium(), config({ "enable-k8s-networkpolicy": "false" })], "cilium allow"],
  [
    "Cilium set otherwise on some nodes",
    [cilium(), config(CONFIGURED), ofNodes({ "enable-policy": "never" })],
    "cilium unknown",
  ],
  [
    "Cilium set alike on some nodes",
    [cilium(), config(CONFIGURED), ofNodes({ "enable-policy": "default" })],
    "cilium deny",
  ],
  [
    "Cilium set otherwise on a node",
    [cilium(), config(CONFIGURED), node({ "config.cilium.io/policy-audit-mode": "true" })],
    "cilium unknown",
  ],
  ["an argument that may be any", [cilium(["$(EXTRA)"])], "cilium unknown"],
  ["a shell's variable that may be any arguments", [cilium(["sh", "-c", "cilium-agent $EXTRA"])], "cilium unknown"],
  [
    "a sidecar's argument of the same name",
    [daemonSet("kube-router", [{ args: ["--run-firewall=false"] }, { name: "other", args: ["--run-firewall=true"] }])],
    "kube-router unknown",
  ],
  [
    "variables of a ConfigMap",
    [weave({ name: "weave", envFrom: [{ configMapRef: { name: "e" } }] }, NPC), configMap("e", { EXPECT_NPC: "0" })],
    "weave allow",
  ],
  [
    "variables of a ConfigMap, with a prefix",
    [
      weave({ name: "weave", envFrom: [{ prefix: "EXPECT_", configMapRef: { name: "e" } }] }, NPC),
      configMap("e", { NPC: "0" }),
    ],
    "weave allow",
  ],
  ["variables of a Secret", [weave({ name: "weave", envFrom: [{ secretRef: { name: "e" } }] }, NPC)], "weave unknown"],
  [
    "variables that need not be there, as of stock Calico",
    [
      daemonSet("calico-node", [
        {
          image: "calico/node:v3.30.0",
          envFrom: [{ configMapRef: { name: "kubernetes-services-endpoint", optional: true } }],
        },
      ]),
    ],
    "calico deny",
  ],
  [
    "a DaemonSet for which there are no nodes",
    [
      { ...calico(), status: { desiredNumberScheduled: 0 } },
      daemonSet("kube-flannel-ds", [{ image: "flannel/flannel:v0.26.1" }]),
    ],
    "flannel allow",
  ],
  [
    "AWS's controller, and an agent that nobody switches on",
    [daemonSet("aws-node", [VPC_CNI, agent(["--enable-ipv6=false"])]), controller("true")],
    "aws-vpc-cni unknown",
  ],
  ["kindnet before there were dates", [daemonSet("kindnet", [{ image: "kindest/kindnetd:0.5.4" }])], "kindnet unknown"],
];

describe("a switch", () => {
  it.each(CASES)("%s", (_, objects, expected) => expect(told(objects)).toBe(expected));

  it("of two plugins is not certain where one's are not", () => {
    const aws = [daemonSet("aws-node", [VPC_CNI, agent(["--enable-network-policy=false"])]), controller("true")];
    expect(told([...aws, calico()], { ...FLOW, from: "shop/db-0", to: "shop/web-0" })).toBe("calico+aws-vpc-cni allow");
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace: "shop", name: "web" },
      spec: { clusterIP: "10.96.0.5", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
    };
    const egress = policy(
      {
        podSelector: { matchLabels: { app: "db" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ podSelector: {} }], ports: [{ port: 8080 }] }],
      },
      "egress",
    );
    const flow = { from: "shop/db-0", to: { service: "shop/web" }, port: 80 } as const;
    expect(told([...aws, calico(), service, egress], flow)).toBe("calico+aws-vpc-cni unknown");
  });

  it.each([
    ["nobody sets it, and manifests would", [calico()], "unknown"],
    ["Felix's default, where its configuration was loaded", [calico(), felix("default", {})], "deny"],
    ["Accept", [calico(), felix("default", { defaultEndpointToHostAction: "Accept" })], "allow"],
    [
      "the environment comes first",
      [
        calico({ FELIX_DEFAULTENDPOINTTOHOSTACTION: "ACCEPT" }),
        felix("default", { defaultEndpointToHostAction: "Drop" }),
      ],
      "allow",
    ],
    [
      "the environment in any case",
      [
        calico({ FELIX_DefaultEndpointToHostAction: "Drop" }),
        felix("default", { defaultEndpointToHostAction: "Accept" }),
      ],
      "deny",
    ],
    ["Return is left to the node", [calico({ FELIX_DEFAULTENDPOINTTOHOSTACTION: "RETURN" })], "unknown"],
    [
      "a node's own differs",
      [
        calico(),
        felix("node.n5", { defaultEndpointToHostAction: "Drop" }),
        felix("default", { defaultEndpointToHostAction: "Accept" }),
      ],
      "unknown",
    ],
    [
      "both APIs of Calico disagree",
      [
        calico(),
        felix("default", { defaultEndpointToHostAction: "Drop" }),
        felix("default", { defaultEndpointToHostAction: "Accept" }, "projectcalico.org/v3"),
      ],
      "unknown",
    ],
  ])("of what Calico does with traffic to the pod's own node: %s", (_, objects, verdict) => {
    expect(told(objects, TO_NODE)).toBe(`calico ${verdict}`);
  });

  it.each(["true", "1", "yes", "Y", "t"])("FELIX_BPFENABLED=%s is true", (value) => {
    const sctp = policy(
      { podSelector: { matchLabels: { app: "web" } }, ingress: [{ ports: [{ protocol: "SCTP", port: 90 }] }] },
      "sctp",
    );
    const flow = { from: "shop/db-0", to: "shop/web-0", port: 90, protocol: "SCTP" } as const;
    expect(told([calico({ FELIX_BPFENABLED: value }), sctp], flow)).toBe(
      told([calico({ FELIX_BPFENABLED: "true" }), sctp], flow),
    );
    expect(told([calico({ FELIX_BPFENABLED: "no" }), sctp], flow)).toBe("calico allow");
  });

  it("that is not known is named by the fact, and goes with a snapshot", () => {
    const state = loadState([...OBJECTS, DENY, cilium(), config({ "enable-policy": "garbage" })], { cni: "auto" });
    expect(internalsOf(state).enforcement?.choices).toEqual([
      { name: "cilium", version: "v1.16.3", unread: ["enable-policy"] },
    ]);
    const restored = explain(loadSnapshot(snapshot(state, { explain: true })), FLOW).enforced;
    expect(restored).toEqual(evaluate(state, FLOW).enforced);
    expect(restored?.facts[0]?.finding).toMatch(/^perhaps no: .*\(enable-policy is not known\)$/);
  });
});

describe("changes follow objects of their own group alone", () => {
  it("of DaemonSets", () => {
    const audited = cilium(["--policy-audit-mode"]);
    const other = { ...daemonSet("cilium", [{ image: "busybox" }]), apiVersion: "apps.kruise.io/v1alpha1" };
    const state = loadState([...OBJECTS, DENY, audited], { cni: "auto" });
    for (const change of [{ upsert: other }, { remove: [other] }]) {
      updateState(state, change as never);
      expect(evaluate(state, FLOW).enforced?.verdict).toBe("allow");
    }
  });

  it("of both groups of DaemonSets, which are one", () => {
    const old = { ...cilium(["--enable-policy=never"]), apiVersion: "extensions/v1beta1" };
    const state = loadState([...OBJECTS, DENY, old], { cni: "auto" });
    expect(evaluate(state, FLOW).enforced?.verdict).toBe("allow");
    updateState(state, { upsert: cilium() });
    expect(evaluate(state, FLOW).enforced?.verdict).toBe("deny");
    updateState(state, { remove: [old] as never });
    expect(evaluate(state, FLOW).enforced?.cni).toBe("unrecognized");
  });

  it("of pods whose names the server is to make", () => {
    const made = (generateName: string, owner?: string): object => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        namespace: "kube-system",
        generateName,
        ...(owner !== undefined && { ownerReferences: [{ kind: "DaemonSet", name: owner, controller: true }] }),
      },
      spec: { hostNetwork: true, containers: [{ image: "cilium/cilium:v1.16.3", args: ["--enable-policy=never"] }] },
    });
    const state = loadState([...OBJECTS, DENY, made("cilium-", "cilium")], { cni: "auto" });
    updateState(state, { upsert: made("other-") });
    expect(evaluate(state, FLOW).enforced?.verdict).toBe("allow");
    updateState(state, { remove: [{ kind: "Pod", namespace: "kube-system", name: "cilium-" }] });
    expect(evaluate(state, FLOW).enforced?.cni).toBe("unrecognized");
  });

  it("of Calico's configuration", () => {
    const stored = felix("default", { defaultEndpointToHostAction: "Drop" });
    const served = felix("default", { defaultEndpointToHostAction: "Drop" }, "projectcalico.org/v3");
    const state = loadState([...OBJECTS, calico(), stored, served], { cni: "auto" });
    updateState(state, { remove: [served] as never });
    expect(evaluate(state, TO_NODE).enforced?.verdict).toBe("deny");
  });

  it("where several objects of one name become one", () => {
    const state = loadState([...OBJECTS, DENY, cilium(), config({ "enable-policy": "never" }), config({})], {
      cni: "auto",
    });
    expect(evaluate(state, FLOW).enforced?.verdict).toBe("unknown");
    updateState(state, { upsert: config({ "enable-policy": "never" }) });
    expect(evaluate(state, FLOW).enforced?.verdict).toBe("allow");
  });
});

describe("AWS", () => {
  const on = { name: "aws-vpc-cni", settings: { "enable-network-policy": true } } as const;

  it("is not certain where policies of its own kinds may decide", () => {
    const own = {
      apiVersion: "networking.k8s.aws/v1alpha1",
      kind: "ClusterNetworkPolicy",
      metadata: { name: "x" },
      spec: { tier: "Admin" },
    };
    expect(evaluate(loadState([...OBJECTS, DENY, own], { cni: on }), FLOW).enforced?.verdict).toBe("unknown");
    // Those of other plugins are none of its.
    const antrea = { ...own, apiVersion: "crd.antrea.io/v1beta1" };
    expect(evaluate(loadState([...OBJECTS, DENY, antrea], { cni: on }), FLOW).enforced?.verdict).toBe("deny");
  });

  it("lets pods reach their own node, but through a Service, whose address is another", () => {
    const egress = policy({ podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"] }, "egress");
    const host = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name: "agent", labels: { app: "agent" } },
      spec: { hostNetwork: true, nodeName: "n1", containers: [] },
      status: { podIPs: [{ ip: "192.0.2.1" }], hostIPs: [{ ip: "192.0.2.1" }] },
    };
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace: "shop", name: "agent" },
      spec: { clusterIP: "10.96.0.9", selector: { app: "agent" }, ports: [{ port: 80, targetPort: 9100 }] },
    };
    const state = loadState([...OBJECTS, egress, host, service], { cni: on });
    expect(evaluate(state, TO_NODE).enforced?.verdict).toBe("allow");
    expect(evaluate(state, { from: "shop/web-0", to: { service: "shop/agent" }, port: 80 }).enforced?.verdict).toBe(
      "deny",
    );
  });

  it("does not cover pods on Fargate, whose Node was not loaded", () => {
    const on = { name: "aws-vpc-cni", settings: { "enable-network-policy": true } } as const;
    const pod = (more: { labels?: object; nodeName?: string }): object => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        namespace: "shop",
        name: "far-0",
        labels: { app: "db", ...more.labels },
        ownerReferences: [{ kind: "ReplicaSet", name: "far", controller: true }],
      },
      spec: { nodeName: more.nodeName ?? "ip-10-0-3-7.ec2.internal", containers: [] },
      status: { podIPs: [{ ip: "10.0.3.7" }] },
    });
    const verdict = (one: object) =>
      evaluate(loadState([...OBJECTS, DENY, one], { cni: on }), { ...FLOW, to: "shop/far-0" }).enforced?.verdict;
    expect(verdict(pod({}))).toBe("deny");
    expect(verdict(pod({ labels: { "eks.amazonaws.com/fargate-profile": "fp" } }))).toBe("allow");
    expect(verdict(pod({ nodeName: "fargate-ip-10-0-3-7.ec2.internal" }))).toBe("allow");
  });
});

it("Cilium's blocks and a pod's own node are a grey case", () => {
  const block = policy(
    {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "192.0.2.0/24" } }] }],
    },
    "egress",
  );
  const state = loadState([...OBJECTS, block], { cni: "cilium" });
  expect(evaluate(state, TO_NODE).enforced?.verdict).toBe("unknown");
  expect(evaluate(state, { ...TO_NODE, to: { node: "n2" } }).enforced?.verdict).toBe("deny");
});

describe("the option", () => {
  it("is what it was when the state was loaded", () => {
    const settings: Record<string, string> = { "enable-policy": "never" };
    const state = loadState([...OBJECTS, DENY], { cni: { name: "cilium", settings } });
    settings["enable-policy"] = "oops";
    expect(explain(loadSnapshot(snapshot(state, { explain: true })), FLOW).enforced?.verdict).toBe("allow");
  });

  it.each([
    [
      "settings as a Map",
      { name: "cilium", settings: new Map([["enable-policy", "never"]]) },
      /settings must be an object/,
    ],
    ["a name that is no text", { name: Object.create(null) }, /no CNI plugin/],
    ["a version that is no text", { name: "cilium", version: JSON.parse('{"toString":1}') }, /not a version/],
    ["`unread` that is no list", { name: "cilium", unread: "enable-policy" }, /unread must be a list/],
    ["`unread` of another plugin", { name: "cilium", unread: ["run-firewall"] }, /unread must be a list/],
  ])("%s is refused", (_, cni, message) => {
    expect(() => loadState(OBJECTS, { cni: cni as never })).toThrow(message);
  });
});
