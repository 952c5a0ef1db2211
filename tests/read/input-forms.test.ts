import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readJson } from "../../sdk/read/json.ts";
import { codes, manifest, problems, read } from "./support.ts";

const pod = (name: string): object => ({ apiVersion: "v1", kind: "Pod", metadata: { name } });
const podText = (name: string): string => JSON.stringify(pod(name));
const podYaml = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const names = (input: Parameters<typeof read>[0]): string[] => read(input).pods.map(({ name }) => name);

describe("every form of input is read", () => {
  test.each<[string, Parameters<typeof read>[0], string[]]>([
    ["YAML text", podYaml("a"), ["a"]],
    ["YAML text with several documents", `${podYaml("a")}---\n${podYaml("b")}`, ["a", "b"]],
    ["YAML text as bytes", bytes(podYaml("a")), ["a"]],
    ["a part of a buffer", new Uint8Array(bytes(`xx${podText("a")}`).buffer, 2), ["a"]],
    ["JSON text", podText("a"), ["a"]],
    ["JSON text that is an array", `[${podText("a")}, ${podText("b")}]`, ["a", "b"]],
    ["JSON values one after the other", `${podText("a")}\n${podText("b")}${podText("c")}`, ["a", "b", "c"]],
    ["JSON between YAML's markers", `${podText("a")}\n---\n${podText("b")}\n`, ["a", "b"]],
    ["YAML's flow style", "{apiVersion: v1, kind: Pod, metadata: {name: a}}", ["a"]],
    [
      "YAML's flow style with quoted keys, a comment and a trailing comma",
      `{"apiVersion": "v1", "kind": Pod, # x\n metadata: {name: a},}`,
      ["a"],
    ],
    ["an object", pod("a"), ["a"]],
    ["an ArrayBuffer, as fetch gives it", bytes(podYaml("a")).slice().buffer, ["a"]],
    ["an array of objects", [pod("a"), pod("b")], ["a", "b"]],
    ["a set of texts", new Set([podYaml("a"), podText("b")]), ["a", "b"]],
    [
      "files",
      [
        { file: "a.yaml", text: podYaml("a") },
        { file: "b.json", text: bytes(podText("b")) },
      ],
      ["a", "b"],
    ],
    ["a file of an ArrayBuffer", { file: "a.yaml", text: bytes(podYaml("a")).slice().buffer }, ["a"]],
    ["one file", { file: "a.yaml", text: podYaml("a") }, ["a"]],
    [
      "everything mixed",
      [pod("a"), podText("b"), [podYaml("c")], { file: "d", text: podText("d") }, bytes(podText("e"))],
      ["a", "b", "c", "d", "e"],
    ],
    ["nothing", "", []],
    ["an empty array", [], []],
    ["an empty JSON array", "[]", []],
  ])("%s", (_, input, expected) => {
    expect(names(input)).toEqual(expected);
  });

  test("a generator", () => {
    function* pods(): Iterable<object> {
      yield pod("a");
      yield pod("b");
    }
    expect(names(pods())).toEqual(["a", "b"]);
  });

  test.each([
    ["empty documents", `---\n---\n${podYaml("a")}---\n...\n---\n`],
    ["documents of comments", `# one\n---\n# two\n---\n${podYaml("a")}# three\n`],
    ["null documents", `null\n---\n~\n---\n${podYaml("a")}`],
    ["a byte order mark", `\uFEFF${podYaml("a")}`],
    ["a byte order mark before JSON", `\uFEFF${podText("a")}`],
    ["line ends of Windows", podYaml("a").replaceAll("\n", "\r\n")],
  ])("%s are no matter", (_, text) => {
    expect(names(text)).toEqual(["a"]);
    expect(names(bytes(text))).toEqual(["a"]);
  });

  test("a byte order mark does not shift columns", () => {
    expect(problems("\uFEFFkind: Pod\n")).toEqual(["invalid-object apiVersion @1:1"]);
  });
});

