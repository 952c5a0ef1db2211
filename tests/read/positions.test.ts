import { describe, expect, test } from "vitest";
import type { Path } from "../../sdk/errors.ts";
import type { PositionTree } from "../../sdk/read/objects.ts";
import { problems, read, unmark } from "./support.ts";

const HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n";

describe("a problem in YAML's block style is where its node is", () => {
  test.each([
    ["a scalar at its value", "invalid-name metadata.name", `${HEAD}metadata:\n  name:    ▶Bad\n`],
    ["a quoted scalar at its quote", "invalid-name metadata.name", `${HEAD}metadata:\n  name: ▶"Bad"\n`],
    [
      "an unknown key at the key",
      "unknown-field spec.ingres",
      `${HEAD}metadata: {name: a}\nspec:\n  podSelector: {}\n  ▶ingres:\n  - {}\n`,
    ],
    [
      "a mapping that is a field at its key",
      "invalid-type spec.ingress[0].from",
      `${HEAD}metadata: {name: a}\nspec:\n  ingress:\n  - ports: []\n    ▶from:\n      podSelector: {}\n`,
    ],
    [
      "an item at its start, after the dash",
      "required spec.ingress[0].from[1]",
      `${HEAD}metadata: {name: a}\nspec:\n  ingress:\n  - from:\n    - podSelector: {}\n    -   ▶podSelector:\n`,
    ],
    ["a missing field at its parent's key", "required metadata.name", `${HEAD}▶metadata:\n  namespace: a\n`],
    ["a missing parent at the object", "required metadata.name", `# comment\n▶${HEAD}spec: {}\n`],
    [
      "an item that is empty, behind its dash",
      "invalid-type spec.ingress[0]",
      `${HEAD}metadata: {name: a}\nspec:\n  podSelector: {}\n  ingress:\n    -▶\n`,
    ],
    ["a number as a label", "invalid-type metadata.labels", `${HEAD}metadata:\n  name: a\n  labels:\n    a: ▶1\n`],
    ["a boolean as a label", "invalid-type metadata.labels", `${HEAD}metadata:\n  name: a\n  labels:\n    a: ▶true\n`],
    [
      "an item of a List",
      "invalid-name metadata.name",
      `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: ▶B\n`,
    ],
    [
      "a later document",
      "invalid-name metadata.name",
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n---\n${HEAD}metadata:\n  name: ▶B\n`,
    ],
    [
      "after Windows line ends",
      "invalid-name metadata.name",
      `${HEAD}metadata:\n  name: ▶Bad\n`.replaceAll("\n", "\r\n"),
    ],
    [
      "after a folded text",
      "invalid-name metadata.name",
      `${HEAD}metadata:\n  annotations:\n    a: >\n      x\n      y\n\n  name: ▶Bad\n`,
    ],
    [
      "through an alias at the alias",
      "invalid-type metadata.labels",
      `${HEAD}metadata:\n  name: &n "1"\n  labels:\n    a: 1\n`.replace("a: 1", "a: ▶1"),
    ],
  ])("%s", (_, problem, marked) => {
    const { text, line, column } = unmark(marked);
    expect(problems(text)).toEqual([`${problem} @${line}:${column}`]);
  });

  test("the file's name comes with it", () => {
    expect(() => read({ file: "shop.yaml", text: `${HEAD}metadata:\n  name: Bad\n` })).toThrow(
      /^shop\.yaml:4:9: NetworkPolicy default\/Bad: metadata\.name: /,
    );
  });
});

describe("a problem in a large JSON list is where its node is", () => {
  const items = Array.from({ length: 2000 }, (_, i) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `p${i}` },
  }));
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [
      ...items,
      { apiVersion: "v1", kind: "List", items: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "BAD" } }] },
    ],
  };

  test.each([
    ["on one line", undefined],
    ["printed over many lines", 2],
    ["with tabs", "\t"],
  ])("%s", (_, indent) => {
    const text = JSON.stringify(list, null, indent);
    const { line, column } = unmark(text.replace(`"BAD"`, `▶"BAD"`));
    expect(problems(text)).toEqual([`invalid-name metadata.name @${line}:${column}`]);
  });

  test("in an array in an array", () => {
    const { text, line, column } = unmark(
      `[[{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}],\n [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": ▶"B"}}]]`,
    );
    expect(problems(text)).toEqual([`invalid-name metadata.name @${line}:${column}`]);
  });
});

describe("a policy's origin finds paths inside it after reading", () => {
  const yaml = `# a comment with ünïcödé
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata:
    name: b # ✓
  spec:
    podSelector:
      matchLabels: {app: web}
    ingress:
    - from:
      - podSelector: {}
      ports:
      - port: 80
`;
  const paths: readonly (readonly [Path, number, number])[] = [
    [[], 8, 3],
    [["metadata"], 10, 3],
    [["metadata", "name"], 11, 11],
    [["spec", "podSelector", "matchLabels", "app"], 14, 26],
    [["spec", "ingress"], 15, 5],
    [["spec", "ingress", 0], 16, 7],
    [["spec", "ingress", 0, "from", 0], 17, 9],
    [["spec", "ingress", 0, "ports", 0, "port"], 19, 15],
    [["spec", "ingress", 0, "ports", 0, "endPort"], 19, 9],
    [["spec", "ingress", 7, "ports"], 15, 5],
    [["spec", "egress"], 12, 3],
  ];

  test("in YAML", () => {
    const { origin } = read({ file: "a.yaml", text: yaml }).networkPolicies[0]!;
    expect(origin.file).toBe("a.yaml");
    for (const [path, line, column] of paths) {
      expect([path, origin.locate(path)]).toEqual([path, { file: "a.yaml", line, column }]);
    }
  });

  test("in one of several documents", () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n# x\n${HEAD}metadata:\n  name: b\nspec:\n  policyTypes:\n  - Egress\n`;
    expect(read(text).networkPolicies[0]!.origin.locate(["spec", "policyTypes", 0])).toEqual({ line: 12, column: 5 });
  });

  test("in YAML's flow style over several lines", () => {
    const text = `# YAML\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy,\n metadata: {name: b},\n  spec: {ingress: [{}, {ports: [{port: 80}]}]}}`;
    const { origin } = read(text).networkPolicies[0]!;
    expect(origin.locate([])).toEqual({ line: 2, column: 1 });
    expect(origin.locate(["kind"])).toEqual({ line: 2, column: 42 });
    expect(origin.locate(["spec", "ingress", 1, "ports", 0, "port"])).toEqual({ line: 4, column: 40 });
  });

  test.each([
    ["on one line", undefined],
    ["over many", 1],
  ])("in JSON %s", (_, indent) => {
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "é".normalize("NFD").slice(0, 1) },
      spec: { ingress: [{}, { ports: [{ port: 8080 }] }] },
    };
    const text = JSON.stringify(
      { apiVersion: "v1", kind: "List", items: [{ apiVersion: "v1", kind: "Node", metadata: { name: "n" } }, policy] },
      null,
      indent,
    );
    const { origin } = read(text).networkPolicies[0]!;
    const port = unmark(text.replace("8080", "▶8080"));
    expect(origin.locate(["spec", "ingress", 1, "ports", 0, "port"])).toEqual({ line: port.line, column: port.column });
    expect(origin.locate(["spec", "ingress", 1, "from"])).toEqual(origin.locate(["spec", "ingress", 1]));
  });

  test("an object has no position", () => {
    const object = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "b" } };
    expect(read(object).networkPolicies[0]!.origin.locate([])).toBeUndefined();
  });
});

