/** Where `dns-cut` and `dns-tcp-cut` put their findings: one for each cause, at what is to be changed. */
import { describe, expect, it } from "vitest";
import { lint, loadState } from "../../bindings/inline.ts";
import { formatPath, formatReference } from "../../sdk/errors.ts";
import { clusterPolicy, pod, policy } from "../docs/objects.ts";
import { CLUSTER, dns, egress, select } from "./cases/cluster.ts";

const said = (id: string, ...objects: object[]): string[] =>
  lint(loadState([...CLUSTER, dns, ...objects]))
    .filter((finding) => finding.id === id)
    .map(({ object, path, message }) => `${formatReference(object)} ${formatPath(path)}: ${message}`);

const denied = policy("shop/deny", { podSelector: {}, policyTypes: ["Egress"] });
const toOwn = { to: [{ podSelector: {} }] };
const outOf = (path: string, labels: object): object =>
  policy(path, { podSelector: select(labels), policyTypes: ["Egress"], egress: [toOwn] });
const guard = (...egressRules: object[]): object => clusterPolicy("guard", "Admin", 1, { egress: egressRules });
const toOps = { action: "Pass", to: [{ namespaces: select({ team: "ops" }) }] };
const denyAll = { action: "Deny", to: [{ namespaces: {} }] };

describe("dns-cut", () => {
  it("names the policy that lets the pods out, and the default deny beside it", () => {
    expect(said("dns-cut", denied, egress(toOwn))).toEqual([
      "NetworkPolicy shop/p spec: `shop/web` cannot reach `kube-system/dns` on 53/UDP; `NetworkPolicy shop/deny` isolates it too, and lets no DNS through",
    ]);
  });

  it("tells of the pods of several policies once, at one that isolates them all", () => {
    const both = [egress(toOwn), outOf("shop/db-out", { app: "db" })];
    expect(said("dns-cut", denied, ...both)).toEqual([
      "NetworkPolicy shop/deny spec: `shop/db` and 1 more cannot reach `kube-system/dns` on 53/UDP; `NetworkPolicy shop/db-out` and 1 more isolate some of them too, and let no DNS through",
    ]);
    expect(said("dns-cut", ...both)).toEqual([
      "NetworkPolicy shop/db-out spec: `shop/db` cannot reach `kube-system/dns` on 53/UDP",
      "NetworkPolicy shop/p spec: `shop/web` cannot reach `kube-system/dns` on 53/UDP",
    ]);
  });

  it("tells of namespaces apart", () => {
    expect(said("dns-cut", egress(toOwn), outOf("ops/out", { app: "probe" }))).toEqual([
      "NetworkPolicy ops/out spec: `ops/probe` cannot reach `kube-system/dns` on 53/UDP",
      "NetworkPolicy shop/p spec: `shop/web` cannot reach `kube-system/dns` on 53/UDP",
    ]);
  });

  it("leaves out the pods of a policy that another one lets through", () => {
    const more = [
      outOf("shop/out", { tier: "front" }),
      pod("shop/a", { labels: { tier: "front", app: "web" }, ips: ["10.0.0.8"] }),
      pod("shop/b", { labels: { tier: "front" }, ips: ["10.0.0.9"] }),
    ];
    expect(said("dns-cut", egress({ ports: [{ port: 53, protocol: "UDP" }] }), ...more)).toEqual([
      "NetworkPolicy shop/out spec: `shop/b` cannot reach `kube-system/dns` on 53/UDP",
    ]);
  });

  it("names the cluster-wide policy's rule that denies it, whatever the NetworkPolicies let through", () => {
    expect(said("dns-cut", egress({ ports: [{ port: 53, protocol: "UDP" }] }), guard(toOps, denyAll))).toEqual([
      "ClusterNetworkPolicy guard spec.egress[1]: `ops/probe` and 2 more cannot reach `kube-system/dns` on 53/UDP: this rule denies it",
    ]);
    expect(said("dns-cut", egress({}), guard({ action: "Accept", to: [{ namespaces: {} }] }, denyAll))).toEqual([]);
  });
});

