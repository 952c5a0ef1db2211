/** `--fix` mends what it can: a fix that does not do what it promised keeps its own file from being mended, and no other. */
import { expect, it } from "vitest";
import { type FileInput, type Finding, lint, loadState } from "../../bindings/inline.ts";
import { mend } from "../../cli/lint-mend.ts";
import { CLUSTER } from "./cluster.ts";

const policy = (name: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
`;
const INPUTS: readonly FileInput[] = [
  { file: "cluster.yaml", text: CLUSTER },
  { file: "a.yaml", text: policy("a") },
  { file: "b.yaml", text: policy("b") },
  { file: "c.yaml", text: policy("c") },
];
const find = (inputs: readonly FileInput[]): readonly Finding[] => lint(loadState(inputs));
/** As `find`, with something else to be inserted in one file. */
const withBad =
  (text: string) =>
  (inputs: readonly FileInput[]): readonly Finding[] =>
    find(inputs).map((finding) => {
      const { source, fix } = finding;
      if (fix?.insertions === undefined || source?.file !== "b.yaml") return finding;
      return { ...finding, fix: { ...fix, insertions: fix.insertions.map((one) => ({ ...one, text })) } };
    });
const textOf = (inputs: readonly FileInput[], file: string) => inputs.find((input) => input.file === file)?.text;

it.each([
  ["cannot be read", "\n]"],
  ["is no such object", ", exept: []"],
  ["is found wanting all the same", ", except: [10.0.0.0/8]"],
])("a file whose text with the fix %s stays as it is, and the others are mended", (_, bad) => {
  const finder = withBad(bad);
  const { inputs, remaining, done, failed } = mend(INPUTS, finder(INPUTS), finder);
  expect(textOf(inputs, "b.yaml")).toBe(policy("b"));
  for (const name of ["a", "c"]) {
    expect(textOf(inputs, `${name}.yaml`)).toContain("except: [169.254.169.254/32]");
  }
  expect(done.map(({ object }) => object.name)).toEqual(["a", "c"]);
  expect(remaining.filter(({ id }) => id === "metadata-address").map(({ object }) => object.name)).toEqual(["b"]);
  expect(failed).toMatchObject([
    { code: "core-failure", object: { kind: "NetworkPolicy", name: "b" }, source: { file: "b.yaml", line: 8 } },
  ]);
});

it("everything is mended where nothing fails", () => {
  const { done, failed } = mend(INPUTS, find(INPUTS), find);
  expect([done.map(({ object }) => object.name), failed]).toEqual([["a", "b", "c"], []]);
});
