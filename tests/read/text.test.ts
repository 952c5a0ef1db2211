import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { loadState, snapshot } from "../../bindings/inline.ts";
import { LIMITS } from "../../sdk/limits.ts";
import { codes, problems, read } from "./support.ts";

const HEAD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n";
const labels = (text: string): unknown => ({ ...read(`${HEAD}  labels:\n${text}`).pods[0]!.labels });

describe("YAML is 1.2, as far as kubectl allows", () => {
  test.each(["y", "n", "on", "off", "yes", "No"])("%s is a string", (word) => {
    expect(labels(`    a: ${word}\n`)).toEqual({ a: word });
  });

  test("a %YAML line changes nothing about that", () => {
    const text = `%YAML 1.1\n---\n${HEAD}  labels:\n    a: on\n`;
    expect({ ...read(text).pods[0]!.labels }).toEqual({ a: "on" });
  });

  test("an integer with a leading zero is octal, as kubectl reads it", () => {
    const port = (text: string): unknown =>
      read(`${HEAD}spec:\n  containers:\n  - ports:\n    - containerPort: ${text}\n`).pods[0]!.ports[0]!.containerPort;
    expect([port("0120"), port("0o120"), port("0x50"), port("80"), port("089"), port("8e1"), port("80.0")]).toEqual([
      80, 80, 80, 80, 89, 80, 80,
    ]);
  });

  test("an integer with 0b is binary, as kubectl reads it, unless it is quoted", () => {
    const port = (text: string): unknown =>
      read(`${HEAD}spec:\n  containers:\n  - ports:\n    - containerPort: ${text}\n`).pods[0]!.ports[0]!.containerPort;
    expect(port("0b1010000")).toBe(80);
    expect(labels('    a: "0b11"\n')).toEqual({ a: "0b11" });
    expect(labels("    a: !!str 0b11\n    b: !!str 0644\n    c: !!str 1_0\n")).toEqual({
      a: "0b11",
      b: "0644",
      c: "1_0",
    });
  });

  test("digits may have _ between them, as kubectl reads it", () => {
    const port = (text: string): unknown =>
      read(`${HEAD}spec:\n  containers:\n  - ports:\n    - containerPort: ${text}\n`).pods[0]!.ports[0]!.containerPort;
    expect([port("8_080"), port("0x1_F"), port("0_17"), port("1_0e1")]).toEqual([8080, 31, 15, 100]);
    expect(problems(`${HEAD}  labels:\n    a: 1_000\n`)).toHaveLength(1);
    expect(labels("    a: 1_0a\n    b: 2024-01-01\n    c: 1.2.3\n")).toMatchObject({
      b: "2024-01-01",
      c: "1.2.3",
    });
  });

  test("a directive that nobody knows is no matter", () => {
    expect(problems(`%FOO bar\n---\n${HEAD}`)).toEqual([]);
  });

  test("keys that are numbers or booleans are text", () => {
    expect(labels("    1: x\n    true: y\n")).toEqual({ 1: "x", true: "y" });
  });

  test("anchors and aliases are read", () => {
    expect(labels("    a: &x web\n    b: *x\n")).toEqual({ a: "web", b: "web" });
    expect(problems(`${HEAD}  labels: &l {a: b}\n  annotations: *l\n`)).toEqual([]);
  });

  test("a merge key fills in what the mapping does not have itself", () => {
    const base = "  annotations:\n    x: &x {a: one, b: one}\n    y: &y {b: two, c: two}\n";
    const merged = (text: string): unknown => {
      const { pods } = read(
        `${HEAD.replace("  name: a\n", "")}${base.replaceAll(/^ {4}/gm, "    ")}  name: a\n  labels:\n${text}`,
      );
      return { ...pods[0]!.labels };
    };
    expect(merged("    <<: *x\n    a: own\n")).toEqual({ a: "own", b: "one" });
    expect(merged("    b: own\n    <<: {a: one}\n")).toEqual({ a: "one", b: "own" });
    expect(merged("    <<: [*x, *y]\n")).toEqual({ a: "one", b: "one", c: "two" });
    expect(merged('    "a": x\n')).toEqual({ a: "x" });
  });

  test("a quoted << is a key like any other", () => {
    expect(codes(`${HEAD}  labels:\n    "<<": {a: b}\n`)).toEqual([
      "invalid-label-key metadata.labels",
      "invalid-type metadata.labels",
    ]);
  });
});