describe("dns-closed", () => {
  const port = { ports: [{ port: 53 }] };
  const at = (path: string, rule: object): object => policy(path, { podSelector: {}, ingress: [rule] });
  const all = "`ops/probe` and 2 more may ask `kube-system/dns`, which does not let them in on 53/UDP";

  it("names the policies of the DNS pods, once for all pods", () => {
    expect(said("dns-closed", at("kube-system/open", port))).toEqual([`NetworkPolicy kube-system/open spec: ${all}`]);
  });

  it("speaks of those alone that are not let in, and whose own egress lets them", () => {
    const fromShop = { from: [{ namespaceSelector: select({ team: "shop" }) }] };
    expect(said("dns-closed", at("kube-system/open", fromShop))).toEqual([
      "NetworkPolicy kube-system/open spec: `ops/probe` may ask `kube-system/dns`, which does not let it in on 53/UDP",
    ]);
    expect(
      said(
        "dns-closed",
        at("kube-system/open", fromShop),
        policy("ops/shut", { podSelector: {}, policyTypes: ["Egress"] }),
      ),
    ).toEqual([]);
  });

  it("names the rule of a cluster-wide policy that denies it", () => {
    const shut = clusterPolicy("shut", "Admin", 1, {
      subject: { namespaces: select({ "kubernetes.io/metadata.name": "kube-system" }) },
      ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
    });
    expect(said("dns-closed", shut)).toEqual([
      `ClusterNetworkPolicy shut spec.ingress[0]: ${all}: this rule denies it`,
    ]);
  });

  it("tells of each rule and each DNS pod with what it keeps out", () => {
    const fromOps = { action: "Deny", from: [{ namespaces: select({ team: "ops" }) }] };
    const shut = clusterPolicy("shut", "Admin", 1, {
      subject: { namespaces: select({ "kubernetes.io/metadata.name": "kube-system" }) },
      ingress: [fromOps],
    });
    const other = pod("kube-system/dns-2", { labels: { "k8s-app": "coredns" }, ips: ["10.0.2.2"] });
    const into = (name: string, label: string): object =>
      policy(`kube-system/${name}`, { podSelector: select({ "k8s-app": label }), ingress: [port] });
    expect(said("dns-closed", shut, other, into("one", "kube-dns"), into("two", "coredns"))).toEqual([
      "ClusterNetworkPolicy shut spec.ingress[0]: `ops/probe` may ask `kube-system/dns`, which does not let it in on 53/UDP: this rule denies it",
      "NetworkPolicy kube-system/one spec: `shop/db` and 1 more may ask `kube-system/dns`, which does not let them in on 53/UDP",
      "NetworkPolicy kube-system/two spec: `shop/db` and 1 more may ask `kube-system/dns-2`, which does not let them in on 53/UDP",
    ]);
  });

  it("is silent for pods with name servers of their own", () => {
    const bound = ["shop/web", "shop/db", "ops/probe"].map((path, i) => {
      const own = pod(path, { ips: [`10.0.9.${i}`] }) as { spec: object };
      return { ...own, spec: { ...own.spec, dnsPolicy: "None" } };
    });
    const objects = [...CLUSTER.filter((one) => (one as { kind: string }).kind !== "Pod"), dns, ...bound];
    expect(lint(loadState([...objects, at("kube-system/open", port)])).filter(({ id }) => id === "dns-closed")).toEqual(
      [],
    );
  });
});

describe("dns-tcp-cut", () => {
  it("is told at the same places", () => {
    const udp = { ports: [{ port: 53, protocol: "UDP" }] };
    const out = policy("shop/out", { podSelector: {}, policyTypes: ["Egress"], egress: [udp] });
    expect(said("dns-tcp-cut", egress(udp), out)).toEqual([
      "NetworkPolicy shop/out spec: `shop/db` and 1 more cannot reach `kube-system/dns` on 53/TCP; `NetworkPolicy shop/p` isolates some of them too, and lets no DNS through",
    ]);
  });
});
