/** Where YAML 1.2 and kubectl, whose YAML is 1.1, part: what kubectl reads is read, or the text is refused. */
import { describe, expect, test } from "vitest";
import { NetverdictError } from "../../sdk/index.ts";
import { kubectlProblem } from "../describe/kubectl.ts";
import { readByKubectl } from "./kubectl.ts";
import { read } from "./support.ts";

const NAMED = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n";
const OTHER = NAMED.replace("name: a", "name: b");
const labelled = (labels: string): string => `${NAMED}  labels: {${labels}}\n`;
const noted = (note: string): string => `${NAMED}  annotations:\n    note: ${note}\n`;
const WINDOWS = NAMED.replaceAll("\n", "\r\n");
const port = (written: string): string =>
  `${NAMED}spec: {containers: [{name: c, image: c, ports: [{containerPort: ${written}}]}]}\n`;

/** Name, labels and port of each pod. */
type Pods = readonly (readonly [string, Readonly<Record<string, string>>?, (number | undefined)?])[];

/** Text, what kubectl reads there, and whether we refuse what kubectl reads. */
const CASES: [name: string, text: string, pods: Pods | undefined, refused?: "refused"][] = [
  ["keys that are booleans of YAML 1.1", labelled("on: v"), [["a", { true: "v" }]]],
  ["y and Yes", labelled("Yes: v, n: w"), [["a", { true: "v", false: "w" }]]],
  ["Off and TRUE", labelled("Off: v, TRUE: w"), [["a", { false: "v", true: "w" }]]],
  ["a word that is none", labelled("yEs: v, oFF: w"), [["a", { yEs: "v", oFF: "w" }]]],
  ["a quoted key", labelled("'on': v, \"y\": w"), [["a", { on: "v", y: "w" }]]],
  ["a key that is told to be text", labelled("!!str on: v"), [["a", { on: "v" }]]],
  ["two keys of one text", labelled("on: v, yes: w"), [["a", { true: "w" }]], "refused"],
  ["an octal key", labelled("010: v, 0o17: w"), [["a", { 8: "v", 15: "w" }]]],
  ["a key of digits with _", labelled("1_000: v, 0x1f: w"), [["a", { 1000: "v", 31: "w" }]]],
  ["a key with a fraction", labelled("1.50: v, 0.25: w"), [["a", { "1.5": "v", "0.25": "w" }]]],
  ["a key with an exponent", labelled("1e3: v"), [["a", { 1000: "v" }]]],
  ["a key that is spelled with an exponent", labelled("1e6: v"), [["a", { "1e+06": "v" }]], "refused"],
  ["a key that loses digits", labelled("1.23456789: v"), [["a", { "1.2345679": "v" }]], "refused"],
  ["a long whole number as a key", labelled("9007199254740993: v"), [["a", { "9007199254740993": "v" }]], "refused"],
  ["a date as a key", labelled("2001-01-01: v"), [["a", { "2001-01-01": "v" }]]],
  ["a null as a key", labelled("~: v"), undefined],

  ["a merge key before the fields", labelled("<<: {x: v}, x: w"), [["a", { x: "w" }]]],
  ["a merge key after other fields", labelled("x: v, <<: {y1: w}"), [["a", { x: "v", y1: "w" }]]],
  ["a merge key after a field of the same name", labelled("x: v, <<: {x: w}"), [["a", { x: "w" }]], "refused"],
  ["a list of merges", labelled("<<: [{x: v}, {x: w, z: w}]"), [["a", { x: "v", z: "w" }]]],
  ["a list of merges after a field", labelled("x: u, <<: [{z: v}, {x: w}]"), [["a", { x: "w", z: "v" }]], "refused"],
  ["a merge key that is told to be text", labelled("!!str <<: {x: w}"), undefined],

  ["an octal number", port("0120"), [["a", {}, 80]]],
  ["an octal number that is told to be one", port("!!int 0120"), [["a", {}, 80]]],
  ["a number in quotes that is told to be one", port("!!int '0120'"), [["a", {}, 80]]],

  ["a document after an end", `${NAMED}...\n${OTHER}`, [["a"]], "refused"],
  ["a document after an end and a marker", `${NAMED}...\n---\n${OTHER}`, [["a"], ["b"]]],
  ["a comment after an end", `${NAMED}...\n# more\n`, [["a"]]],
  ["a marker after a CR alone", `${NAMED.replaceAll("\n", "\r")}---\r${OTHER}`, [["a"]], "refused"],
  ["a marker after U+2028", `${NAMED}\u2028---\n${OTHER}`, [["a"]], "refused"],
  ["markers without documents", `---\n---\n\n${NAMED}---\n---\n${OTHER}---\n`, [["a"], ["b"]]],

  ["U+2028 ends a comment", `${labelled("x: v")}#\u2028spec: {nodeName: n}\n`, [["a", { x: "v" }]]],
  ["labels after a comment that U+2028 ends", `${NAMED}  #\u2028  labels: {x: v}\n`, [["a", { x: "v" }]]],
  ["labels after a comment that U+2029 ends", `${NAMED}  #\u2029  labels: {x: v}\n`, [["a", { x: "v" }]]],
  ["labels after a comment that U+0085 ends", `${NAMED}  #\u0085  labels: {x: v}\n`, [["a", { x: "v" }]]],
  ["a text that U+2028 ends", `${NAMED}  labels:\n    x: v\u2028    z: w\n`, [["a", { x: "v", z: "w" }]]],

  ["byte order marks before each document", `\uFEFF${NAMED}---\n\uFEFF${OTHER}`, [["a"], ["b"]]],
  ["a byte order mark after an empty line", `${NAMED}---\n\n\uFEFF${OTHER}`, undefined],
  ["a byte order mark after two markers", `${NAMED}---\n---\n\uFEFF${OTHER}`, undefined],
  ["a byte order mark after a comment", `# all\n\uFEFF${NAMED}`, undefined],
  ["three files with byte order marks", `\uFEFF# 1\n---\n\uFEFF${NAMED}---\n\uFEFF${OTHER}`, [["a"], ["b"]]],
  ["a byte order mark before a marker", `${NAMED}---\n\uFEFF---\n${OTHER}`, [["a"], ["b"]]],
  ["a byte order mark between documents", `${NAMED}\uFEFF---\n${OTHER}`, undefined],
  ["a byte order mark within a document", `${NAMED}\uFEFF  labels: {x: v}\n`, [["a"]], "refused"],
  ["a byte order mark after Windows' line ends", `${WINDOWS}---\r\n\uFEFF${OTHER}`, [["a"], ["b"]]],

  ["a text in quotes to the left of its key", noted("'say ''no''\n  labels: {x: v} #'"), [["a"]]],
  ["the same in double quotes", noted('"say \\"no\\"\n  labels: {x: v} #"'), [["a"]]],
  ["a text in quotes that a marker cuts off", noted("'say ''\n---\n'"), undefined],
  [
    "brackets whose content is to the left of their key",
    `${NAMED}  labels: {\nx: v,\n z: w\n}\n`,
    [["a", { x: "v", z: "w" }]],
  ],
  [
    "brackets in brackets that end so",
    `${NAMED}  labels: {\n    x: v}\n  finalizers: [\n    a/b,\n"c/d"\n  ]\n`,
    [["a", { x: "v" }]],
  ],
  ["a field after such brackets", `${NAMED}  finalizers: [\na/b]\n  labels: {x: v}\n`, [["a", { x: "v" }]]],
  ["comments between brackets", `${NAMED}  labels: {x: v\n# c\n, # d\nz: w\n#e\n}\n`, [["a", { x: "v", z: "w" }]]],
  ["an item without its dash, below a comment", `${NAMED}  finalizers:\n  - - a\n# c\n    b\n`, undefined],
  [
    "a field to the left of its item, below a comment",
    `${NAMED}spec:\n  containers:\n  - name: c\n# c\n   image: c\n`,
    undefined,
  ],
  ["a text over lines between brackets", `${NAMED}  labels: {x:\nv,\nz:\n"w"}\n`, [["a", { x: "v", z: "w" }]]],
  ["a marker between brackets", `${NAMED}  labels: {\n---\nx: v}\n`, undefined],
  ["a text in quotes to the right of its key", noted("'say ''no''\n      labels: {x: v} #'"), [["a"]]],
  ["short texts in quotes", noted('\'\'\n    b: ""\n    c: \'\'\'\'\n    d: "\\""\n    e: "\\\\"'), [["a"]]],
  [
    "a comment without a blank to the left of a value",
    noted("\n#none\n      |-\n  labels: {x: v}"),
    [["a", { x: "v" }]],
  ],
  ["the same with a blank", noted("\n# none\n      |-\n  labels: {x: v}"), [["a", { x: "v" }]]],
  ["comments of a script", noted("|\n      #!x\n      #y\n  labels: {x: v}"), [["a", { x: "v" }]]],
  [
    "an anchor within a node of its name",
    `${NAMED}  annotations: &m {<<: &m {a: b}, c: d}\n  labels: *m\n`,
    [["a", { a: "b" }]],
  ],
  ["an anchor given again", `${NAMED}  annotations: {a: &x b, c: &x d}\n  labels: {x: *x}\n`, [["a", { x: "d" }]]],
  ["an alias as a key", `${NAMED}  annotations: {&k on: x}\n  labels: {*k : x}\n`, [["a", { true: "x" }]]],
  [
    "an alias of a quoted text as a key",
    `${NAMED}  annotations: {a: &k 'on'}\n  labels: {*k : x}\n`,
    [["a", { on: "x" }]],
  ],
  ["a key that begins with ? in brackets", labelled("?x: v"), [["a", { x: "v" }]], "refused"],
  [
    "a key and its colon alone in brackets",
    `${NAMED}  annotations: {note:}\n  labels: {x: v}\n`,
    [["a", { x: "v" }]],
    "refused",
  ],
  ["the same with a blank", `${NAMED}  annotations: { note: }\n  labels: {x: v}\n`, [["a", { x: "v" }]]],
  ["a merge key with the tag of no type", labelled("! <<: {x: v}"), [["a", { x: "v" }]], "refused"],
  ["a key, a blank and its colon alone in brackets", labelled("y :"), [["a"]], "refused"],
  [
    "a merge key with an anchor",
    `${NAMED}  annotations: {&k <<: {}}\n  labels: {x: *k}\n`,
    [["a", { x: "<<" }]],
    "refused",
  ],
  ["an anchor with a colon", `${NAMED}  labels:\n    x: &a:b v\n`, [["a", { x: ":b v" }]], "refused"],
  ["a key of minus zero", labelled("-0.0: v"), [["a", { "-0": "v" }]], "refused"],
];

