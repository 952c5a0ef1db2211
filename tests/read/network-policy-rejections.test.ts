import { describe, expect, test } from "vitest";
import { codes, manifest, policy, problems, unmark } from "./support.ts";

/** The rule, the code, the path, and a spec with the mark `▶` where the problem is. */
type Row = readonly [rule: string, code: string, path: string, text: string];

const LONG = (length: number): string => "a".repeat(length);

const SPEC_ROWS: readonly Row[] = [
  // Ports (semantics 2.2).
  [
    "a protocol is TCP, UDP or SCTP",
    "unsupported-value",
    "spec.ingress[0].ports[0].protocol",
    `{"ingress": [{"ports": [{"protocol": ▶"ICMP"}]}]}`,
  ],
  [
    "a protocol is upper case",
    "unsupported-value",
    "spec.egress[0].ports[0].protocol",
    `{"egress": [{"ports": [{"protocol": ▶"tcp", "port": 1}]}]}`,
  ],
  [
    "an empty protocol is none",
    "unsupported-value",
    "spec.ingress[0].ports[0].protocol",
    `{"ingress": [{"ports": [{"protocol": ▶""}]}]}`,
  ],
  ["a port is at least 1", "invalid-port", "spec.ingress[0].ports[0].port", `{"ingress": [{"ports": [{"port": ▶0}]}]}`],
  [
    "a port is at most 65535",
    "invalid-port",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶65536}]}]}`,
  ],
  [
    "a port is a whole number",
    "invalid-type",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶80.5}]}]}`,
  ],
  [
    "a port is no boolean",
    "invalid-type",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶true}]}]}`,
  ],
  [
    "a number in quotes is a port name, and needs a letter",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"80"}]}]}`,
  ],
  [
    "a port name is not empty",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶""}]}]}`,
  ],
  [
    "a port name has at most 15 characters",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"${LONG(16)}"}]}]}`,
  ],
  [
    "a port name is lower case",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"Http"}]}]}`,
  ],
  [
    "a port name has no underscore",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"a_b"}]}]}`,
  ],
  [
    "a port name has no double dash",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"a--b"}]}]}`,
  ],
  [
    "a port name does not start with a dash",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"-a"}]}]}`,
  ],
  [
    "a port name does not end with a dash",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"a-"}]}]}`,
  ],
  [
    "endPort is not below port",
    "invalid-port-range",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": 80, "endPort": ▶79}]}]}`,
  ],
  [
    "endPort is at most 65535",
    "invalid-port",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": 80, "endPort": ▶65536}]}]}`,
  ],
  [
    "endPort is at least 1",
    "invalid-port",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": 80, "endPort": ▶0}]}]}`,
  ],
  [
    "endPort is a number",
    "invalid-type",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": 80, "endPort": ▶"90"}]}]}`,
  ],
  [
    "endPort needs a port that is no name",
    "forbidden",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": "http", "endPort": ▶90}]}]}`,
  ],
  [
    "endPort needs a port",
    "forbidden",
    "spec.egress[0].ports[0].endPort",
    `{"egress": [{"ports": [{"endPort": ▶90}]}]}`,
  ],
  [
    "endPort beside a port of a wrong type is no second problem",
    "invalid-type",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶true, "endPort": 90}]}]}`,
  ],
  ["ports is a list", "invalid-type", "spec.ingress[0].ports", `{"ingress": [{▶"ports": {"port": 80}}]}`],
  ["a list has no null items", "invalid-type", "spec.ingress[0].ports[0]", `{"ingress": [{"ports": [▶null]}]}`],

  // Peers (2.3).
  [
    "an empty peer selects nothing and is refused",
    "required",
    "spec.ingress[0].from[0]",
    `{"ingress": [{"from": [▶{}]}]}`,
  ],
  [
    "a peer whose selectors are null is empty",
    "required",
    "spec.egress[0].to[1]",
    `{"egress": [{"to": [{"podSelector": {}}, ▶{"podSelector": null}]}]}`,
  ],
  [
    "ipBlock does not stand beside podSelector",
    "forbidden",
    "spec.ingress[0].from[0]",
    `{"ingress": [{"from": [▶{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]}]}`,
  ],
  [
    "ipBlock does not stand beside namespaceSelector",
    "forbidden",
    "spec.egress[0].to[0]",
    `{"egress": [{"to": [▶{"ipBlock": {"cidr": "10.0.0.0/8"}, "namespaceSelector": {}}]}]}`,
  ],
  ["a peer is a mapping", "invalid-type", "spec.ingress[0].from[0]", `{"ingress": [{"from": [▶"10.0.0.0/8"]}]}`],
  ["peers are a list", "invalid-type", "spec.ingress[0].from", `{"ingress": [{▶"from": {"podSelector": {}}}]}`],
  ["rules are a list", "invalid-type", "spec.ingress", `{▶"ingress": {}}`],
  ["a rule is a mapping, not null", "invalid-type", "spec.ingress[0]", `{"ingress": [▶null]}`],

  // ipBlock (2.4).
  [
    "ipBlock needs a cidr",
    "required",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{▶"ipBlock": {}}]}]}`,
  ],
  [
    "an empty cidr is none",
    "required",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶""}}]}]}`,
  ],
  [
    "a cidr is no bare address",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"10.0.0.1"}}]}]}`,
  ],
  [
    "an IPv4 prefix has at most 32 bits",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"10.0.0.0/33"}}]}]}`,
  ],
  [
    "an IPv6 prefix has at most 128 bits",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"::/129"}}]}]}`,
  ],
  [
    "an octet is at most 255",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"10.0.0.256/32"}}]}]}`,
  ],
  [
    "a cidr has no zone",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"fe80::%eth0/64"}}]}]}`,
  ],
  [
    "a cidr has no spaces",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"10.0.0.0/8 "}}]}]}`,
  ],
  [
    "a cidr is a string",
    "invalid-type",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶10}}]}]}`,
  ],
  [
    "an except is a CIDR",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.except[1]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", ▶"10.2.0.0"]}}]}]}`,
  ],
  [
    "an except lies inside its cidr",
    "invalid-except",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": [▶"11.0.0.0/16"]}}]}]}`,
  ],
  [
    "an except equal to its cidr leaves nothing",
    "invalid-except",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": [▶"10.0.0.0/8"]}}]}]}`,
  ],
  [
    "an except is not wider than its cidr",
    "invalid-except",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": [▶"10.0.0.0/7"]}}]}]}`,
  ],
  [
    "an except is of its cidr's family",
    "invalid-except",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": [▶"2001:db8::/32"]}}]}]}`,
  ],
  [
    "an except is a string",
    "invalid-type",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": [▶{}]}}]}]}`,
  ],

  // Selectors (2.5, 2.6).
  [
    "a selector's label key has a name part",
    "invalid-label-key",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"a/": ▶"x"}}}`,
  ],
  [
    "a label key's prefix is not empty",
    "invalid-label-key",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"/a": ▶"x"}}}`,
  ],
  [
    "a label key has one slash",
    "invalid-label-key",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"a/b/c": ▶"x"}}}`,
  ],
  [
    "a label key's prefix is a DNS subdomain",
    "invalid-label-key",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"A.b/c": ▶"x"}}}`,
  ],
  [
    "a label key's name part has at most 63 characters",
    "invalid-label-key",
    `spec.podSelector.matchLabels`,
    `{"podSelector": {"matchLabels": {"${LONG(64)}": ▶"x"}}}`,
  ],
  [
    "a label key starts with a letter or digit",
    "invalid-label-key",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"-a": ▶"x"}}}`,
  ],
  [
    "a label value has at most 63 characters",
    "invalid-label-value",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"a": ▶"${LONG(64)}"}}}`,
  ],
  [
    "a label value ends with a letter or digit",
    "invalid-label-value",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"a": ▶"x_"}}}`,
  ],
  [
    "a label value has no space",
    "invalid-label-value",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"a": ▶"x y"}}}`,
  ],
  [
    "a label value in a selector is no number",
    "invalid-type",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"a": ▶1}}}`,
  ],
  [
    "a label value in a selector is no boolean",
    "invalid-type",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"a": ▶true}}}`,
  ],
  [
    "a label value in a selector is not null",
    "invalid-type",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"a": ▶null}}}`,
  ],
  [
    "the key __proto__ is a key like any other, and no label key",
    "invalid-label-key",
    "spec.podSelector.matchLabels",
    `{"podSelector": {"matchLabels": {"__proto__": ▶"x"}}}`,
  ],
  [
    "matchLabels is a mapping",
    "invalid-type",
    "spec.podSelector.matchLabels",
    `{"podSelector": {▶"matchLabels": ["a"]}}`,
  ],
  [
    "an expression has a key",
    "required",
    "spec.podSelector.matchExpressions[0].key",
    `{"podSelector": {"matchExpressions": [▶{"operator": "Exists"}]}}`,
  ],
  [
    "an expression's key is a label key",
    "invalid-label-key",
    "spec.podSelector.matchExpressions[0].key",
    `{"podSelector": {"matchExpressions": [{"key": ▶"a b", "operator": "Exists"}]}}`,
  ],
  [
    "an expression has an operator",
    "required",
    "spec.podSelector.matchExpressions[0].operator",
    `{"podSelector": {"matchExpressions": [▶{"key": "a"}]}}`,
  ],
  [
    "an operator is one of the four",
    "unsupported-value",
    "spec.podSelector.matchExpressions[0].operator",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": ▶"Gt", "values": ["1"]}]}}`,
  ],
  [
    "an operator's letter case matters",
    "unsupported-value",
    "spec.podSelector.matchExpressions[0].operator",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": ▶"exists"}]}}`,
  ],
  [
    "In needs values",
    "required",
    "spec.podSelector.matchExpressions[0].values",
    `{"podSelector": {"matchExpressions": [▶{"key": "a", "operator": "In"}]}}`,
  ],
  [
    "NotIn needs values that are not empty",
    "required",
    "spec.podSelector.matchExpressions[0].values",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "NotIn", ▶"values": []}]}}`,
  ],
  [
    "Exists takes no values",
    "forbidden",
    "spec.podSelector.matchExpressions[0].values",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists", ▶"values": ["x"]}]}}`,
  ],
  [
    "DoesNotExist takes no values",
    "forbidden",
    "spec.podSelector.matchExpressions[0].values",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "DoesNotExist", ▶"values": ["x"]}]}}`,
  ],
  [
    "values are label values",
    "invalid-label-value",
    "spec.podSelector.matchExpressions[0].values[1]",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "In", "values": ["x", ▶"-"]}]}}`,
  ],
  [
    "values are strings",
    "invalid-type",
    "spec.podSelector.matchExpressions[0].values[0]",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "In", "values": [▶1]}]}}`,
  ],
  [
    "values are a list",
    "invalid-type",
    "spec.podSelector.matchExpressions[0].values",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "In", "values": ▶"x"}]}}`,
  ],
  [
    "a peer's podSelector is checked",
    "invalid-label-value",
    "spec.ingress[0].from[0].podSelector.matchLabels",
    `{"ingress": [{"from": [{"podSelector": {"matchLabels": {"a": ▶"."}}}]}]}`,
  ],
  [
    "a peer's namespaceSelector is checked",
    "unsupported-value",
    "spec.egress[0].to[0].namespaceSelector.matchExpressions[0].operator",
    `{"egress": [{"to": [{"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": ▶"!"}]}}]}]}`,
  ],
  ["a selector is a mapping", "invalid-type", "spec.podSelector", `{▶"podSelector": ["a"]}`],

  // policyTypes (2.7).
  [
    "there are at most two policyTypes",
    "too-many",
    "spec.policyTypes",
    `{▶"policyTypes": ["Ingress", "Egress", "Ingress"]}`,
  ],
  [
    "a policyType is Ingress or Egress",
    "unsupported-value",
    "spec.policyTypes[1]",
    `{"policyTypes": ["Ingress", ▶"egress"]}`,
  ],
  ["a policyType is a string", "invalid-type", "spec.policyTypes[0]", `{"policyTypes": [▶1]}`],
  ["policyTypes is a list", "invalid-type", "spec.policyTypes", `{"policyTypes": ▶"Ingress"}`],

  // Unknown keys fail closed.
  ["the spec has no unknown keys", "unknown-field", "spec.ingres", `{▶"ingres": []}`],
  [
    "an ingress rule has no `to`",
    "unknown-field",
    "spec.ingress[0].to",
    `{"ingress": [{▶"to": [{"podSelector": {}}]}]}`,
  ],
  [
    "an egress rule has no `from`",
    "unknown-field",
    "spec.egress[0].from",
    `{"egress": [{▶"from": [{"podSelector": {}}]}]}`,
  ],
  [
    "a misspelt `from` does not mean from everywhere",
    "unknown-field",
    "spec.ingress[0].form",
    `{"ingress": [{▶"form": [{"podSelector": {}}]}]}`,
  ],
  ["an egress rule has no `_from`", "unknown-field", "spec.egress[0]._from", `{"egress": [{▶"_from": []}]}`],
  [
    "a peer has no unknown keys",
    "unknown-field",
    "spec.ingress[0].from[0].podselector",
    `{"ingress": [{"from": [{▶"podselector": {}}]}]}`,
  ],
  [
    "a port has no unknown keys",
    "unknown-field",
    "spec.ingress[0].ports[0].endport",
    `{"ingress": [{"ports": [{"port": 80, ▶"endport": 90}]}]}`,
  ],
  [
    "an ipBlock has no unknown keys",
    "unknown-field",
    "spec.ingress[0].from[0].ipBlock.expect",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", ▶"expect": []}}]}]}`,
  ],
  [
    "a selector has no unknown keys",
    "unknown-field",
    "spec.podSelector.matchLabel",
    `{"podSelector": {▶"matchLabel": {"a": "b"}}}`,
  ],
  [
    "a selector's labels stand under matchLabels",
    "unknown-field",
    "spec.podSelector.app",
    `{"podSelector": {▶"app": "web"}}`,
  ],
  [
    "an expression has no unknown keys",
    "unknown-field",
    "spec.podSelector.matchExpressions[0].value",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists", ▶"value": "x"}]}}`,
  ],
  ["the key __proto__ is unknown like any other", "unknown-field", "spec.__proto__", `{▶"__proto__": {}}`],
  [
    "the key constructor is unknown like any other",
    "unknown-field",
    "spec.ingress[0].constructor",
    `{"ingress": [{▶"constructor": {}}]}`,
  ],
  [
    "_from and from do not stand together",
    "forbidden",
    "spec.ingress[0]._from",
    `{"ingress": [{"from": [], ▶"_from": []}]}`,
  ],
];

