/** Rules of NetworkPolicy v1 that the Kubernetes e2e tests leave out; `docs/semantics.md` names each of these. */
import { describe, expect, it } from "vitest";
import { answer, namespace, node, pod, policy, verdict } from "./objects.ts";

const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1"] });
const db = pod("a/db", { labels: { app: "db" }, ips: ["10.0.0.2"] });
const far = pod("b/far", { labels: { app: "db" }, ips: ["10.0.1.1"] });
const cluster = [namespace("a"), namespace("b", { team: "x" }), web, db, far];
const OUTSIDE = "198.51.100.7";
const onWeb = { podSelector: { matchLabels: { app: "web" } } };

describe("isolation", () => {
  it("a pod that no policy selects lets everything pass", () => {
    expect(answer(cluster, { from: OUTSIDE, to: "a/web", port: 80 })).toMatchObject({
      verdict: "allow",
      ingress: "not-isolated",
    });
  });

  it("rules of a direction that policyTypes leaves out have no effect", () => {
    const spec = { ...onWeb, policyTypes: ["Egress"], ingress: [], egress: [{}] };
    expect(verdict([...cluster, policy("a/p", spec)], OUTSIDE, "a/web")).toBe("allow");
  });

  it("egress rules without policyTypes isolate for ingress too", () => {
    const objects = [...cluster, policy("a/p", { ...onWeb, egress: [{}] })];
    expect(verdict(objects, "a/db", "a/web")).toBe("deny");
    expect(verdict(objects, "a/web", "a/db")).toBe("allow");
  });

  it("an empty egress list without policyTypes leaves egress alone", () => {
    expect(verdict([...cluster, policy("a/p", { ...onWeb, egress: [] })], "a/web", OUTSIDE)).toBe("allow");
  });

  it("a policy without a spec denies all ingress to its namespace's pods", () => {
    const bare = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p", namespace: "a" } };
    expect(verdict([...cluster, bare], "a/db", "a/web")).toBe("deny");
    expect(verdict([...cluster, bare], "a/db", "b/far")).toBe("allow");
  });
});

describe("ports", () => {
  const at = (ports: readonly object[] | undefined, port: number, protocol: "TCP" | "UDP" = "TCP"): string =>
    verdict([...cluster, policy("a/p", { ...onWeb, ingress: [{ ports }] })], "a/db", "a/web", { port, protocol });

  it("a rule without ports matches every port of every protocol", () => {
    for (const ports of [undefined, []]) {
      expect(at(ports, 1)).toBe("allow");
      expect(at(ports, 65535, "UDP")).toBe("allow");
    }
  });

  it("an empty port entry matches every TCP port and nothing else", () => {
    expect(at([{}], 1)).toBe("allow");
    expect(at([{}], 1, "UDP")).toBe("deny");
  });

  it("endPort is part of the range", () => {
    const range = [{ port: 80, endPort: 82 }];
    expect([79, 80, 82, 83].map((port) => at(range, port))).toEqual(["deny", "allow", "allow", "deny"]);
  });

  it("a number matches whether or not a container declares it", () => {
    expect(at([{ port: 4711 }], 4711)).toBe("allow");
  });
});

