import { describe, expect, test } from "vitest";
import { describe as describePolicy } from "../../bindings/inline.ts";
import { formatPrefix } from "../../sdk/address.ts";
import { manifest, policy, problems, read, readPolicy } from "./support.ts";

describe("policyTypes are defaulted as the API server does", () => {
  test.each([
    ["neither ingress nor egress: Ingress", `{}`, ["Ingress"]],
    ["no spec at all: Ingress", undefined, ["Ingress"]],
    ["ingress rules only: Ingress", `{"ingress": [{}]}`, ["Ingress"]],
    ["egress rules only: both, so ingress is denied too", `{"egress": [{}]}`, ["Ingress", "Egress"]],
    ["an empty egress list does not count", `{"egress": []}`, ["Ingress"]],
    ["an empty policyTypes list is absent", `{"policyTypes": [], "egress": [{}]}`, ["Ingress", "Egress"]],
    ["null policyTypes are absent", `{"policyTypes": null}`, ["Ingress"]],
    ["Egress with ingress rules stays Egress", `{"policyTypes": ["Egress"], "ingress": [{}]}`, ["Egress"]],
    ["Ingress with egress rules stays Ingress", `{"policyTypes": ["Ingress"], "egress": [{}]}`, ["Ingress"]],
    ["both stay both", `{"policyTypes": ["Egress", "Ingress"]}`, ["Egress", "Ingress"]],
    ["one given twice is given once", `{"policyTypes": ["Ingress", "Ingress"]}`, ["Ingress"]],
  ])("%s", (_, spec, types) => {
    const text = spec === undefined ? manifest("networking.k8s.io/v1", "NetworkPolicy") : policy(spec);
    expect(read(text).networkPolicies[0]?.policyTypes).toEqual(types);
  });
});

describe("absent, null and empty", () => {
  test.each([
    ["absent", `{"ingress": [{}]}`],
    ["null", `{"ingress": [{"from": null, "ports": null}]}`],
    ["empty", `{"ingress": [{"from": [], "ports": []}]}`],
  ])("%s peers and ports of a rule are any peer and any port", (_, spec) => {
    expect(readPolicy(spec).ingress).toEqual([{ peers: [], ports: [] }]);
  });

  test.each([
    ["absent", `{}`],
    ["null", `{"podSelector": null}`],
    ["empty", `{"podSelector": {}}`],
    ["full of empty and null", `{"podSelector": {"matchLabels": {}, "matchExpressions": null}}`],
  ])("a podSelector that is %s selects every pod", (_, spec) => {
    expect(readPolicy(spec).podSelector).toEqual([]);
  });

  test("a label, a value and an annotation that are null are empty, as the API server's decoder has it", () => {
    const spec = `{"podSelector": {"matchLabels": {"app": null}, "matchExpressions": [{"key": "tier", "operator": "NotIn", "values": [null, "db"]}]}}`;
    const manifest = `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
      "metadata": {"name": "a", "labels": {"app": null}, "annotations": {"note": null}}, "spec": ${spec}}`;
    const [policy] = read(manifest).networkPolicies;
    expect({ ...policy?.labels }).toEqual({ app: "" });
    expect(policy?.podSelector).toEqual([
      { key: "app", operator: "In", values: [""] },
      { key: "tier", operator: "NotIn", values: ["", "db"] },
    ]);
    const text = describePolicy(manifest);
    for (const line of ["Labels:       app=", "Annotations:  note:", "PodSelector:     app=,tier notin (,db)"])
      expect(text).toMatch(new RegExp(`${line.replace(/[()]/g, "\\$&")}\\s*$`, "m"));
    expect(read("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    app:\n").pods[0]?.labels.app).toBe("");
  });

  test("a peer's absent and empty selectors differ", () => {
    const spec = `{"ingress": [{"from": [{"podSelector": {}}, {"namespaceSelector": {}}, {"podSelector": {}, "namespaceSelector": {}},
      {"podSelector": null, "namespaceSelector": {}}]}]}`;
    expect(readPolicy(spec).ingress[0]?.peers).toEqual([
      { podSelector: [] },
      { namespaceSelector: [] },
      { podSelector: [], namespaceSelector: [] },
      { namespaceSelector: [] },
    ]);
  });

  test("a port without protocol is TCP, and one without port is every port of its protocol", () => {
    const spec = `{"egress": [{"ports": [{}, {"port": 53}, {"protocol": "UDP"}, {"protocol": "SCTP", "port": "sig"}, {"port": 1, "endPort": 65535}]}]}`;
    expect(readPolicy(spec).egress[0]?.ports).toEqual([
      { protocol: "TCP", impliedProtocol: true },
      { protocol: "TCP", port: 53, impliedProtocol: true },
      { protocol: "UDP" },
      { protocol: "SCTP", port: "sig" },
      { protocol: "TCP", port: 1, endPort: 65535, impliedProtocol: true },
    ]);
  });
});

