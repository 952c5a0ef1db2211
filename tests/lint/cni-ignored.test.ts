/** What `cni-ignored` says under each profile: the effects that the profiles' facts have, each with its place. */
import { describe, expect, it } from "vitest";
import {
  type CniName,
  type Finding,
  type LoadOptions,
  lint,
  loadSnapshot,
  loadState,
  snapshot,
} from "../../bindings/inline.ts";
import { formatPath } from "../../sdk/errors.ts";
import { clusterPolicy, pod, policy } from "../docs/objects.ts";
import { CLUSTER, egress, peer, select, toDb } from "./cases/cluster.ts";

const ignored = (cni: LoadOptions["cni"], ...objects: object[]): readonly Finding[] =>
  lint(loadState([...CLUSTER, ...objects], cni === undefined ? {} : { cni })).filter(({ id }) => id === "cni-ignored");

/** The paths, and the topics that their facts are of. */
const places = (cni: LoadOptions["cni"], ...objects: object[]): string[] =>
  ignored(cni, ...objects).map(
    ({ path, message }) => `${formatPath(path)} ${/^under [\w-]+ \(([\w-]+)\): .+ \[.+\]$/.exec(message)?.[1]}`,
  );

const named = toDb({ ports: [{ port: 80 }, { port: "sql" }] });
const ranged = toDb({ ports: [{ port: 80 }, { port: 8000, endPort: 8010 }] });
const sctp = toDb({ ports: [{ port: 80 }, { port: 80, protocol: "SCTP" }] });
const block = (...cidrs: string[]): object[] => cidrs.map((cidr) => ({ ipBlock: { cidr } }));
const tier = clusterPolicy("guard", "Admin", 1, { egress: [{ action: "Deny", to: [{ namespaces: {} }] }] });