describe("named ports", () => {
  const http = (containerPort: number, protocol?: string): object => ({
    name: "http",
    containerPort,
    ...(protocol && { protocol }),
  });
  const one = pod("a/one", { labels: { app: "web" }, ips: ["10.0.0.11"], ports: [http(80)] });
  const two = pod("a/two", { labels: { app: "web" }, ips: ["10.0.0.12"], ports: [http(8080)] });
  const objects = [...cluster, one, two];

  it("a name means each destination pod's own number", () => {
    const named = [...objects, policy("a/p", { ...onWeb, ingress: [{ ports: [{ port: "http" }] }] })];
    expect(verdict(named, "a/db", "a/one")).toBe("allow");
    expect(verdict(named, "a/db", "a/two")).toBe("deny");
    expect(verdict(named, "a/db", "a/two", { port: 8080 })).toBe("allow");
    const out = [
      ...objects,
      policy("a/p", { ...onWeb, egress: [{ ports: [{ port: "http" }] }], policyTypes: ["Egress"] }),
    ];
    expect(verdict(out, "a/web", "a/two", { port: 8080 })).toBe("allow");
    expect(verdict(out, "a/web", "a/two")).toBe("deny");
  });

  it("a name that the pod does not have matches no port", () => {
    const named = [...objects, policy("a/p", { ...onWeb, ingress: [{ ports: [{ port: "http" }] }] })];
    expect(verdict(named, "a/db", "a/web")).toBe("deny");
  });

  it("a name matches under its own protocol only", () => {
    const udp = pod("a/udp", { labels: { app: "web" }, ips: ["10.0.0.13"], ports: [http(80, "UDP")] });
    const named = [...objects, udp, policy("a/p", { ...onWeb, ingress: [{ ports: [{ port: "http" }] }] })];
    expect(verdict(named, "a/db", "a/udp")).toBe("deny");
    expect(verdict(named, "a/db", "a/udp", { protocol: "UDP" })).toBe("deny");
  });

  it("a name never matches an address without a pod, and does match a pod in an ipBlock", () => {
    const block = { ipBlock: { cidr: "0.0.0.0/0" } };
    const out = policy("a/p", {
      ...onWeb,
      policyTypes: ["Egress"],
      egress: [{ to: [block], ports: [{ port: "http" }] }],
    });
    expect(verdict([...objects, out], "a/web", OUTSIDE)).toBe("deny");
    expect(verdict([...objects, out], "a/web", "a/one")).toBe("allow");
  });

  it("names of sidecars count, names of other init containers do not", () => {
    const open = policy("a/p", { podSelector: {}, ingress: [{ ports: [{ port: "http" }] }] });
    const sidecar = { name: "side", restartPolicy: "Always", ports: [http(80)] };
    const init = { name: "init", ports: [http(80)] };
    const withSidecar = pod("a/s", { initContainers: [sidecar], ips: ["10.0.0.14"] });
    const withInit = pod("a/i", { initContainers: [init], ips: ["10.0.0.15"] });
    expect(verdict([namespace("a"), withSidecar, open], OUTSIDE, "a/s")).toBe("allow");
    expect(verdict([namespace("a"), withInit, open], OUTSIDE, "a/i")).toBe("deny");
  });

  it("a name on several containers matches each number, and a flow's port by that name is the first", () => {
    const containers = [
      { name: "x", ports: [http(8001)] },
      { name: "y", ports: [http(8002)] },
    ];
    const both = pod("a/both", { containers, ips: ["10.0.0.16"] });
    const open = policy("a/p", { podSelector: {}, ingress: [{ ports: [{ port: "http" }] }] });
    const named = [namespace("a"), both, open];
    expect([8001, 8002, 8003].map((port) => verdict(named, OUTSIDE, "a/both", { port }))).toEqual([
      "allow",
      "allow",
      "deny",
    ]);
    const first = [namespace("a"), both, policy("a/p", { podSelector: {}, ingress: [{ ports: [{ port: 8001 }] }] })];
    expect(verdict(first, OUTSIDE, "a/both", { port: "http" })).toBe("allow");
  });
});

describe("peers", () => {
  const ingress = (...from: object[]): object => policy("a/p", { ...onWeb, ingress: [{ from }] });

  it("no peers, or an empty list of them, are anyone", () => {
    for (const rule of [{}, { from: [] }, { from: null }]) {
      const objects = [...cluster, policy("a/p", { ...onWeb, ingress: [rule] })];
      expect(verdict(objects, OUTSIDE, "a/web")).toBe("allow");
    }
  });

  it("selectors match pods only: an empty namespaceSelector holds no outside address and no node", () => {
    const objects = [...cluster, node("n", ["192.0.2.1"]), ingress({ namespaceSelector: {} })];
    expect(verdict(objects, "b/far", "a/web")).toBe("allow");
    expect(verdict(objects, OUTSIDE, "a/web")).toBe("deny");
    expect(verdict(objects, { node: "n" }, "a/web")).toBe("deny");
  });

  it("an except narrows its own ipBlock and no other", () => {
    const excepted = { ipBlock: { cidr: "198.51.100.0/24", except: ["198.51.100.0/28"] } };
    expect(verdict([...cluster, ingress(excepted)], OUTSIDE, "a/web")).toBe("deny");
    const other = { ipBlock: { cidr: "198.51.100.7/32" } };
    expect(verdict([...cluster, ingress(excepted, other)], OUTSIDE, "a/web")).toBe("allow");
  });

  it("address families never mix, and an IPv4-mapped address is IPv4", () => {
    const from = (cidr: string, address: string): string => {
      const dual = pod("a/dual", { labels: { app: "web" }, ips: ["10.0.0.9", "fd00::9"] });
      return verdict([namespace("a"), dual, ingress({ ipBlock: { cidr } })], address, "a/dual");
    };
    expect(from("0.0.0.0/0", "2001:db8::1")).toBe("deny");
    expect(from("::/0", OUTSIDE)).toBe("deny");
    expect(from("0.0.0.0/0", `::ffff:${OUTSIDE}`)).toBe("allow");
    expect(from("::ffff:198.51.100.0/120", OUTSIDE)).toBe("allow");
  });

  it("a CIDR with host bits means its network", () => {
    expect(verdict([...cluster, ingress({ ipBlock: { cidr: "198.51.100.200/24" } })], OUTSIDE, "a/web")).toBe("allow");
  });

  it("an ipBlock matches pods by their addresses", () => {
    const objects = [...cluster, ingress({ ipBlock: { cidr: "10.0.1.0/24" } })];
    expect(answer(objects, { from: "b/far", to: "a/web", port: 80 })).toMatchObject({
      verdict: "allow",
      caveats: ["ip-block-matches-pod"],
    });
  });

  it("a pod of two families is matched by the address that is used", () => {
    const dual = pod("b/dual", { ips: ["10.0.1.9", "fd00::9"] });
    const objects = [
      namespace("a"),
      namespace("b"),
      dual,
      pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1", "fd00::1"] }),
      ingress({ ipBlock: { cidr: "fd00::/16" } }),
    ];
    expect(verdict(objects, "b/dual", "a/web", { family: 4 })).toBe("deny");
    expect(verdict(objects, "b/dual", "a/web", { family: 6 })).toBe("allow");
  });
});