function ours(text: string): Pods | undefined {
  try {
    return read(text).pods.map(({ name, labels, ports }) => [name, { ...labels }, ports[0]?.containerPort] as const);
  } catch (error) {
    if (!(error instanceof NetverdictError)) throw error;
    return undefined;
  }
}

const whole = (pods: Pods | undefined) => pods?.map(([name, labels = {}, number]) => [name, labels, number]);

describe("what kubectl reads is read, or refused", () => {
  test.each(CASES)("%s", (_, text, pods, refused) => {
    expect(ours(text)).toEqual(refused === undefined ? whole(pods) : undefined);
  });
});

const problem = kubectlProblem();

describe.skipIf(problem !== undefined)(`kubectl reads so${problem === undefined ? "" : ` (${problem})`}`, () => {
  test.each(CASES)("%s", (_, text, pods) => {
    const objects = readByKubectl(text);
    const isPod = (object: Record<string, unknown>) => object.apiVersion === "v1" && object.kind === "Pod";
    const seen = (objects?.every(isPod) ? objects : undefined)?.map((object) => {
      const { name, labels } = object.metadata as { name: string; labels: Record<string, string> };
      const { added, ...others } = labels;
      const spec = object.spec as { containers: { ports: { containerPort: number }[] }[] } | undefined;
      return [name, others, spec?.containers?.[0]?.ports[0]?.containerPort];
    });
    expect(seen).toEqual(whole(pods));
  });
});
