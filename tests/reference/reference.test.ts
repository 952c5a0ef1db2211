/** The reference against cases worked out by hand from the specification: it must be right before anything is held against it. */
import { describe, expect, it } from "vitest";
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import { parseAddress, parsePrefix } from "./address.ts";
import { referenceVerdict } from "./evaluate.ts";
import type { LabelSelector, NetworkPolicy, Pod } from "./objects.ts";
import { selects } from "./selector.ts";

type Labels = Record<string, string>;

const namespace = (name: string, labels: Labels = {}): object => ({ kind: "Namespace", metadata: { name, labels } });
const pod = (name: string, labels: Labels, spec: Pod["spec"] = {}, status: Pod["status"] = {}): object => ({
  kind: "Pod",
  metadata: { namespace: "a", name, labels },
  spec,
  status,
});
const policy = (spec: NetworkPolicy["spec"], name = "p"): object => ({
  kind: "NetworkPolicy",
  metadata: { namespace: "a", name },
  spec,
});
const flow = (from: Flow["from"], to: Flow["to"], more: Partial<Flow> = { port: 80 }): Flow => ({ from, to, ...more });

function ask(objects: object[], asked: Flow, options: LoadOptions = {}): string {
  const answer = referenceVerdict({ objects, options }, asked);
  return "error" in answer ? answer.error : answer.verdict;
}

describe("selectors", () => {
  const closed = (labels: Labels, selector: LabelSelector): string => selects(selector, { labels, open: false });
  const expression = (operator: string, ...values: string[]): LabelSelector => ({
    matchExpressions: [{ key: "k", operator, values }],
  });

  it("NotIn and DoesNotExist match an absent key, In and Exists do not", () => {
    expect(["NotIn", "DoesNotExist", "In", "Exists"].map((operator) => closed({}, expression(operator, "v")))).toEqual([
      "yes",
      "yes",
      "no",
      "no",
    ]);
  });

  it("an empty value is a value", () => {
    expect(closed({ k: "" }, { matchLabels: { k: "" } })).toBe("yes");
    expect(closed({}, { matchLabels: { k: "" } })).toBe("no");
    expect(closed({ k: "" }, expression("Exists"))).toBe("yes");
  });

  it("an open key is unknown, but for requirements that nothing satisfies together", () => {
    const open = { labels: { known: "1" }, open: true };
    const both = (...list: LabelSelector[]): LabelSelector => ({
      matchExpressions: list.flatMap(({ matchExpressions }) => matchExpressions ?? []),
    });
    expect(selects(expression("NotIn", "v"), open)).toBe("unknown");
    expect(selects({ matchLabels: { known: "1" } }, open)).toBe("yes");
    expect(selects(both(expression("In", "v"), expression("NotIn", "v")), open)).toBe("no");
    expect(selects(both(expression("Exists"), expression("DoesNotExist")), open)).toBe("no");
    expect(selects(both(expression("In", "v", "w"), expression("NotIn", "v")), open)).toBe("unknown");
  });
});

describe("addresses", () => {
  it("an IPv4-mapped address or prefix is IPv4", () => {
    expect(parseAddress("::ffff:10.0.0.1")).toEqual(parseAddress("10.0.0.1"));
    expect(parsePrefix("::ffff:10.1.2.3/104")).toEqual(parsePrefix("10.0.0.0/8"));
    expect(parsePrefix("::ffff:10.1.2.3/80").family).toBe(6);
  });

  it("what is no address is refused", () => {
    for (const text of [
      "",
      "1.2.3",
      "1.2.3.256",
      "01.2.3.4",
      ":::",
      "1::2::3",
      "g::",
      "1:2:3:4:5:6:7",
      "fe80::1%eth0",
    ]) {
      expect(parseAddress(text), text).toBeUndefined();
    }
  });
});