describe("selectors", () => {
  const matches = (requirement: object): string =>
    verdict(
      [
        ...cluster,
        policy("a/p", { ...onWeb, ingress: [{ from: [{ podSelector: { matchExpressions: [requirement] } }] }] }),
      ],
      "a/db",
      "a/web",
    );

  it("NotIn and DoesNotExist match where the label is absent, In and Exists do not", () => {
    expect(matches({ key: "k", operator: "NotIn", values: ["v"] })).toBe("allow");
    expect(matches({ key: "k", operator: "DoesNotExist" })).toBe("allow");
    expect(matches({ key: "k", operator: "In", values: ["v"] })).toBe("deny");
    expect(matches({ key: "k", operator: "Exists" })).toBe("deny");
  });

  it("an empty value is a value", () => {
    const selects = (labels: Record<string, string>): string =>
      verdict(
        [
          namespace("a"),
          pod("a/x", { labels, ips: ["10.0.0.1"] }),
          policy("a/p", { podSelector: { matchLabels: { k: "" } } }),
        ],
        OUTSIDE,
        "a/x",
      );
    expect(selects({ k: "" })).toBe("deny");
    expect(selects({})).toBe("allow");
  });

  it("the label kubernetes.io/metadata.name is the namespace's name, whatever its manifest says", () => {
    const lying = namespace("b", { "kubernetes.io/metadata.name": "other" });
    const by = (name: string): string => {
      const peer = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
      return verdict(
        [namespace("a"), lying, web, far, policy("a/p", { ...onWeb, ingress: [{ from: [peer] }] })],
        "b/far",
        "a/web",
      );
    };
    expect(by("b")).toBe("allow");
    expect(by("other")).toBe("deny");
  });
});

describe("namespaces without a Namespace object", () => {
  const from = (namespaceSelector: object): object[] => [
    namespace("a"),
    web,
    far,
    policy("a/p", { ...onWeb, ingress: [{ from: [{ namespaceSelector }] }] }),
  ];

  it("their labels are open, but for their name", () => {
    expect(answer(from({ matchLabels: { team: "x" } }), { from: "b/far", to: "a/web", port: 80 })).toMatchObject({
      verdict: "undetermined",
      ingress: "unsettled",
      caveats: expect.arrayContaining(["namespace-undeclared"]),
    });
    const notIn = { matchExpressions: [{ key: "team", operator: "NotIn", values: ["x"] }] };
    expect(verdict(from(notIn), "b/far", "a/web")).toBe("undetermined");
    const byName = { matchLabels: { "kubernetes.io/metadata.name": "b" } };
    expect(verdict(from(byName), "b/far", "a/web")).toBe("allow");
  });

  it("`undeclaredNamespaces: unlabelled` says that they have none", () => {
    const options = { undeclaredNamespaces: "unlabelled" } as const;
    expect(verdict(from({ matchLabels: { team: "x" } }), "b/far", "a/web", {}, options)).toBe("deny");
  });
});