describe("lists", () => {
  const list = (kind: string, items: readonly object[] | null, more: object = {}): object => ({
    apiVersion: "v1",
    kind,
    items,
    ...more,
  });

  test("a List is taken apart, lists in lists too", () => {
    expect(
      names(list("List", [pod("a"), list("List", [pod("b")]), list("PodList", [{ metadata: { name: "c" } }])])),
    ).toEqual(["a", "b", "c"]);
  });

  test("items of a typed list inherit kind and apiVersion", () => {
    const text = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n  spec: {}\n`;
    expect(read(text).networkPolicies.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("items of a List inherit nothing", () => {
    expect(codes(list("List", [{ metadata: { name: "a" } }]))).toEqual(["invalid-object items[0].apiVersion"]);
  });

  test("a list whose items are null is empty, as Go writes it", () => {
    expect(names(list("PodList", null))).toEqual([]);
  });

  test.each([
    ["a List without items is refused", { apiVersion: "v1", kind: "List" }, ["required items"]],
    ["a typed list without items is refused", { apiVersion: "v1", kind: "PodList", item: [] }, ["required items"]],
    ["items are a list", { apiVersion: "v1", kind: "List", items: {} }, ["invalid-type items"]],
    ["an item is a mapping", { apiVersion: "v1", kind: "List", items: [null] }, ["invalid-object items[0]"]],
  ])("%s", (_, object, expected) => {
    expect(codes(object)).toEqual(expected);
  });

  test("a custom kind that ends in List and has a name is an object", () => {
    const { skipped } = read({ apiVersion: "x.io/v1", kind: "AllowList", metadata: { name: "a" }, items: ["x"] });
    expect([...skipped]).toEqual([["AllowList", 1]]);
  });

  test.each(["NetworkPolicyList", "list", "LIST", "Lists", "networkpolicylist", "FooList", "Bundle", "ConfigMap"])(
    "objects in a named %s are read, as kubectl does it",
    (kind) => {
      const items = [{ ...pod("a"), metadata: { name: "a" } }];
      expect(names({ apiVersion: "example.com/v1", kind, metadata: { name: "all" }, items })).toEqual(["a"]);
    },
  );

  test("a named list of a kind that is read is one, whatever is in it", () => {
    const policies = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicyList", metadata: { name: "all" } };
    const { networkPolicies } = read({ ...policies, items: [{ metadata: { name: "a" }, spec: {} }] });
    expect(networkPolicies.map(({ name }) => name)).toEqual(["a"]);
    expect(codes({ ...policies, itmes: [] })).toEqual(["required items"]);
  });

  test("a List needs no apiVersion, as for kubectl", () => {
    expect(names({ kind: "List", items: [pod("a")] })).toEqual(["a"]);
  });

  test("a part of a list is refused", () => {
    expect(codes(list("PodList", [], { metadata: { continue: "abc" } }))).toEqual(["invalid-object metadata.continue"]);
  });

  test("what `kubectl cluster-info dump` prints: typed lists of JSON one after the other", () => {
    const dump = ["Node", "Event", "Pod"].map((kind) =>
      JSON.stringify(
        { kind: `${kind}List`, apiVersion: "v1", metadata: {}, items: [{ metadata: { name: "a" } }] },
        null,
        4,
      ),
    );
    const { nodes, pods, skipped } = read(dump.join("\n"));
    expect([nodes.length, pods.length, skipped.get("Event")]).toEqual([1, 1, 1]);
  });
});

describe("objects of @kubernetes/client-node", () => {
  test("undefined fields are absent and dates are tolerated", () => {
    const object = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "a",
        namespace: undefined,
        labels: { a: "b", c: undefined },
        creationTimestamp: new Date(),
        deletionTimestamp: new Date(),
      },
      spec: {
        containers: [{ ports: [{ containerPort: 80, name: undefined, protocol: undefined }] }],
        nodeName: undefined,
      },
      status: undefined,
    };
    const [read1] = read(object).pods;
    expect(read1).toMatchObject({
      namespace: "default",
      labels: { a: "b" },
      terminating: true,
      ports: [{ containerPort: 80, protocol: "TCP" }],
    });
    expect(Object.keys(read1!.labels)).toEqual(["a"]);
  });

  test("an undefined field of a rule is no unknown field", () => {
    const spec = { podSelector: undefined, ingress: [{ from: undefined, extra: undefined }], later: undefined };
    expect(codes({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "a" }, spec })).toEqual(
      [],
    );
  });
});

describe("what is no input is refused", () => {
  test.each<[string, unknown, string]>([
    ["null", null, "invalid-input "],
    ["undefined", undefined, "invalid-input "],
    ["a number", 1, "invalid-input "],
    ["a function", () => [], "invalid-input "],
    ["a promise", Promise.resolve(""), "invalid-input "],
    ["an async iterable", { [Symbol.asyncIterator]: () => ({}) }, "invalid-input "],
    ["a file whose text is no text", { file: "a", text: 1 }, "invalid-input "],
    ["a file whose name is no text", { file: 1, text: "" }, "invalid-input "],
    ["a null in an array", [null], "invalid-input "],
    ["an object without kind", { apiVersion: "v1" }, "invalid-object kind"],
    ["an object without apiVersion", { kind: "Pod" }, "invalid-object apiVersion"],
    ["an object with an empty kind", { apiVersion: "v1", kind: "" }, "invalid-object kind"],
    ["a kind that is no text", { apiVersion: "v1", kind: 1 }, "invalid-type kind"],
    ["an empty object", {}, "invalid-object apiVersion"],
    [
      "a Map in the place of an object's fields",
      { apiVersion: "v1", kind: "Pod", metadata: { name: "a", labels: new Map([["app", "a"]]) } },
      "invalid-type metadata.labels",
    ],
    ["a document that is a text", "hello", "invalid-object "],
    ["a document that is a number", "1", "invalid-object "],
    ["a document that is a list of texts", "- hello", "invalid-object [0]"],
  ])("%s", (_, input, expected) => {
    expect(codes(input as object)).toEqual([expected]);
  });
});

describe("without YAML", () => {
  const json = { readText: readJson };

  test("JSON is read, with its positions", () => {
    expect(read(`${podText("a")}\n${podText("b")}`, json).pods).toHaveLength(2);
    expect(problems(`{\n "kind": "Pod"}`, json)).toEqual(["invalid-object apiVersion @1:1"]);
  });

  test("YAML text is one clear problem", () => {
    expect(problems(`# x\n${podYaml("a")}`, json)).toEqual(["invalid-syntax  @1:1"]);
  });

  test("broken JSON has the position of what is wrong", () => {
    expect(problems(`{"a": 1,\n  b: 2}`, json)).toEqual(["invalid-syntax  @2:3"]);
  });

  test("a text of spaces is empty, a scalar is no object", () => {
    expect(read(" \n", json).pods).toEqual([]);
    expect(codes("1", json)).toEqual(["invalid-object "]);
  });

  test("no other file than yaml.ts imports the yaml package", () => {
    const files = ["index", "load", "json", "json-scan", "json-locate", "text", "fields", "encoding", "line-index"];
    for (const file of files) {
      const source = readFileSync(new URL(`../../sdk/read/${file}.ts`, import.meta.url), "utf8");
      expect(source, file).not.toMatch(/from "yaml"|yaml\.ts"/);
    }
  });
});

describe("duplicates", () => {
  const text = `${podYaml("a")}---\n${podYaml("a")}`;

  test("the same object twice is a problem at the second, which names the first", () => {
    expect(problems(text)).toEqual(["duplicate-object  @6:1"]);
    expect(() =>
      read([
        { file: "one.yaml", text: podYaml("a") },
        { file: "two.yaml", text: podYaml("a") },
      ]),
    ).toThrow(/^two\.yaml:1:1: .*one\.yaml:1:1/);
    expect(codes([pod("a"), pod("a")])).toEqual(["duplicate-object "]);
  });

  test.each([
    ["Namespace", "v1", ""],
    ["Service", "v1", `"spec": {}`],
    ["NetworkPolicy", "networking.k8s.io/v1", ""],
    ["Deployment", "apps/v1", `"spec": {"template": {}}`],
  ])("%s counts", (kind, apiVersion, rest) => {
    const one = manifest(apiVersion, kind, rest);
    expect(codes([one, one])).toEqual(["duplicate-object "]);
  });

  test("another namespace or kind is another object", () => {
    const other = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "other" } };
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "a" }, spec: {} };
    expect(codes([pod("a"), other, service])).toEqual([]);
  });

  test("no namespace and the default namespace are the same", () => {
    expect(codes([pod("a"), { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "default" } }])).toEqual(
      ["duplicate-object "],
    );
  });

  test("what is skipped is not compared", () => {
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
    expect(codes([map, map])).toEqual([]);
  });
});