const np = (text: string): string => `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", ${text}}`;
const metadata = (text: string): string => np(`"metadata": {"name": "x"${text === "" ? "" : `, ${text}`}}`);
const BIG = "x".repeat(256 * 1024);

const OBJECT_ROWS: readonly Row[] = [
  ["a policy has a name", "required", "metadata.name", np(`▶"metadata": {"namespace": "a"}`)],
  ["a policy has metadata", "required", "metadata.name", `▶${np(`"spec": {}`)}`],
  ["a name is not empty", "required", "metadata.name", np(`"metadata": {"name": ▶""}`)],
  ["a name is a string", "invalid-type", "metadata.name", np(`"metadata": {"name": ▶1}`)],
  ["metadata is a mapping", "invalid-type", "metadata", np(`"metadata": ▶"x"`)],
  ["a name has no upper case", "invalid-name", "metadata.name", np(`"metadata": {"name": ▶"X"}`)],
  ["a name has no underscore", "invalid-name", "metadata.name", np(`"metadata": {"name": ▶"a_b"}`)],
  ["a name does not start with a dash", "invalid-name", "metadata.name", np(`"metadata": {"name": ▶"-a"}`)],
  ["a name does not end with a dot", "invalid-name", "metadata.name", np(`"metadata": {"name": ▶"a."}`)],
  [
    "each part of a name starts with a letter or digit",
    "invalid-name",
    "metadata.name",
    np(`"metadata": {"name": ▶"a.-b"}`),
  ],
  ["a name has at most 253 characters", "invalid-name", "metadata.name", np(`"metadata": {"name": ▶"${LONG(254)}"}`)],
  [
    "a generateName is checked as a name",
    "invalid-name",
    "metadata.generateName",
    np(`"metadata": {"generateName": ▶"A-"}`),
  ],
  ["a namespace is a DNS label", "invalid-name", "metadata.namespace", metadata(`"namespace": ▶"a.b"`)],
  [
    "a namespace has at most 63 characters",
    "invalid-name",
    "metadata.namespace",
    metadata(`"namespace": ▶"${LONG(64)}"`),
  ],
  ["a label key is checked", "invalid-label-key", "metadata.labels", metadata(`"labels": {"a b": ▶"c"}`)],
  ["a label value is checked", "invalid-label-value", "metadata.labels", metadata(`"labels": {"a": ▶"b/c"}`)],
  ["a label value is a string", "invalid-type", "metadata.labels", metadata(`"labels": {"a": ▶1.5}`)],
  ["labels are a mapping", "invalid-type", "metadata.labels", metadata(`"labels": ▶"a"`)],
  [
    "an annotation key is a qualified name",
    "invalid-annotation",
    "metadata.annotations.a b",
    metadata(`"annotations": {"a b": ▶"c"}`),
  ],
  ["an annotation is a string", "invalid-type", "metadata.annotations.a", metadata(`"annotations": {"a": ▶1}`)],
  [
    "annotations have at most 256 KiB",
    "invalid-annotation",
    "metadata.annotations",
    metadata(`▶"annotations": {"a": "${BIG}"}`),
  ],
  ["metadata has no unknown keys", "unknown-field", "metadata.namepsace", metadata(`▶"namepsace": "a"`)],
  ["a policy has no unknown keys", "unknown-field", "sepc", np(`"metadata": {"name": "x"}, ▶"sepc": {}`)],
  ["the spec is a mapping", "invalid-type", "spec", np(`"metadata": {"name": "x"}, ▶"spec": []`)],
  [
    "the version is v1",
    "unsupported-api-version",
    "apiVersion",
    `{"apiVersion": ▶"networking.k8s.io/v1beta1", "kind": "NetworkPolicy", "metadata": {"name": "x"}}`,
  ],
  [
    "extensions/v1beta1 is gone",
    "unsupported-api-version",
    "apiVersion",
    `{"apiVersion": ▶"extensions/v1beta1", "kind": "NetworkPolicy", "metadata": {"name": "x"}}`,
  ],
  [
    "the core group has no NetworkPolicy",
    "unsupported-api-version",
    "apiVersion",
    `{"apiVersion": ▶"v1", "kind": "NetworkPolicy", "metadata": {"name": "x"}}`,
  ],
  [
    "a misspelt group drops no policy",
    "unsupported-api-version",
    "apiVersion",
    `{"apiVersion": ▶"network.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "x"}}`,
  ],
  [
    "a misspelt kind drops no policy",
    "unsupported-api-version",
    "kind",
    `{"apiVersion": "networking.k8s.io/v1", "kind": ▶"NetworkPolcy", "metadata": {"name": "x"}}`,
  ],
];

