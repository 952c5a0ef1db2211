/** What pods and Nodes tell of nodes' addresses, and of the ranges that pods get theirs from. */
import { describe, expect, it } from "vitest";
import { namespace, node, pod, policy } from "../docs/objects.ts";
import { Cluster } from "./cluster.ts";

const SHOP = namespace("shop");
const web = pod("shop/web", { labels: { app: "web" }, ips: ["10.1.0.1", "fd00::1"] });
const takes = (cidr: string): object =>
  policy("shop/web", {
    podSelector: { matchLabels: { app: "web" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ ipBlock: { cidr } }] }],
  });

describe("a node that pods tell of", () => {
  const told = (name: string, ...hostIPs: string[]): object => pod(`shop/${name}`, { node: "n1", hostIPs });
  const objects = [SHOP, web, takes("fd01::/64"), told("first", "fd01::1", "192.0.2.1")];

  it("has its addresses in another order when a pod comes that names them so", () => {
    const cluster = new Cluster(objects, [{ node: "n1" }, "shop/web"]);
    expect(cluster.verdict({ node: "n1" }, "shop/web")).toBe("allow");
    expect(cluster.update({ upsert: [told("second", "fd01::1", "192.0.2.1")] })).toBe("parts");
    expect(cluster.update({ upsert: [told("third", "192.0.2.1", "fd01::1")] })).toBe("anew");
    expect(cluster.verdict({ node: "n1" }, "shop/web")).toBe("deny");
  });

  it("and when the pod that names them so is one of another node", () => {
    const cluster = new Cluster(objects, [{ node: "n1" }, "shop/web"]);
    const other = pod("shop/other", { node: "n2", hostIPs: ["192.0.2.1"] });
    expect(cluster.update({ upsert: [other] })).toBe("anew");
    expect(cluster.update({ remove: [{ kind: "Pod", namespace: "shop", name: "other" }] })).toBe("anew");
  });
});

describe("the ranges that Nodes give pods addresses from", () => {
  const n1 = node("n1", ["192.0.2.1"], ["10.1.0.0/24"]);
  const young = pod("shop/young");
  const ends = ["shop/young", "shop/web"];

  it("say nothing of a pod without a node while one runs on a node without ranges", () => {
    const cluster = new Cluster([SHOP, web, n1, young, takes("10.1.0.0/24")], ends);
    expect(cluster.verdict("shop/young", "shop/web")).toBe("allow");
    expect(cluster.update({ upsert: [pod("shop/far", { node: "n2", ips: ["10.1.7.1"] })] })).toBe("anew");
    expect(cluster.verdict("shop/young", "shop/web")).toBe("undetermined");
    expect(cluster.update({ upsert: [pod("shop/farther", { node: "n2", ips: ["10.1.7.2"] })] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "Pod", namespace: "shop", name: "far" }] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "Pod", namespace: "shop", name: "farther" }] })).toBe("anew");
    expect(cluster.verdict("shop/young", "shop/web")).toBe("allow");
  });

  it("say nothing while a pod has an address outside its node's", () => {
    const cluster = new Cluster([SHOP, web, n1, young, takes("10.1.0.0/24")], ends);
    expect(cluster.update({ upsert: [pod("shop/stray", { node: "n1", ips: ["10.9.0.1"] })] })).toBe("anew");
    expect(cluster.verdict("shop/young", "shop/web")).toBe("undetermined");
    expect(cluster.update({ upsert: [pod("shop/stray", { node: "n1", ips: ["10.1.0.9"] })] })).toBe("anew");
    expect(cluster.verdict("shop/young", "shop/web")).toBe("allow");
  });
});
