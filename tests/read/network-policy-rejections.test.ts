import { describe, expect, test } from "vitest";
import { OBJECT_ROWS } from "./rejected/object.ts";
import { PEER_ROWS } from "./rejected/peers.ts";
import { PORT_ROWS } from "./rejected/ports.ts";
import { long, type Row } from "./rejected/row.ts";
import { SELECTOR_ROWS } from "./rejected/selectors.ts";
import { SPEC_ROWS } from "./rejected/spec.ts";
import { codes, manifest, policy, policyWith, problems, unmark, withMetadata } from "./support.ts";

const ROWS: readonly Row[] = [
  ...[...PORT_ROWS, ...PEER_ROWS, ...SELECTOR_ROWS, ...SPEC_ROWS].map(
    ([rule, code, path, spec]): Row => [rule, code, path, policy(`\n${spec}\n`)],
  ),
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
    ["a label value of 63 characters", `{"podSelector": {"matchLabels": {"a": "${long(63)}"}}}`],
    ["an empty label value", `{"podSelector": {"matchLabels": {"a": ""}}}`],
    [
      "a label key with a prefix of 253 characters",
      `{"podSelector": {"matchLabels": {"${`${long(63)}.`.repeat(3)}${long(61)}/${long(63)}": "x"}}}`,
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
    const name = `${`${long(63)}.`.repeat(3)}${long(61)}`;
    const text = policyWith(
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
  expect(codes(withMetadata(`"annotations": {"a": "${full}"}`))).toEqual([]);
  expect(codes(withMetadata(`"annotations": {"a": "${full}x"}`))).toEqual(["invalid-annotation metadata.annotations"]);
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