describe("cni-ignored", () => {
  it("says nothing without a profile, and of what the plugin enforces as it is written", () => {
    expect(places(undefined, named, tier)).toEqual([]);
    for (const cni of ["calico", "antrea", "kindnet"] as const) expect(places(cni, named, tier)).toEqual([]);
  });

  it("says of cluster-wide policies what plugins, and their versions, do not know", () => {
    const anp = {
      apiVersion: "policy.networking.k8s.io/v1alpha1",
      kind: "AdminNetworkPolicy",
      metadata: { name: "older" },
      spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] },
    };
    for (const cni of ["kube-router", "weave", "azure-npm"] as const)
      expect(places(cni, tier), cni).toEqual([" own-policies"]);
    expect(places({ name: "calico", version: "3.31.0" }, tier, anp)).toEqual([" own-policies"]);
    expect(ignored({ name: "calico", version: "3.31.0" }, tier, anp)[0]?.object?.kind).toBe("ClusterNetworkPolicy");
    expect(ignored({ name: "calico", version: "3.32.0" }, tier, anp)[0]?.object?.kind).toBe("AdminNetworkPolicy");
    expect(places({ name: "antrea", version: "1.12.0" }, anp)).toEqual([" own-policies"]);
  });

  it("names what a plugin's own form of a ClusterNetworkPolicy has no words for", () => {
    const unsaid = {
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name: "guard" },
      spec: {
        tier: "Admin",
        priority: 1,
        subject: { namespaces: {} },
        ingress: [
          { action: "Deny", from: [{ namespaces: {} }], protocols: [{ tcp: {} }, { destinationNamedPort: "web" }] },
        ],
        egress: [
          { action: "Pass", to: [{ namespaces: {} }] },
          { action: "Deny", to: [{ namespaces: {} }, { nodes: {} }] },
        ],
      },
    };
    expect(places("calico", unsaid)).toEqual(["spec.egress[1].to[1] limits", "spec.ingress[0].protocols[1] limits"]);
    expect(places("antrea", unsaid)).toEqual([]);
  });

  it("names policies of other plugins' own kinds", () => {
    const own = (apiVersion: string, kind: string): object => ({
      apiVersion,
      kind,
      metadata: { namespace: "shop", name: "own" },
      spec: {},
    });
    const ciliums = own("cilium.io/v2", "CiliumNetworkPolicy");
    const calicos = own("crd.projectcalico.org/v1", "NetworkPolicy");
    const says = (cni: LoadOptions["cni"], object: object): string | undefined => ignored(cni, object)[0]?.message;
    expect(says("calico", ciliums)).toBe("under calico: it is a policy of Cilium, which nothing here reads");
    expect(says("flannel", ciliums)).toBe("under flannel: it is a policy of Cilium, which nothing here reads");
    expect(says("cilium", calicos)).toBe("under cilium: it is a policy of Calico, which nothing here reads");
    for (const cni of ["calico", "canal"] as const) expect(says(cni, calicos)).toBeUndefined();
    for (const cni of ["cilium", "gke-dpv2"] as const) expect(says(cni, ciliums)).toBeUndefined();
    // Meshes work beside any plugin.
    expect(says("calico", own("security.istio.io/v1", "AuthorizationPolicy"))).toBeUndefined();
    expect(says(undefined, ciliums)).toBeUndefined();
    const state = loadState([...CLUSTER, ciliums], { cni: "calico" });
    expect(lint(loadSnapshot(snapshot(state, { explain: true })))).toEqual(lint(state));
  });

  it("does not take a plugin for switched off where that is only concluded", () => {
    expect(places({ name: "kindnet", settings: { kindnetd: "before-2024-08" } }, ranged)).toEqual([]);
  });

  it("says once that nothing is enforced, of how many policies", () => {
    expect(places("flannel", named, policy("ops/p", { podSelector: {} }), tier)).toEqual(["spec enforces"]);
    expect(places({ name: "cilium", settings: { "enable-policy": "never" } }, ranged)).toEqual(["spec enforces"]);
    expect(places("flannel")).toEqual([]);
    const says = (...objects: object[]) => ignored("flannel", ...objects)[0]?.message;
    expect(says(named, policy("ops/p", { podSelector: {} }), tier)).toMatch(
      /^under flannel \(enforces\): none of the 3 policies here is enforced \(whether it enforces: no .*\) \[/,
    );
    expect(says(named)).toMatch(/: the only policy here is not enforced \(/);
  });

  it("says of each part what plugins ignore, beside a plugin that enforces nothing", () => {
    const agent = (name: string, image: string): object => ({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { namespace: "kube-system", name },
      spec: {
        selector: {},
        template: { metadata: { labels: { agent: name } }, spec: { containers: [{ name, image }] } },
      },
    });
    const off = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "kube-system", name: "cilium-config" },
      data: { "enable-policy": "never" },
    };
    const both = [agent("cilium", "cilium/cilium:v1.16.0"), off, agent("weave-npc", "weaveworks/weave-kube:2.8.1")];
    expect(places("auto", ...both, named)).toEqual(["spec.ingress[0].ports[1] named-ports"]);
    expect(places("auto", ...both.slice(0, 2), named)).toEqual(["spec enforces"]);
  });

  it("names the port that switches a whole policy off, or opens more than it says", () => {
    const twice = policy("shop/p", {
      podSelector: {},
      ingress: [{ ports: [{ port: 80 }, { port: "sql" }] }, { ports: [{ port: "http" }] }],
    });
    expect(places("weave", twice)).toEqual(["spec.ingress[0].ports[1] named-ports"]);
    expect(places("ovn-kubernetes", named)).toEqual(["spec.ingress[0].ports[1] named-ports"]);
    expect(places("kube-router", named)).toEqual([]);
  });

  it("names names that no pod has, where they open everything", () => {
    const unresolved = toDb({ from: [{ podSelector: {} }], ports: [{ port: "nobody" }] });
    expect(places("kube-router", unresolved)).toEqual(["spec.ingress[0].ports[0] named-ports"]);
    expect(places("kube-router", toDb({ from: [{ podSelector: {} }], ports: [{ port: "sql" }] }))).toEqual([]);
  });

  it("names ranges that are cut to their first port, in versions that do so", () => {
    expect(places("weave", ranged)).toEqual(["spec.ingress[0].ports[1] end-port"]);
    expect(places({ name: "cilium", version: "1.15.3" }, ranged)).toEqual(["spec.ingress[0].ports[1] end-port"]);
    expect(places("cilium", ranged)).toEqual([]);
    expect(places("weave", toDb({ ports: [{ port: 80, endPort: 80 }] }))).toEqual([]);
  });

  it("names SCTP where it is off", () => {
    expect(places("cilium", sctp)).toEqual(["spec.ingress[0].ports[1] sctp"]);
    expect(places({ name: "cilium", settings: { "enable-sctp": true } }, sctp)).toEqual([]);
  });

  it("names blocks that hold loaded pods where blocks match none, but not everywhere", () => {
    expect(places("cilium", peer(...block("10.0.0.1/32", "198.51.100.0/24", "0.0.0.0/0")))).toEqual([
      "spec.ingress[0].from[0] ip-block",
    ]);
  });

  it("names everywhere where pods would reach no pods at all, not even the DNS", () => {
    const everywhere = { to: block("0.0.0.0/0") };
    expect(places("cilium", egress(everywhere))).toEqual(["spec.egress[0].to[0] ip-block"]);
    expect(places("cilium", egress({ to: [...block("0.0.0.0/0"), { namespaceSelector: {} }] }))).toEqual([]);
    expect(places("cilium", egress({ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] }))).toEqual([]);
    const dnsOnly = policy("shop/dns", {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: "UDP" }] }],
    });
    expect(places("cilium", egress(everywhere), dnsOnly)).toEqual([]);
    expect(places("calico", egress(everywhere))).toEqual([]);
  });

  it("names IPv6 where the plugin knows IPv4 alone", () => {
    expect(places("weave", peer(...block("10.0.0.0/8", "2001:db8::/32")))).toEqual([
      "spec.ingress[0].from[1] ip-families",
    ]);
  });

  it("names exceptions that other blocks of the rule undo", () => {
    const excepted = { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } };
    expect(places("kube-router", peer(excepted, ...block("10.1.2.0/24")))).toEqual([]);
    expect(places("kube-router", peer(excepted, ...block("10.0.0.0/12")))).toEqual([
      "spec.ingress[0].from[0] ip-block",
    ]);
    expect(places("kube-router", peer(excepted))).toEqual([]);
    expect(places("kube-router", peer(...block("0.0.0.0/0", "::/0")))).toEqual([]);
  });

  it("names cluster-wide policies where no tiers are known of the plugin", () => {
    expect(places("weave", tier)).toEqual([" own-policies"]);
  });

  it("names policies that select pods which nothing owns, where those are not covered", () => {
    const cni = { name: "aws-vpc-cni", settings: { "enable-network-policy": "true" } } as const;
    expect(places(cni, toDb({}))).toEqual(["spec.podSelector enforces"]);
    const owned = pod("shop/api", { labels: { app: "api" }, owner: { kind: "ReplicaSet", name: "api" } });
    expect(places(cni, owned, policy("shop/p", { podSelector: select({ app: "api" }) }))).toEqual([]);
  });

  it("names blocks that an egress rule of named ports loses", () => {
    const cni = { name: "aws-vpc-cni", settings: { "enable-network-policy": "true" } } as const;
    const rule = { to: [{ podSelector: {} }, ...block("198.51.100.0/24")], ports: [{ port: "sql" }] };
    expect(places(cni, egress(rule))).toContain("spec.egress[0].to[1] named-ports");
  });

  it("gives each fact with how sure it is, and its source", () => {
    for (const cni of ["flannel", "weave"] satisfies CniName[]) {
      for (const { message } of ignored(cni, named)) expect(message).toMatch(/\[verified in source.*: [\w-]+\/[\w-]+@/);
    }
  });
});