const ROWS: readonly Row[] = [
  ...SPEC_ROWS.map(([rule, code, path, spec]): Row => [rule, code, path, policy(`\n${spec}\n`)]),
  ...OBJECT_ROWS,
];

describe("what the API server rejects of a NetworkPolicy is the one problem found", () => {
  test.each(ROWS)("%s", (_, code, path, marked) => {
    const { text, line, column } = unmark(marked);
    expect(codes(JSON.parse(text) as object)).toEqual([`${code} ${path}`]);
    expect(problems(text)).toEqual([`${code} ${path} @${line}:${column}`]);
    // A comment makes it YAML, in its flow style.
    expect(problems(`# YAML\n${text}`)).toEqual([`${code} ${path} @${line + 1}:${column}`]);
  });
});

describe("what the API server accepts is no problem", () => {
  test.each([
    [
      "overlapping and repeated excepts",
      `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.1.0.0/16", "10.1.2.0/24"]}}]}]}`,
    ],
    ["a policyType twice", `{"policyTypes": ["Ingress", "Ingress"]}`],
    ["endPort equal to port", `{"ingress": [{"ports": [{"port": 80, "endPort": 80}]}]}`],
    ["a port name of 15 characters with digits and dashes", `{"ingress": [{"ports": [{"port": "a-1-b-2-c-3-d-4"}]}]}`],
    ["a label value of 63 characters", `{"podSelector": {"matchLabels": {"a": "${LONG(63)}"}}}`],
    ["an empty label value", `{"podSelector": {"matchLabels": {"a": ""}}}`],
    [
      "a label key with a prefix of 253 characters",
      `{"podSelector": {"matchLabels": {"${`${LONG(63)}.`.repeat(3)}${LONG(61)}/${LONG(63)}": "x"}}}`,
    ],
    [
      "upper case and inner dots, dashes and underscores in a label",
      `{"podSelector": {"matchLabels": {"A.b-c_d": "E.f-g_h"}}}`,
    ],
    [
      "an empty list of values with Exists",
      `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists", "values": []}]}}`,
    ],
    [
      "an empty label value among values",
      `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "In", "values": [""]}]}}`,
    ],
    [
      "null for everything that may be absent",
      `{"podSelector": null, "policyTypes": null, "ingress": [{"from": null, "ports": [{"protocol": null, "port": null, "endPort": null}]}], "egress": null}`,
    ],
  ])("%s", (_, spec) => {
    expect(problems(policy(spec))).toEqual([]);
  });

  test("a name of 253 characters, annotations, and metadata that a cluster adds", () => {
    const name = `${`${LONG(63)}.`.repeat(3)}${LONG(61)}`;
    const text = np(
      `"metadata": {"name": "${name}", "annotations": {"Example.com/A": "x"}, "creationTimestamp": null, "uid": "u",
        "generation": 1, "resourceVersion": "1", "managedFields": [], "selfLink": "/x", "ownerReferences": []},
      "spec": {}, "status": {}`,
    );
    expect(problems(text)).toEqual([]);
  });
});

