/** The reference on ordered tiers, against cases worked out by hand from the specification. */
import { describe, expect, it } from "vitest";
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import { referenceVerdict } from "./evaluate.ts";
import type { PodSpec, TierRule } from "./objects.ts";

type Rules = { ingress?: TierRule[]; egress?: TierRule[] };

const EVERYONE = { namespaces: {} };
const namespace = (name: string, labels: Record<string, string> = {}): object => ({
  kind: "Namespace",
  metadata: { name, labels },
});
const pod = (name: string, ip: string | undefined, spec: PodSpec = {}): object => ({
  kind: "Pod",
  metadata: { namespace: "a", name, labels: { app: name } },
  spec,
  status: ip === undefined ? {} : { podIP: ip },
});
let made = 0;
const cnp = (tier: string, priority: number, rules: Rules, subject: object = EVERYONE): object => ({
  kind: "ClusterNetworkPolicy",
  metadata: { name: `cnp-${made++}` },
  spec: { tier, priority, subject, ...rules },
});
const admin = (...ingress: TierRule[]): object => cnp("Admin", 10, { ingress });
const baseline = (...ingress: TierRule[]): object => cnp("Baseline", 10, { ingress });
const anp = (priority: number, rules: Rules): object => ({
  kind: "AdminNetworkPolicy",
  metadata: { name: `anp-${made++}` },
  spec: { priority, subject: EVERYONE, ...rules },
});
const banp = (rules: Rules): object => ({
  kind: "BaselineAdminNetworkPolicy",
  metadata: { name: "default" },
  spec: { subject: EVERYONE, ...rules },
});
const isolated = (ingress: object[] = []): object => ({
  kind: "NetworkPolicy",
  metadata: { namespace: "a", name: `np-${made++}` },
  spec: { ingress },
});
const from = (action: string, more: Partial<TierRule> = {}): TierRule => ({ action, from: [EVERYONE], ...more });
const to = (action: string, more: Partial<TierRule> = {}): TierRule => ({ action, to: [EVERYONE], ...more });

const web = pod("web", "10.0.0.1", { nodeName: "n1" });
const db = pod("db", "10.0.0.2", { containers: [{ ports: [{ name: "sql", containerPort: 5432 }] }], nodeName: "n1" });
const node = (name: string, address: string, labels: Record<string, string>): object => ({
  kind: "Node",
  metadata: { name, labels },
  status: { addresses: [{ type: "InternalIP", address }] },
});
const cluster = [namespace("a", { team: "x" }), web, db];
const toDb: Flow = { from: "a/web", to: "a/db", port: 5432 };

function ask(policies: object[], flow: Partial<Flow> = {}, options: LoadOptions = {}, objects = cluster): string {
  const answer = referenceVerdict({ objects: [...objects, ...policies], options }, { ...toDb, ...flow });
  return "error" in answer ? answer.error : answer.verdict;
}