describe("what is wrong with a text is one problem, with its position", () => {
  test.each([
    ["a duplicate key in YAML", `${HEAD}kind: Pod\n`, ["invalid-syntax kind @5:1"]],
    [
      "a duplicate key in YAML's flow style",
      `${HEAD}  labels: {a: x, a: y}\n`,
      ["invalid-syntax metadata.labels.a @5:18"],
    ],
    [
      "a key that is duplicate once it is text",
      `${HEAD}  labels:\n    1: x\n    "1": y\n`,
      ["invalid-syntax metadata.labels.1 @7:5"],
    ],
    [
      "a duplicate merge key",
      `${HEAD}  labels:\n    <<: {a: b}\n    <<: {c: d}\n`,
      ["invalid-syntax metadata.labels.<< @7:5"],
    ],
    ["a merge of a scalar", `${HEAD}  labels:\n    <<: x\n`, ["invalid-syntax metadata.labels @6:5"]],
    [
      "a duplicate key in JSON",
      `{"apiVersion": "v1", "kind": "Pod",\n "metadata": {"name": "a", "labels": {"a": "x", "a": "y"}}}`,
      ["invalid-syntax metadata.labels.a @2:49"],
    ],
    [
      "a duplicate key in JSON behind an escape",
      `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": {"a": "x", "\\u0061": "y"}}}`,
      ["invalid-syntax metadata.labels.a @1:84"],
    ],
    [
      "a duplicate key in a JSON list",
      `{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Pod", "kind": "Pod", "metadata": {"name": "a"}}]}`,
      ["invalid-syntax items[0].kind @1:84"],
    ],
    ["an unknown tag", `${HEAD}  labels: !x {a: b}\n`, ["invalid-syntax  @5:11"]],
    ["a tag of YAML 1.1", `${HEAD}  labels:\n    a: !!binary aGk\n`, ["invalid-syntax  @6:8"]],
    ["an alias without anchor", `${HEAD}  labels: *x\n`, ["invalid-syntax metadata.labels @5:11"]],
    ["an alias inside its own anchor", `${HEAD}  labels: &x\n    a: *x\n`, ["invalid-syntax metadata.labels.a @6:8"]],
    ["a key that is a list", `${HEAD}  labels:\n    [a]: b\n`, ["invalid-syntax metadata.labels @6:5"]],
    ["a tab as indentation", `${HEAD}\tx: 1\n`, ["invalid-syntax  @5:1"]],
    [
      "YAML after a JSON document",
      `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}\n---\na: "x" y\n`,
      ["invalid-syntax  @3:8"],
    ],
    ["an unclosed quote", `${HEAD}  uid: "x\n`, ["invalid-syntax  @6:1"]],
    ["an unclosed JSON object", `{"kind": "Pod"`, ["invalid-syntax  @1:15"]],
    ["a JSON object with a missing comma", `{"kind": "Pod"\n "apiVersion": "v1"}`, ["invalid-syntax  @2:2"]],
    [
      "what follows a JSON object",
      `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}} }`,
      ["invalid-syntax  @1:64"],
    ],
  ])("%s", (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test("one broken document does not hide another's problems", () => {
    expect(codes(`a: [\n---\n${HEAD.replace("name: a", "name: A")}`)).toEqual([
      "invalid-syntax ",
      "invalid-name metadata.name",
    ]);
  });

  test("more than a few keys, and one of them twice", () => {
    const keys = Array.from({ length: 100 }, (_, i) => `"k${i}": "x"`).join(", ");
    const text = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": {${keys}, "k3": "y"}}}`;
    expect(codes(text)).toEqual(["invalid-syntax metadata.labels.k3"]);
  });
});

describe("bytes are strict UTF-8", () => {
  const start = new TextEncoder().encode("a: ü\nb: ");
  test.each([
    ["a lone continuation byte", [0x80]],
    ["an overlong form", [0xc0, 0xaf]],
    ["an overlong form of three bytes", [0xe0, 0x80, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80]],
    ["a cut sequence", [0xe2, 0x82]],
    ["a byte that never occurs", [0xff, 0xfe]],
  ])("%s is refused where it stands", (_, bad) => {
    expect(problems(new Uint8Array([...start, ...bad, 0x0a]))).toEqual(["invalid-encoding  @2:4"]);
  });

  test("a NUL is refused, in text and in bytes", () => {
    expect(problems("a: 1\nb: \0\n")).toEqual(["invalid-encoding  @2:4"]);
    expect(problems(new TextEncoder().encode("a: 1\nb: \0\n"))).toEqual(["invalid-encoding  @2:4"]);
  });

  test("UTF-16 is refused", () => {
    for (const mark of [
      [0xff, 0xfe],
      [0xfe, 0xff],
    ]) {
      expect(() => read(new Uint8Array([...mark, 0x61, 0x00]))).toThrow(/the text is UTF-16: convert it to UTF-8/);
    }
  });

  test.each([
    ["what gzip gives", gzipSync("kind: Pod"), "this is compressed by gzip: unpack it before"],
    ["a snapshot", snapshot(loadState([])), "this is a snapshot, which `loadSnapshot` takes"],
  ])("%s is refused, and what it is told", (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });

  test.each([
    ["shop/policies.yaml", "it looks like a path; give what the file holds"],
    ["policies.json", "it looks like a path; give what the file holds"],
    ["manifests\\shop", "it looks like a path; give what the file holds"],
    ["No resources found in shop namespace.\n", "kubectl has found nothing"],
    ["NAME    READY   STATUS\nweb-0   1/1     Running\n", "this is kubectl's table"],
    ["NAMESPACE   NAME\nshop        web\n", "this is kubectl's table"],
  ])("%j in an object's place is refused, and what it probably is told", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test("a text of which nothing is known has no hint", () => {
    expect(() => read("some words")).toThrow(/must be a mapping, not a string \[/);
  });

  test("a lone surrogate in a string is no matter", () => {
    expect(read(`${HEAD}  annotations: {a: "\ud800"}\n`).pods).toHaveLength(1);
  });

  test("one bad file does not hide another's problems", () => {
    const bad = { file: "a", text: new Uint8Array([0xff]) };
    expect(codes([bad, { file: "b", text: "1" }])).toEqual(["invalid-encoding ", "invalid-object "]);
  });
});

// Each took minutes, all memory or the stack somewhere. A test that comes to its timeout has lost the limit that it tests.
describe("hostile text is answered quickly", { timeout: 60_000 }, () => {
  const DEEP = 100_000;

  test.each([
    ["JSON arrays", "[".repeat(DEEP)],
    ["JSON objects", `{"a":`.repeat(DEEP)],
    ["flow sequences", `# YAML\n${"[".repeat(DEEP)}`],
    ["flow mappings", `# YAML\n${"{a: ".repeat(DEEP)}`],
    ["block sequences", "- ".repeat(DEEP)],
    ["block mappings", Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}a:\n`).join("")],
    ["explicit keys", "? ".repeat(DEEP)],
  ])("%s nested too deep", (_, text) => {
    expect(codes(text)).toEqual(["limit-exceeded "]);
  });

  test("nesting as deep as the limit is read", () => {
    const nested = (depth: number): string => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
    const inPod = (text: string): string =>
      `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": ${text}}`;
    for (const prefix of ["", "# YAML\n"]) {
      expect(codes(prefix + inPod(nested(LIMITS.depth - 1)))).toEqual(["invalid-type spec"]);
      expect(codes(prefix + inPod(nested(LIMITS.depth)))).toEqual(["limit-exceeded "]);
    }
  });

  test("a billion laughs", () => {
    const names = "abcdefghijklmnop".split("");
    const laughs = names.map((name, i) => {
      const item = i === 0 ? "lol" : `*${names[i - 1]}`;
      return `${name}: &${name} [${Array(10).fill(item).join(", ")}]\n`;
    });
    expect(codes(laughs.join(""))).toEqual(["limit-exceeded e[7]"]);
  });

  test("a billion laughs by merge keys", () => {
    const maps = Array.from({ length: 40 }, (_, i) => {
      const last = `*m${i - 1}`;
      return i === 0 ? "m0: &m0 {a: 1, b: 2}\n" : `m${i}: &m${i} {<<: [${last}, ${last}], x: ${last}, y: ${last}}\n`;
    });
    expect(codes(maps.join("")).map((problem) => problem.split(" ")[0])).toEqual(["limit-exceeded"]);
  });

  test("labels by the hundred thousand", () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, "v"]));
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", labels: many } };
    const json = JSON.stringify(pod);
    const yaml = `${HEAD}  labels:\n${Object.keys(many)
      .map((key) => `    ${key}: v\n`)
      .join("")}`;
    for (const input of [pod, json, yaml]) expect(codes(input)).toEqual(["limit-exceeded metadata.labels"]);
  });

  test("policy entries past the limit", () => {
    const ports = Array.from({ length: LIMITS.policyEntries }, () => ({}));
    const object = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "a" },
      spec: { ingress: [{ ports }] },
    };
    expect(codes(object)).toEqual(["limit-exceeded spec"]);
    ports.pop();
    expect(codes(object)).toEqual([]);
  });

  test("documents past the limit", () => {
    expect(codes("---\n".repeat(LIMITS.documents + 1))).toEqual(["limit-exceeded "]);
  });

  test("a YAML document past its length", () => {
    const text = `${HEAD}  annotations:\n    a: "${"x".repeat(LIMITS.yamlDocumentLength)}"\n`;
    expect(codes(text)).toEqual(["limit-exceeded "]);
  });

  test("a text past its length", () => {
    expect(codes(new Uint8Array(LIMITS.textLength + 1))).toEqual(["limit-exceeded "]);
  });

  test("an endless iterable", () => {
    function* endless(): Iterable<object> {
      for (;;) yield { apiVersion: "v1", kind: "ConfigMap" };
    }
    expect(codes(endless())).toEqual(["limit-exceeded "]);
  });

  test("problems without end", () => {
    const found = codes(Array(100_000).fill({}));
    expect(found).toHaveLength(LIMITS.issues + 1);
    expect(found.at(-1)).toBe("limit-exceeded ");
  });

  test("lists and arrays that hold themselves", () => {
    const list: { apiVersion: string; kind: string; items: unknown[] } = { apiVersion: "v1", kind: "List", items: [] };
    list.items.push(list, list);
    expect(codes(list).at(-1)).toMatch(/^limit-exceeded /);
    const array: unknown[] = [];
    array.push(array, array);
    expect(codes(array).at(-1)).toBe("limit-exceeded ");
  });

  test("one long JSON line of many problems", () => {
    const items = Array.from({ length: 9000 }, (_, i) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `P${i}` },
    }));
    expect(codes(JSON.stringify({ apiVersion: "v1", kind: "List", items }))).toHaveLength(9000);
  });

  test("a long list in a list, on one line", () => {
    const items = Array.from({ length: 30_000 }, (_, i) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `p${i}` },
    }));
    const inner = { apiVersion: "v1", kind: "List", items };
    expect(codes(JSON.stringify({ apiVersion: "v1", kind: "List", items: [inner] }))).toEqual([]);
  });

  test("names from one generateName by the ten thousand", () => {
    const pods = Array.from({ length: 50_000 }, () => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { generateName: "a-" },
    }));
    expect(codes(pods)).toEqual([]);
  });
});

