/** Rules of ClusterNetworkPolicy and its predecessors; `docs/semantics.md` names each of these. */
import { describe, expect, it } from "vitest";
import { evaluate, type Flow, type LoadOptions, loadState } from "../../bindings/inline.ts";
import {
  type Answer,
  adminPolicy,
  answer,
  baselineAdminPolicy,
  clusterPolicy,
  namespace,
  node,
  pod,
  policy,
  service,
} from "./objects.ts";

const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" });
const sql = [{ name: "sql", containerPort: 5432 }];
const db = pod("a/db", { labels: { app: "db" }, ips: ["10.0.0.2"], node: "n1", ports: sql });
const n1 = node("n1", ["192.0.2.1"], [], { role: "edge" });
const n2 = node("n2", ["192.0.2.2"], [], { role: "core" });
const cluster = [namespace("a", { team: "x" }), web, db, n1, n2];
const OUTSIDE = "198.51.100.7";

const ANYONE = [{ namespaces: {} }];
const from = (action: string, more: object = {}): object => ({ action, from: ANYONE, ...more });
const to = (action: string, peer: object, more: object = {}): object => ({ action, to: [peer], ...more });
const ingress = (...rules: object[]): object => ({ ingress: rules });
const egress = (...rules: object[]): object => ({ egress: rules });
const admin = (...rules: object[]): object => clusterPolicy("admin", "Admin", 10, ingress(...rules));
const baseline = (...rules: object[]): object => clusterPolicy("baseline", "Baseline", 10, ingress(...rules));
const open = policy("a/open", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] });
const closed = policy("a/closed", { podSelector: {}, policyTypes: ["Ingress"] });
const noWayOut = policy("a/no-way-out", { podSelector: {}, policyTypes: ["Egress"] });

function ask(policies: readonly object[], flow: Partial<Flow> = {}, options?: LoadOptions): Answer {
  return answer([...cluster, ...policies], { from: "a/web", to: "a/db", port: 5432, ...flow }, options);
}
/** Verdict and reason of the side where these policies are. */
const into = (policies: readonly object[], flow: Partial<Flow> = {}): string => {
  const { verdict, ingress: reason } = ask(policies, flow);
  return `${verdict} ${reason}`;
};
const out = (policies: readonly object[], flow: Partial<Flow> = {}, options?: LoadOptions): string => {
  const { verdict, egress: reason } = ask(policies, flow, options);
  return `${verdict} ${reason}`;
};