describe("order", () => {
  it("Admin decides before NetworkPolicy, NetworkPolicy before Baseline, and without any it passes", () => {
    expect(ask([admin(from("Accept")), isolated()])).toBe("allow");
    expect(ask([admin(from("Deny")), isolated([{}])])).toBe("deny");
    expect(ask([admin(from("Pass")), isolated([{}]), baseline(from("Deny"))])).toBe("allow");
    expect(ask([admin(from("Pass")), isolated(), baseline(from("Accept"))])).toBe("deny");
    expect(ask([admin(from("Pass")), baseline(from("Deny"))])).toBe("deny");
    expect(ask([admin(from("Pass"))])).toBe("allow");
    expect(ask([baseline(from("Pass"))])).toBe("allow");
  });

  it("no rule that matches is not a deny: tiers isolate nobody", () => {
    expect(ask([admin(from("Accept", { from: [{ namespaces: { matchLabels: { team: "y" } } }] }))])).toBe("allow");
  });

  it("the first rule that matches decides, and the lower priority's policy comes first", () => {
    expect(ask([admin(from("Accept"), from("Deny"))])).toBe("allow");
    expect(ask([admin(from("Pass"), from("Deny"))])).toBe("allow");
    const deny = cnp("Admin", 50, { ingress: [from("Deny")] });
    expect(ask([deny, cnp("Admin", 60, { ingress: [from("Pass")] })])).toBe("deny");
    expect(ask([deny, cnp("Admin", 40, { ingress: [from("Pass")] })])).toBe("allow");
  });

  it("both ends have to let it pass: an Accept on the way out opens nothing at the other end", () => {
    expect(ask([cnp("Admin", 1, { egress: [to("Accept")], ingress: [from("Deny")] })])).toBe("deny");
  });

  it("isolation for one direction leaves the other one to Baseline", () => {
    const egressOnly = {
      kind: "NetworkPolicy",
      metadata: { namespace: "a", name: "e" },
      spec: { policyTypes: ["Egress"] },
    };
    expect(ask([egressOnly, baseline(from("Deny"))], { from: "1.2.3.4" })).toBe("allow");
    expect(ask([{ ...egressOnly, spec: { egress: [{}], policyTypes: ["Egress"] } }, baseline(from("Deny"))])).toBe(
      "deny",
    );
  });

  it("ClusterNetworkPolicy comes before AdminNetworkPolicy, its Baseline before BaselineAdminNetworkPolicy", () => {
    expect(ask([anp(0, { ingress: [from("Allow")] }), admin(from("Deny"))])).toBe("deny");
    expect(ask([anp(0, { ingress: [from("Deny")] }), admin(from("Pass"))])).toBe("deny");
    expect(ask([banp({ ingress: [from("Deny")] }), baseline(from("Accept"))])).toBe("allow");
    expect(ask([banp({ ingress: [from("Deny")] }), baseline(from("Pass"))])).toBe("deny");
    expect(ask([banp({ ingress: [from("Deny")] }), anp(0, { ingress: [from("Pass")] }), isolated([{}])])).toBe("allow");
  });
});

describe("ties", () => {
  const tied = (first: string, second: string, ...more: object[]): string =>
    ask([cnp("Admin", 5, { ingress: [from(first)] }), cnp("Admin", 5, { ingress: [from(second)] }), ...more]);

  it("are undetermined only where the order makes a difference to the verdict", () => {
    expect(tied("Accept", "Deny")).toBe("undetermined");
    expect(tied("Accept", "Accept")).toBe("allow");
    expect(tied("Accept", "Pass")).toBe("allow");
    expect(tied("Accept", "Pass", isolated())).toBe("undetermined");
    expect(tied("Deny", "Pass", isolated())).toBe("deny");
    expect(tied("Deny", "Pass")).toBe("undetermined");
  });

  it("are between policies of one tier only, and where both have a rule that matches", () => {
    expect(ask([admin(from("Pass")), cnp("Baseline", 10, { ingress: [from("Deny")] })])).toBe("deny");
    expect(ask([admin(from("Accept")), anp(10, { ingress: [from("Deny")] })])).toBe("allow");
    const elsewhere = from("Deny", { from: [{ namespaces: { matchLabels: { team: "y" } } }] });
    expect(ask([admin(from("Accept")), admin(elsewhere)])).toBe("allow");
  });

  it("a settled one hides what comes after it", () => {
    expect(tied("Accept", "Accept", cnp("Admin", 6, { ingress: [from("Deny")] }))).toBe("allow");
    expect(tied("Deny", "Deny", cnp("Admin", 4, { ingress: [from("Accept")] }))).toBe("allow");
  });
});