test("other objects know where they start", () => {
  const text = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n`;
  const source = { file: "a.yaml", line: 4, column: 3 };
  expect(read({ file: "a.yaml", text }).pods[0]!.origin.locate(["spec"])).toEqual(source);
});

describe("all positions of a policy at once are those that are found one by one", () => {
  const spec = `spec:
  podSelector: &all {}
  ingress:
  - from: # a comment
    - podSelector: *all
    - ipBlock: {cidr: 10.0.0.0/8, except: ["10.1.0.0/16", 10.2.0.0/16]}
    ports:
    - {port: 80, protocol:  TCP}
  - ports:
      - port: "http"
  egress:
`;
  test.each([
    ["YAML", `# first\n---\n${HEAD}metadata: {name: a}\n${spec}`],
    ["YAML's flow style in a List", `{apiVersion: v1, kind: List, items: [\n ${JSON.stringify(policy())}]}`],
    ["JSON in a List", JSON.stringify({ apiVersion: "v1", kind: "List", items: [policy(), policy("b")] }, null, 3)],
    ["JSON on one line", JSON.stringify(policy())],
  ])("%s", (_, text) => {
    const [{ origin } = { origin: undefined }] = read({ file: "a.yaml", text }).networkPolicies;
    const tree = origin?.positions?.();
    if (origin === undefined || tree === undefined) throw new Error("the policy has no positions");
    let places = 0;
    const compare = ([line, column, children]: PositionTree, path: Path): void => {
      places++;
      expect(origin.locate(path), path.join(".")).toEqual({ file: "a.yaml", line, column });
      const steps = Array.isArray(children) ? children.entries() : Object.entries(children ?? {});
      for (const [step, child] of steps) compare(child, [...path, step]);
    };
    compare(tree, []);
    expect(places).toBeGreaterThan(15);
  });

  function policy(name = "a") {
    const from = [{ podSelector: { matchLabels: { app: "x" } } }, { ipBlock: { cidr: "10.0.0.0/8", except: [] } }];
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name },
      spec: { podSelector: {}, ingress: [{ from, ports: [{ port: 80 }, { port: "http", protocol: "UDP" }] }] },
    };
  }
});