describe("order", () => {
  it("Admin decides before NetworkPolicy, NetworkPolicy before Baseline", () => {
    expect(into([admin(from("Accept")), closed])).toBe("allow admin-allow");
    expect(into([admin(from("Deny")), open])).toBe("deny admin-deny");
    expect(into([baseline(from("Deny")), open])).toBe("allow rule");
    expect(into([baseline(from("Accept")), closed])).toBe("deny no-rule");
    expect(into([baseline(from("Deny"))])).toBe("deny baseline-deny");
    expect(into([baseline(from("Accept"))])).toBe("allow baseline-allow");
  });

  it("the first rule that matches decides, and the policy of the lowest priority is asked first", () => {
    expect(into([admin(from("Accept"), from("Deny"))])).toBe("allow admin-allow");
    expect(into([admin(from("Deny"), from("Accept"))])).toBe("deny admin-deny");
    const later = clusterPolicy("a-later-one", "Admin", 11, ingress(from("Deny")));
    expect(into([later, admin(from("Accept"))])).toBe("allow admin-allow");
  });

  it("Pass leaves the tier, and what follows decides", () => {
    expect(into([admin(from("Pass"), from("Deny")), open])).toBe("allow rule");
    expect(into([admin(from("Pass")), baseline(from("Deny"))])).toBe("deny baseline-deny");
    expect(into([admin(from("Pass"))])).toBe("allow not-isolated");
    expect(into([baseline(from("Pass"), from("Deny"))])).toBe("allow not-isolated");
  });

  it("ordered tiers isolate nobody: what no rule matches goes on", () => {
    const elsewhere = from("Accept", { from: [{ namespaces: { matchLabels: { team: "y" } } }] });
    expect(into([admin(elsewhere)])).toBe("allow not-isolated");
    expect(into([admin(elsewhere), closed])).toBe("deny no-rule");
  });

  it("an Accept at one end opens nothing at the other", () => {
    const both = { ...egress(to("Accept", { namespaces: {} })), ...ingress(from("Deny")) };
    expect(ask([clusterPolicy("both", "Admin", 1, both)])).toMatchObject({
      verdict: "deny",
      egress: "admin-allow",
      ingress: "admin-deny",
    });
  });

  it("isolation for one direction leaves the other to Baseline", () => {
    const answered = ask([noWayOut, baseline(from("Deny"))], { from: "a/db", to: "a/web" });
    expect(answered).toMatchObject({ verdict: "deny", ingress: "baseline-deny" });
    expect(answered.caveats).toContain("egress-baseline");
    // Without Baseline the pod would be open too.
    const accepted = ask([noWayOut, baseline(from("Accept"))], { from: "a/db", to: "a/web" });
    expect(accepted.caveats).not.toContain("egress-baseline");
  });

  it("a ClusterNetworkPolicy decides before an AdminNetworkPolicy, and its Baseline before the baseline one", () => {
    const allow = adminPolicy("allow", 0, ingress(from("Allow")));
    expect(into([allow, admin(from("Deny"))])).toBe("deny admin-deny");
    expect(into([allow, admin(from("Pass")), closed])).toBe("allow admin-allow");
    const deny = baselineAdminPolicy(ingress(from("Deny")));
    expect(into([deny, baseline(from("Accept"))])).toBe("allow baseline-allow");
    expect(into([deny, baseline(from("Pass"))])).toBe("deny baseline-deny");
    expect(ask([deny, admin(from("Pass"))]).caveats).toContain("mixed-policy-apis");
  });

  it("tied policies are undetermined where their order decides, and only there", () => {
    const tied = (first: string, second: string, ...more: object[]): Answer =>
      ask([admin(from(first)), clusterPolicy("tied", "Admin", 10, ingress(from(second))), ...more]);
    const answered = tied("Accept", "Deny");
    expect(answered).toMatchObject({ verdict: "undetermined", ingress: "unsettled" });
    expect(answered.caveats).toContain("equal-priority");
    expect(tied("Accept", "Pass", closed).verdict).toBe("undetermined");
    for (const settled of [tied("Accept", "Pass", open), tied("Deny", "Deny"), tied("Accept", "Accept", closed)]) {
      expect(settled.verdict).not.toBe("undetermined");
      expect(settled.caveats).not.toContain("equal-priority");
    }
  });
});