describe("subjects and peers", () => {
  it("host-network pods are neither, but a node's or a network's address", () => {
    const host = pod("host", "9.9.9.9", { hostNetwork: true, nodeName: "n2" });
    const objects = [...cluster, host, node("n2", "9.9.9.9", { role: "edge" })];
    const asked = (rule: TierRule): string => ask([cnp("Admin", 1, { egress: [rule] })], { to: "a/host" }, {}, objects);
    expect(ask([admin(from("Deny"))], { to: "a/host" }, {}, objects)).toBe("allow");
    expect(ask([admin(from("Deny"))], { from: "a/host" }, {}, objects)).toBe("allow");
    expect(asked(to("Deny"))).toBe("allow");
    expect(asked(to("Deny", { to: [{ nodes: { matchLabels: { role: "edge" } } }] }))).toBe("deny");
    expect(asked(to("Deny", { to: [{ nodes: { matchLabels: { role: "core" } } }] }))).toBe("allow");
    expect(asked(to("Deny", { to: [{ networks: ["9.9.9.0/24"] }] }))).toBe("deny");
  });

  it("nodes are matched by address: a pod is none, nor is an address of nobody; an undeclared one's labels are open", () => {
    const edge = to("Deny", { to: [{ nodes: { matchLabels: { role: "edge" } } }] });
    const policy = cnp("Admin", 1, { egress: [edge] });
    const objects = [...cluster, node("n1", "9.9.9.1", { role: "edge" })];
    expect(ask([policy], { to: "9.9.9.1" }, {}, objects)).toBe("deny");
    expect(ask([policy], { to: { node: "n1" } }, {}, objects)).toBe("deny");
    expect(ask([policy], { to: "9.9.9.2" }, {}, objects)).toBe("allow");
    expect(ask([policy], {}, {}, objects)).toBe("allow");
    expect(ask([policy], { to: { node: "n1" } })).toBe("undetermined");
    expect(ask([cnp("Admin", 1, { egress: [to("Deny", { to: [{ nodes: {} }] })] })], { to: { node: "n1" } })).toBe(
      "deny",
    );
  });

  it("networks hold pods' addresses and protocols without ports", () => {
    const policy = cnp("Admin", 1, { egress: [to("Deny", { to: [{ networks: ["10.0.0.2/32", "fd00::/8"] }] })] });
    expect(ask([policy])).toBe("deny");
    expect(ask([policy], { protocol: "ICMP" })).toBe("deny");
    expect(ask([policy], { from: "a/db", to: "a/web" })).toBe("allow");
  });

  it("an undeclared namespace leaves a subject and a peer open", () => {
    const x = { namespaces: { matchLabels: { team: "x" } } };
    const open = (rule: TierRule): string => ask([admin(rule)], {}, {}, [web, db]);
    expect(open(from("Deny", { from: [x] }))).toBe("undetermined");
    expect(open(from("Accept", { from: [x] }))).toBe("allow");
    expect(ask([cnp("Admin", 1, { ingress: [from("Deny")] }, x)], {}, {}, [web, db])).toBe("undetermined");
  });

  it("pods by both selectors; without a namespaceSelector in every namespace", () => {
    const pods = (namespaceSelector: object | undefined, app: string): TierRule =>
      from("Deny", {
        from: [{ pods: { ...(namespaceSelector && { namespaceSelector }), podSelector: { matchLabels: { app } } } }],
      });
    expect(ask([admin(pods(undefined, "web"))])).toBe("deny");
    expect(ask([admin(pods({ matchLabels: { team: "y" } }, "web"))])).toBe("allow");
    expect(ask([admin(pods({}, "db"))])).toBe("allow");
  });
});

describe("what fails closed", () => {
  const later = { serviceAccounts: {} } as object;

  it("a peer that is not known: Accept matches nothing, Deny and Pass become Deny all", () => {
    const beside = (action: string): TierRule =>
      from(action, { from: [later, EVERYONE], ports: [{ namedPort: "none" }] });
    expect(ask([admin(beside("Accept")), isolated()])).toBe("deny");
    expect(ask([admin(beside("Accept"))])).toBe("allow");
    expect(ask([admin(beside("Deny"))], { from: "1.2.3.4" })).toBe("deny");
    expect(ask([admin(beside("Pass")), isolated([{}])], { from: "1.2.3.4", protocol: "ICMP" })).toBe("deny");
  });

  it("an invalid selector opens nothing: nothing in an Accept, everything in a Deny, and a Pass denies", () => {
    const broken = { matchExpressions: [{ key: "team", operator: "In" }] };
    const rule = (action: string): TierRule => from(action, { from: [{ namespaces: broken }] });
    expect(ask([admin(rule("Accept"), from("Deny"))])).toBe("deny");
    expect(ask([admin(rule("Deny"))])).toBe("deny");
    expect(ask([admin(rule("Pass"), from("Accept"))])).toBe("deny");
    expect(ask([admin(rule("Deny"))], { from: "1.2.3.4" })).toBe("allow");
  });

  it("an invalid subject selects every pod, for rules that deny: an Accept matches nothing, a Pass denies", () => {
    const subject = { namespaces: { matchExpressions: [{ key: "team", operator: "In" }] } };
    const of = (action: string): object => cnp("Admin", 1, { ingress: [from(action)] }, subject);
    expect(ask([of("Deny")])).toBe("deny");
    expect(ask([of("Accept"), isolated()])).toBe("deny");
    expect(ask([of("Pass"), isolated([{}])])).toBe("deny");
  });

  it("a domain name without data leaves an Accept open to every destination", () => {
    const names = (domainNames: string[]): object =>
      cnp("Admin", 1, { egress: [to("Accept", { to: [{ domainNames }] })] });
    const closed = {
      kind: "NetworkPolicy",
      metadata: { namespace: "a", name: "e" },
      spec: { policyTypes: ["Egress"] },
    };
    const asked = (name: string, domains: Record<string, string[]> = {}): string =>
      ask([names([name]), closed], { to: "1.2.3.4" }, { domains });
    expect(asked("example.com")).toBe("undetermined");
    expect(asked("Example.com.", { "example.COM": ["1.2.3.4"] })).toBe("allow");
    expect(asked("example.com", { "example.com": ["1.2.3.5"] })).toBe("deny");
    expect(asked("*.example.com", { "a.b.example.com": ["1.2.3.4"] })).toBe("allow");
    expect(asked("*.example.com", { "a.b.example.com": ["1.2.3.5"] })).toBe("undetermined");
    expect(asked("*.example.com", { "example.com": ["1.2.3.4"] })).toBe("undetermined");
    expect(asked("*.example.com", { "*.example.com": ["1.2.3.5"] })).toBe("deny");
  });
});