describe("verdicts", () => {
  const web = pod("web", { app: "web" }, { nodeName: "n1" }, { podIP: "10.0.0.1" });
  const db = pod("db", { app: "db" }, { nodeName: "n2" }, { podIP: "10.0.0.2" });
  const denyAll = policy({ policyTypes: ["Ingress", "Egress"] });

  it("policyTypes default to Ingress, and Egress with an egress rule", () => {
    expect(ask([web, db, policy({ egress: [] })], flow("a/web", "1.2.3.4"))).toBe("allow");
    expect(ask([web, db, policy({ egress: [] })], flow("1.2.3.4", "a/web"))).toBe("deny");
    expect(ask([web, db, policy({ egress: [{ ports: [{ port: 1 }] }] })], flow("a/web", "1.2.3.4"))).toBe("deny");
    expect(ask([web, db, policy({ policyTypes: ["Egress"], ingress: [] })], flow("1.2.3.4", "a/web"))).toBe("allow");
  });

  it("a pod reaches itself, and its node reaches it", () => {
    const node = {
      kind: "Node",
      metadata: { name: "n1" },
      status: { addresses: [{ type: "InternalIP", address: "9.9.9.9" }] },
    };
    const objects = [web, db, node, denyAll];
    expect(ask(objects, flow("a/web", "10.0.0.1"))).toBe("allow");
    expect(ask(objects, flow("9.9.9.9", "a/web"))).toBe("allow");
    expect(ask(objects, flow({ node: "n1" }, "a/web"))).toBe("allow");
    expect(ask(objects, flow("9.9.9.9", "a/db"))).toBe("deny");
    expect(ask(objects, flow("a/web", "9.9.9.9"))).toBe("deny");
  });

  it("ports: endPort is inclusive, no protocol is TCP, a name is looked up on the destination", () => {
    const named = pod(
      "web",
      { app: "web" },
      { containers: [{ ports: [{ name: "http", containerPort: 8080 }] }] },
      { podIP: "10.0.0.1" },
    );
    const objects = [named, policy({ ingress: [{ ports: [{ port: 80, endPort: 82 }, { port: "http" }] }] })];
    const at = (port: number, protocol: "TCP" | "UDP" = "TCP") =>
      ask(objects, flow("1.2.3.4", "a/web", { port, protocol }));
    expect([at(79), at(80), at(82), at(83), at(8080), at(80, "UDP")]).toEqual([
      "deny",
      "allow",
      "allow",
      "deny",
      "allow",
      "deny",
    ]);
  });

  it("ICMP passes a rule without ports and never one with ports", () => {
    const icmp: Partial<Flow> = { protocol: "ICMP" };
    expect(ask([web, policy({ ingress: [{}] })], flow("1.2.3.4", "a/web", icmp))).toBe("allow");
    expect(ask([web, policy({ ingress: [{ ports: [{}] }] })], flow("1.2.3.4", "a/web", icmp))).toBe("deny");
  });

  it("an ipBlock on an address that is not known yet follows the pod CIDRs", () => {
    const young = pod("young", { app: "young" });
    const block = (cidr: string, ...except: string[]) => [
      web,
      young,
      policy({ podSelector: { matchLabels: { app: "web" } }, ingress: [{ from: [{ ipBlock: { cidr, except } }] }] }),
    ];
    const options = { podCIDRs: ["10.0.0.0/16"] };
    const asked = flow("a/young", "a/web");
    expect(ask(block("10.0.0.0/8"), asked, options)).toBe("allow");
    expect(ask(block("10.1.0.0/16"), asked, options)).toBe("deny");
    expect(ask(block("10.0.1.0/24"), asked, options)).toBe("undetermined");
    expect(ask(block("10.0.0.0/8", "10.0.1.0/24"), asked, options)).toBe("undetermined");
    expect(ask(block("10.0.0.0/15", "10.0.0.0/17", "10.0.128.0/17"), asked, options)).toBe("deny");
    expect(ask(block("10.0.0.0/8"), asked)).toBe("undetermined");
    expect(ask(block("0.0.0.0/0"), asked)).toBe("allow");
  });

  it("an undeclared namespace leaves its labels open, but for its name", () => {
    const from = (namespaceSelector: LabelSelector) => [
      web,
      db,
      policy({ ingress: [{ from: [{ namespaceSelector }] }] }),
    ];
    const byName = { matchLabels: { "kubernetes.io/metadata.name": "a" } };
    expect(ask(from({ matchLabels: { team: "x" } }), flow("a/web", "a/db"))).toBe("undetermined");
    expect(ask(from(byName), flow("a/web", "a/db"))).toBe("allow");
    expect(
      ask(from({ matchLabels: { team: "x" } }), flow("a/web", "a/db"), { undeclaredNamespaces: "unlabelled" }),
    ).toBe("deny");
    const declared = [namespace("a", { team: "x", "kubernetes.io/metadata.name": "other" })];
    expect(ask([...from(byName), ...declared], flow("a/web", "a/db"))).toBe("allow");
    expect(ask([...from({ matchLabels: { team: "x" } }), ...declared], flow("a/web", "a/db"))).toBe("allow");
  });

  it("a host-network pod is its node: no subject, no selector's match, but an ipBlock's", () => {
    const host = pod("host", { app: "web" }, { hostNetwork: true, nodeName: "n3" }, { podIP: "9.9.9.3" });
    const allow = (peer: object) =>
      policy({ podSelector: { matchLabels: { app: "db" } }, ingress: [{ from: [peer] }] });
    expect(ask([host, db, denyAll], flow("1.2.3.4", "a/host"))).toBe("allow");
    expect(ask([host, db, allow({ podSelector: {} })], flow("a/host", "a/db"))).toBe("deny");
    expect(ask([host, db, allow({ ipBlock: { cidr: "9.9.9.0/24" } })], flow("a/host", "a/db"))).toBe("allow");
  });

  it("a protocol without ports reaches a headless Service's pods, and no other Service", () => {
    const service = (clusterIP: string) => ({
      kind: "Service",
      metadata: { namespace: "a", name: "s" },
      spec: { clusterIP, selector: { app: "web" } },
    });
    const asked = flow("a/db", { service: "a/s" }, { protocol: "ICMP" });
    expect(ask([web, db, service("None")], asked)).toBe("allow");
    expect(ask([web, db, service("10.96.0.1")], asked)).toBe("unknown-service-port");
  });

  it("a Service is its ready backends at their target ports; a way back through it is no short cut", () => {
    const service = {
      kind: "Service",
      metadata: { namespace: "a", name: "s" },
      spec: { clusterIP: "10.96.0.1", selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
    };
    const open = policy({
      podSelector: { matchLabels: { app: "web" } },
      ingress: [{ ports: [{ port: 8080 }], from: [{ podSelector: { matchLabels: { app: "db" } } }] }],
    });
    const objects = [web, db, service, open];
    expect(ask(objects, flow("a/db", { service: "a/s" }))).toBe("allow");
    expect(ask(objects, flow("a/db", "10.96.0.1", { port: "http" }))).toBe("allow");
    expect(ask(objects, flow("a/web", { service: "a/s" }))).toBe("deny");
    expect(ask(objects, flow("a/db", { service: "a/s" }, { port: 81 }))).toBe("unknown-service-port");
    expect(ask([db, service], flow("a/db", { service: "a/s" }))).toBe("no-backend");
  });

  it("a workload stands for pods only while it has none", () => {
    const deployment = {
      kind: "Deployment",
      metadata: { namespace: "a", name: "d" },
      spec: { template: { metadata: { labels: { app: "web" } } } },
    };
    const replicaSet = {
      kind: "ReplicaSet",
      metadata: { namespace: "a", name: "d-1", ownerReferences: [{ kind: "Deployment", name: "d" }] },
      spec: { replicas: 0 },
    };
    const descendant = {
      kind: "Pod",
      metadata: {
        namespace: "a",
        name: "d-1-x",
        labels: { app: "db" },
        ownerReferences: [{ kind: "ReplicaSet", name: "d-1" }],
      },
      status: { podIP: "10.0.0.9" },
    };
    const closed = policy({ podSelector: { matchLabels: { app: "web" } } });
    const asked = flow("1.2.3.4", { workload: "a/Deployment/d" });
    expect(ask([deployment, replicaSet, closed], asked)).toBe("deny");
    expect(ask([deployment, replicaSet, closed, descendant], asked)).toBe("allow");
    const set = {
      kind: "StatefulSet",
      metadata: { namespace: "a", name: "s" },
      spec: { replicas: 2, template: { metadata: { labels: { app: "web" } } } },
    };
    expect(
      ask(
        [set, policy({ podSelector: { matchLabels: { "apps.kubernetes.io/pod-index": "1" } } })],
        flow("a/s-0", "a/s-1"),
      ),
    ).toBe("deny");
    expect(ask([set], flow("a/s-0", "a/s-2"))).toBe("unknown-pod");
  });

  it("the family is the first of the source's that the destination shares", () => {
    const dual = pod("dual", {}, {}, { podIPs: [{ ip: "fd00::1" }, { ip: "10.0.0.3" }] });
    const onlyIPv6 = policy({
      podSelector: { matchLabels: { app: "web" } },
      ingress: [{ from: [{ ipBlock: { cidr: "::/0" } }] }],
    });
    expect(ask([dual, web, onlyIPv6], flow("a/dual", "a/web"))).toBe("deny");
    expect(ask([dual, web, onlyIPv6], flow("a/dual", "a/web", { port: 80, family: 6 }))).toBe("no-common-family");
    expect(ask([dual, web], flow("fd00::9", "a/web"))).toBe("no-common-family");
  });
});
