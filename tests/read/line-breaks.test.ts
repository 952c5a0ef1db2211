/** A CR by itself breaks a line in YAML 1.2 (5.4), and where problems are told; kubectl reads it so too. */
import { describe, expect, test } from "vitest";
import { problems, read } from "./support.ts";

const POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    app: web\n";
/** With each line break as one of the three, in turn. */
const mixed = (text: string): string => {
  let next = 0;
  return text.replaceAll("\n", () => ["\n", "\r", "\r", "\r\n", "\n"][next++ % 5] ?? "");
};

describe.each([
  ["LF", (text: string) => text],
  ["CR LF", (text: string) => text.replaceAll("\n", "\r\n")],
  ["CR", (text: string) => text.replaceAll("\n", "\r")],
  ["all three", mixed],
])("with %s", (_, write) => {
  test("an object is read", () => {
    expect(read(write(POD)).pods).toMatchObject([{ name: "a", labels: { app: "web" } }]);
  });

  test("documents are read one after the other, unless kubectl, which cuts a text at line feeds, drops the second", () => {
    const text = write(`${POD}---\n${POD.replace("name: a", "name: b")}...\n`);
    if (text.includes("\n---")) expect(read(text).pods.map(({ name }) => name)).toEqual(["a", "b"]);
    else expect(problems(text)).toEqual(["invalid-syntax  @8:1"]);
  });

  test("a comment ends with its line", () => {
    expect(read(write(POD.replace("  labels:", "  # labels: {}\n  labels: # two\n"))).pods[0]?.labels).toEqual({
      app: "web",
    });
  });

  test("a line break within a quoted text is a blank, and in a literal block it stays", () => {
    const annotated = (text: string) =>
      read(
        write(`apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  annotations:\n    netverdict.dev/x: ${text}`),
      ).namespaces[0]?.annotations;
    expect(annotated('"one\n      two"\n')).toEqual({ "netverdict.dev/x": "one two" });
    expect(annotated("|\n      one\n      two\n")).toEqual({ "netverdict.dev/x": "one\ntwo\n" });
  });

  test.each([
    ["YAML", "# one\n\napiVersion: v1\nkind: Pod\nmetadata:\n  name: Bad\n", 6, 9],
    ["YAML's flow style", "{ apiVersion: v1,\n  kind: Pod,\n  metadata: {\n    name: Bad } }\n", 4, 11],
    ["JSON", '{ "apiVersion": "v1",\n  "kind": "Pod",\n\n  "metadata": {\n    "name": "Bad" } }\n', 5, 13],
  ])("a problem in %s is told by line and column", (__, text, line, column) => {
    expect(problems(write(text))).toEqual([`invalid-name metadata.name @${line}:${column}`]);
  });

  test("the place of a rule in a policy is found again", () => {
    const text = write(
      "# policy\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  ingress:\n  - ports:\n    - port: 80\n",
    );
    const path = ["spec", "ingress", 0, "ports", 0, "port"];
    expect(read(text).networkPolicies[0]?.origin.locate(path)).toEqual({ line: 8, column: 13 });
  });

  test("what is no text is told where it is", () => {
    const text = write("# one\n# two\n");
    expect(problems(`${text} \0`)).toEqual(["invalid-encoding  @3:2"]);
    expect(problems(new Uint8Array([...new TextEncoder().encode(text), 0xff]))).toEqual(["invalid-encoding  @3:1"]);
  });
});

test("a file may end in a CR", () => {
  expect(problems(`${POD.trimEnd()}\r`)).toEqual([]);
  expect(read(`${POD.trimEnd()}\r`).pods[0]?.labels).toEqual({ app: "web" });
});