describe("keys that JavaScript treats specially are data", () => {
  test.each(["", "# YAML\n"])("__proto__ changes no prototype (prefix %j)", (prefix) => {
    const text = `${prefix}{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "__proto__": {"namespace": "evil"}}, "__proto__": {"spec": {"hostNetwork": true}}}`;
    expect(read(text).pods[0]).toMatchObject({ namespace: "default", hostNetwork: false });
    expect(({} as Record<string, unknown>).namespace).toBeUndefined();
  });

  test("a merge of __proto__ changes no prototype", () => {
    const text = `${HEAD}  <<: {"__proto__": {namespace: evil}}\n`;
    expect(read(text).pods[0]!.namespace).toBe("default");
  });

  test("a label `constructor` is a label, and an absent one is absent", () => {
    expect(labels("    constructor: x\n    toString: y\n")).toEqual({ constructor: "x", toString: "y" });
    const { labels: none } = read(HEAD).pods[0]!;
    const { labels: one } = read(`${HEAD}  labels: {a: b}\n`).pods[0]!;
    for (const map of [none, one]) {
      for (const key of ["constructor", "toString", "__proto__", "hasOwnProperty"]) expect(map[key]).toBeUndefined();
    }
  });
});

describe("a Helm template that nobody has rendered is called one", () => {
  const document = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;

  test.each([
    ["a value", document("{{ .Values.name }}")],
    ["a function", document('{{ include "shop.name" . }}')],
    ["a condition around it", `{{- if .Values.enabled }}\n${document("web")}{{- end }}\n`],
    ["a comment in front", `{{- /* the shop */ -}}\n${document("web")}`],
  ])("%s", (_, text) => {
    expect(() => read(text)).toThrow("`helm template`");
    expect(codes(text)[0]).toMatch(/^invalid-syntax/);
  });

  test("an index into a list", () => {
    expect(() => read(document("{{ index .Names 0 }}"))).toThrow("`helm template`");
  });

  test("and another template a template", () => {
    for (const text of [document("{{ name }}"), document("{{ item.name | lower }}")]) {
      expect(() => read(text)).toThrow("this looks like a template: render it");
    }
    expect(() => read("a: {{a: b}: c}\n")).toThrow(/: a key must be a string/);
  });

  test("where the syntax is right, braces are only text", () => {
    expect(codes(`${document("web")}  annotations: { note: "{{ .Values.name }}" }\n`)).toEqual([]);
  });

  test("other errors of syntax stay what they are", () => {
    expect(() => read("a: [1\nb: 2\n")).not.toThrow("helm");
  });
});