test.each([
  ["one byte", "x"],
  ["two bytes", "é"],
  ["three bytes", "€"],
  ["four bytes", "😀"],
])("annotations are measured in UTF-8, with characters of %s", (_, character) => {
  const room = 256 * 1024 - 1;
  const bytes = new TextEncoder().encode(character).length;
  const full = character.repeat(Math.floor(room / bytes)) + "x".repeat(room % bytes);
  expect(codes(metadata(`"annotations": {"a": "${full}"}`))).toEqual([]);
  expect(codes(metadata(`"annotations": {"a": "${full}x"}`))).toEqual(["invalid-annotation metadata.annotations"]);
});

test("every problem of every document is reported at once", () => {
  const text = `${policy(`{"ingress": [{"ports": [{"port": 0}, {"port": "80"}]}, {"form": []}]}`)}
${manifest("v1", "Pod", `"spec": {"containers": [{"ports": [{"containerPort": 70000}]}]}`, `"labels": {"a": 1}`)}`;
  expect(codes(text)).toEqual([
    "invalid-port spec.ingress[0].ports[0].port",
    "invalid-port-name spec.ingress[0].ports[1].port",
    "unknown-field spec.ingress[1].form",
    "invalid-type metadata.labels",
    "invalid-port spec.containers[0].ports[0].containerPort",
  ]);
});