describe("peers", () => {
  const denied = (peer: object, flow: Partial<Flow> = {}): boolean =>
    out([clusterPolicy("p", "Admin", 1, egress(to("Deny", peer)))], flow) === "deny admin-deny";

  it("pods need both selectors to match; without a namespaceSelector they are of every namespace", () => {
    const podSelector = { matchLabels: { app: "db" } };
    expect(denied({ pods: { podSelector } })).toBe(true);
    expect(denied({ pods: { namespaceSelector: { matchLabels: { team: "x" } }, podSelector } })).toBe(true);
    expect(denied({ pods: { namespaceSelector: { matchLabels: { team: "y" } }, podSelector } })).toBe(false);
    expect(denied({ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "web" } } } })).toBe(false);
  });

  it("networks match addresses of pods, of nodes and from outside", () => {
    expect(denied({ networks: ["10.0.0.2/32"] })).toBe(true);
    expect(denied({ networks: ["192.0.2.0/24"] }, { to: { node: "n2" } })).toBe(true);
    expect(denied({ networks: ["fd00::/8", "198.51.100.0/24"] }, { to: OUTSIDE })).toBe(true);
    expect(denied({ networks: ["198.51.100.0/24"] })).toBe(false);
  });

  it("nodes match the addresses of nodes with these labels, and no pod's", () => {
    const edge = { nodes: { matchLabels: { role: "edge" } } };
    expect(denied(edge, { to: "192.0.2.1" })).toBe(true);
    expect(denied(edge, { to: { node: "n1" } })).toBe(true);
    expect(denied(edge, { to: { node: "n2" } })).toBe(false);
    expect(denied({ nodes: {} })).toBe(false);
    expect(denied({ nodes: {} }, { to: OUTSIDE })).toBe(false);
  });

  it("domain names match the addresses that the option gives, in any spelling; a pattern those of all names below it", () => {
    const asked = (name: string, domains?: Record<string, string[]>): string =>
      out(
        [noWayOut, clusterPolicy("p", "Admin", 1, egress(to("Accept", { domainNames: [name] })))],
        { to: OUTSIDE },
        {
          ...(domains && { domains }),
        },
      );
    expect(asked("Example.com.", { "example.COM": [OUTSIDE] })).toBe("allow admin-allow");
    expect(asked("example.com", { "example.com": ["198.51.100.8"] })).toBe("deny no-rule");
    expect(asked("*.example.com", { "a.b.example.com": [OUTSIDE] })).toBe("allow admin-allow");
    expect(asked("*.example.com", { "example.com": [OUTSIDE] })).toBe("undetermined unsettled");
    expect(asked("*.example.com", { "*.example.com": ["198.51.100.8"] })).toBe("deny no-rule");
    expect(asked("*.example.com", { "*.example.com": [], "b.example.com": [OUTSIDE] })).toBe("allow admin-allow");
  });

  it("a domain name without addresses leaves an Accept open", () => {
    const names = clusterPolicy("p", "Admin", 1, egress(to("Accept", { domainNames: ["example.com"] })));
    const answered = ask([noWayOut, names], { to: OUTSIDE });
    expect(answered).toMatchObject({ verdict: "undetermined", egress: "unsettled" });
    expect(answered.caveats).toContain("domain-unknown");
    expect(ask([names], { to: OUTSIDE }).verdict).toBe("allow");
  });

  it("what labels leave open is settled by those of the subject's namespace, the peer's, or the node's", () => {
    const far = pod("far/x", { ips: ["10.0.0.9"], node: "n3" });
    const agent = pod("a/agent", { hostNetwork: true, node: "n3", ips: ["192.0.2.3"] });
    const settles = (flow: Partial<Flow>, ...policies: object[]): unknown => {
      const state = loadState([...cluster, far, agent, ...policies]);
      const { verdict, caveats } = evaluate(state, { from: "a/web", to: "a/db", port: 80, ...flow });
      return [verdict, ...caveats.flatMap(({ objects = [] }) => objects.map(({ kind, name }) => `${kind} ${name}`))];
    };
    const byTeam = { namespaces: { matchLabels: { team: "y" } } };
    const subject = clusterPolicy("s", "Admin", 1, { subject: byTeam, egress: [to("Deny", { namespaces: {} })] });
    expect(settles({ from: "far/x" }, subject)).toEqual(["undetermined", "Namespace far"]);
    const peer = clusterPolicy("p", "Admin", 1, egress(to("Deny", byTeam)));
    expect(settles({ to: "far/x" }, peer)).toEqual(["undetermined", "Namespace far"]);
    const nodes = clusterPolicy("n", "Admin", 1, egress(to("Deny", { nodes: { matchLabels: { role: "edge" } } })));
    expect(settles({ to: "a/agent" }, nodes)).toEqual(["undetermined", "Node n3"]);
    expect(settles({ to: { node: "n3" } }, nodes)).toEqual(["undetermined", "Node n3"]);
  });

  it("host-network pods are neither subjects nor peers by their labels", () => {
    const agent = pod("a/agent", { labels: { app: "db" }, hostNetwork: true, node: "n2", ips: ["192.0.2.2"] });
    expect(into([agent, admin(from("Deny"))], { to: "a/agent" })).toBe("allow not-a-subject");
    expect(into([agent, admin(from("Deny"))], { from: "a/agent" })).toBe("allow not-isolated");
    expect(denied({ namespaces: {} }, { to: { node: "n2" } })).toBe(false);
  });

  it("ingress rules match nobody from outside the cluster", () => {
    expect(into([admin(from("Deny"))], { from: OUTSIDE })).toBe("allow not-isolated");
  });
});