describe("names", () => {
  test("a policy without a namespace is in the default namespace that the caller names", () => {
    const text = `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "x"}}`;
    expect(read(text).networkPolicies[0]?.namespace).toBe("default");
    expect(read(text, { defaultNamespace: "shop" }).networkPolicies[0]?.namespace).toBe("shop");
    expect(read(text.replace(`"x"`, `"x", "namespace": ""`)).networkPolicies[0]?.namespace).toBe("default");
  });

  test("objects with one generateName are several objects, not duplicates", () => {
    const text = `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"generateName": "x-"}}`;
    const names = read([text, text, text]).networkPolicies.map(({ name }) => name);
    expect(names[0]).toBe("x-");
    expect(new Set(names).size).toBe(3);
  });
});

describe("selectors", () => {
  test("matchLabels are requirements In with one value, matchExpressions follow", () => {
    const spec = `{"podSelector": {"matchExpressions": [{"key": "c", "operator": "NotIn", "values": ["1", "2"]}, {"key": "d", "operator": "Exists"},
      {"key": "e", "operator": "DoesNotExist"}], "matchLabels": {"a": "b", "x/y": ""}}}`;
    expect(readPolicy(spec).podSelector).toEqual([
      { key: "a", operator: "In", values: ["b"] },
      { key: "x/y", operator: "In", values: [""] },
      { key: "c", operator: "NotIn", values: ["1", "2"] },
      { key: "d", operator: "Exists", values: [] },
      { key: "e", operator: "DoesNotExist", values: [] },
    ]);
  });
});

describe("CIDRs are read as the API server does", () => {
  const block = (cidr: string): string => `{"ingress": [{"from": [{"ipBlock": {"cidr": "${cidr}"}}]}]}`;
  const prefixOf = (cidr: string): string => {
    const peer = readPolicy(block(cidr)).ingress[0]!.peers[0]!;
    return "ipBlock" in peer ? formatPrefix(peer.ipBlock.cidr) : "";
  };

  test.each([
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["10.0.0.1/32", "10.0.0.1/32"],
    ["2001:DB8::/32", "2001:db8::/32"],
    ["::/0", "::/0"],
  ])("%s is plain", (cidr, prefix) => {
    expect(prefixOf(cidr)).toBe(prefix);
    expect(read(policy(block(cidr))).caveats).toEqual([]);
  });

  test.each([
    ["host bits are cleared", "10.1.2.3/8", "10.0.0.0/8"],
    ["leading zeros are decimal", "010.008.0.0/16", "10.8.0.0/16"],
    ["a prefix length may have leading zeros", "10.0.0.0/08", "10.0.0.0/8"],
    ["IPv4-mapped IPv6 is IPv4", "::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["IPv4-mapped IPv6 of 96 bits is all of IPv4", "::ffff:0.0.0.0/96", "0.0.0.0/0"],
    ["IPv4-mapped IPv6 of less than 96 bits is IPv6", "::ffff:10.0.0.0/95", "::fffe:0:0/95"],
  ])("%s, with a caveat: %s", (_, cidr, prefix) => {
    expect(prefixOf(cidr)).toBe(prefix);
    const { caveats } = read(policy(block(cidr)));
    expect(caveats).toMatchObject([
      {
        code: "ambiguous-cidr",
        objects: [{ kind: "NetworkPolicy", namespace: "ns", name: "x" }],
        source: { line: 1, column: policy(block(cidr)).indexOf(`"${cidr}"`) + 1 },
      },
    ]);
  });

  test("an except keeps its own prefix", () => {
    const spec = `{"egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.2.3/16"]}}]}]}`;
    const peer = readPolicy(spec).egress[0]!.peers[0]!;
    expect("ipBlock" in peer && peer.ipBlock.except.map(formatPrefix)).toEqual(["10.1.0.0/16"]);
  });
});

describe("_from", () => {
  test("is read as from", () => {
    const rule = { _from: [{ podSelector: { matchLabels: { a: "b" } } }], from: undefined, ports: undefined };
    const object = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "x" },
      spec: { ingress: [rule] },
    };
    expect(read(object).networkPolicies[0]?.ingress[0]?.peers).toEqual([
      { podSelector: [{ key: "a", operator: "In", values: ["b"] }] },
    ]);
  });

  test("has its problems under its own name", () => {
    expect(problems(policy(`{"ingress": [{"_from": [{}]}]}`))[0]).toMatch(/^required spec\.ingress\[0\]\._from\[0\] @/);
  });
});