describe("ports", () => {
  const at = (rule: Partial<TierRule>, flow: Partial<Flow> = {}): string => ask([admin(from("Deny", rule))], flow);

  it("numbers, ranges with both ends, and names on the destination under any protocol", () => {
    expect(at({ protocols: [{ tcp: { destinationPort: { number: 5432 } } }] })).toBe("deny");
    expect(at({ protocols: [{ udp: { destinationPort: { number: 5432 } } }] })).toBe("allow");
    expect(at({ protocols: [{ tcp: { destinationPort: { range: { start: 5000, end: 5432 } } } }] })).toBe("deny");
    expect(at({ protocols: [{ tcp: { destinationPort: { range: { start: 5433, end: 5500 } } } }] })).toBe("allow");
    expect(at({ protocols: [{ tcp: {} }] }, { port: 1 })).toBe("deny");
    expect(at({ protocols: [{ destinationNamedPort: "sql" }] })).toBe("deny");
    expect(at({ protocols: [{ destinationNamedPort: "sql" }] }, { port: 5431 })).toBe("allow");
    expect(at({ protocols: [{ destinationNamedPort: "sql" }] }, { protocol: "UDP" })).toBe("allow");
  });

  it("of AdminNetworkPolicy are TCP's where they say nothing", () => {
    expect(at({ ports: [{ portNumber: { port: 5432 } }] })).toBe("deny");
    expect(at({ ports: [{ portNumber: { port: 5432 } }] }, { protocol: "UDP" })).toBe("allow");
    expect(at({ ports: [{ portRange: { protocol: "UDP", start: 1, end: 6000 } }] }, { protocol: "UDP" })).toBe("deny");
    expect(at({ ports: [{ namedPort: "sql" }] })).toBe("deny");
  });

  it("a rule with ports never matches a protocol without; one with none does", () => {
    expect(at({ protocols: [{ tcp: {} }, { udp: {} }] }, { protocol: "ICMP" })).toBe("allow");
    expect(at({}, { protocol: "ICMP" })).toBe("deny");
  });
});

describe("what NetworkPolicy excepts", () => {
  it("a pod to its own address is exempt, not through a Service", () => {
    const service = {
      kind: "Service",
      metadata: { namespace: "a", name: "s" },
      spec: { clusterIP: "10.96.0.1", selector: { app: "db" }, ports: [{ port: 5432 }] },
    };
    const objects = [...cluster, service];
    expect(ask([admin(from("Deny"))], { from: "a/db" }, {}, objects)).toBe("allow");
    expect(ask([admin(from("Deny"))], { from: "a/db", to: { service: "a/s" } }, {}, objects)).toBe("deny");
  });

  it("the own node passes NetworkPolicy, and the tiers around it still decide", () => {
    const objects = [...cluster, node("n1", "9.9.9.1", {})];
    const fromNode = { from: { node: "n1" } };
    const denyAll = from("Deny", { from: [{ later: {} } as object] });
    expect(ask([isolated()], fromNode, {}, objects)).toBe("allow");
    expect(ask([isolated(), admin(denyAll)], fromNode, {}, objects)).toBe("deny");
    expect(ask([isolated(), baseline(denyAll)], fromNode, {}, objects)).toBe("allow");
    expect(ask([baseline(denyAll)], fromNode, {}, objects)).toBe("deny");
  });
});