describe("ports", () => {
  const denied = (rule: object, flow: Partial<Flow> = {}): boolean =>
    into([admin(from("Deny", rule))], flow).startsWith("deny");
  const tcp = (destinationPort: object): object => ({ protocols: [{ tcp: { destinationPort } }] });

  it("a number, or a range with both its ends, under its own protocol", () => {
    expect(denied(tcp({ number: 5432 }))).toBe(true);
    expect(denied(tcp({ number: 5432 }), { protocol: "UDP" })).toBe(false);
    expect(denied(tcp({ range: { start: 5000, end: 5432 } }))).toBe(true);
    expect(denied(tcp({ range: { start: 5433, end: 5500 } }))).toBe(false);
  });

  it("a name is the destination pod's, under whatever protocol it has there", () => {
    const named = { protocols: [{ destinationNamedPort: "sql" }] };
    expect(denied(named)).toBe(true);
    expect(denied(named, { port: 5433 })).toBe(false);
    expect(denied(named, { from: "a/db", to: "a/web" })).toBe(false);
    expect(denied({ protocols: [{ destinationNamedPort: "A name that no port can have" }] })).toBe(false);
  });

  it("a rule without protocols matches ICMP, one with any does not", () => {
    const ping = (rule: object): string =>
      answer([...cluster, admin(from("Deny", rule))], { from: "a/web", to: "a/db", protocol: "ICMP" }).verdict;
    expect(ping({})).toBe("deny");
    expect(ping(tcp({ range: { start: 1, end: 65535 } }))).toBe("allow");
  });

  it("those of AdminNetworkPolicy are of TCP unless they say otherwise", () => {
    const at = (port: object, flow: Partial<Flow> = {}): boolean =>
      into([adminPolicy("p", 1, ingress(from("Deny", { ports: [port] })))], flow).startsWith("deny");
    expect(at({ portNumber: { port: 5432 } })).toBe(true);
    expect(at({ portNumber: { port: 5432 } }, { protocol: "UDP" })).toBe(false);
    expect(at({ portRange: { protocol: "UDP", start: 5000, end: 6000 } }, { protocol: "UDP" })).toBe(true);
    expect(at({ namedPort: "sql" })).toBe(true);
  });
});

describe("what fails closed", () => {
  it("a peer of a kind that is not known: Accept matches nothing, Deny and Pass become Deny all", () => {
    const beside = { from: [{ serviceAccounts: {} }, ...ANYONE], protocols: [{ destinationNamedPort: "none" }] };
    expect(into([admin(from("Accept", beside)), closed])).toBe("deny no-rule");
    expect(into([admin(from("Deny", beside))], { from: OUTSIDE })).toBe("deny admin-deny");
    expect(into([admin(from("Pass", beside)), open], { from: OUTSIDE })).toBe("deny admin-deny");
  });

  it("an invalid selector matches nothing in an Accept and everything in a Deny; in a Pass, the rule becomes Deny all", () => {
    const broken = { matchExpressions: [{ key: "team", operator: "In" }] };
    const rule = (action: string): object => from(action, { from: [{ namespaces: broken }] });
    expect(into([admin(rule("Accept"), from("Deny"))])).toBe("deny admin-deny");
    expect(into([admin(rule("Deny"))])).toBe("deny admin-deny");
    expect(into([admin(rule("Pass"), from("Accept"))])).toBe("deny admin-deny");
    expect(into([admin(rule("Pass")), open], { from: OUTSIDE })).toBe("deny admin-deny");
  });

  it("an invalid subject is every pod, to rules that deny: an Accept matches nothing, a Pass becomes Deny all", () => {
    const subject = { namespaces: { matchExpressions: [{ key: "team", operator: "In" }] } };
    const of = (action: string): object => clusterPolicy("p", "Admin", 1, { subject, ...ingress(from(action)) });
    expect(into([of("Deny")])).toBe("deny admin-deny");
    expect(into([of("Accept"), closed])).toBe("deny no-rule");
    expect(into([of("Pass"), open])).toBe("deny admin-deny");
  });
});

describe("exceptions", () => {
  it("a pod's traffic to its own address is exempt, to itself through a Service it is not", () => {
    const itself = service("a/db", { clusterIP: "10.96.0.1", selector: { app: "db" }, ports: [{ port: 5432 }] });
    expect(into([itself, admin(from("Deny"))], { from: "a/db" })).toBe("allow same-pod");
    expect(into([itself, admin(from("Deny"))], { from: "a/db", to: { service: "a/db" } })).toBe("deny admin-deny");
  });

  it("the own node passes NetworkPolicy, not the tiers around it", () => {
    const denyAll = from("Deny", { from: [{ serviceAccounts: {} }] });
    const node1: Partial<Flow> = { from: { node: "n1" } };
    expect(into([closed], node1)).toBe("allow own-node");
    expect(into([closed, admin(denyAll)], node1)).toBe("deny admin-deny");
    expect(into([closed, baseline(denyAll)], node1)).toBe("allow own-node");
    expect(into([baseline(denyAll)], node1)).toBe("deny baseline-deny");
  });
});
