/** Many positions of one text cost one look at it: what each costs must not grow with how many there are. */
import { beforeEach, expect, test, vi } from "vitest";
import { explain, lint, loadState } from "../../bindings/inline.ts";
import type { Path } from "../../sdk/errors.ts";
import { offsetsInJson } from "../../sdk/read/json-locate.ts";
import { Offsets } from "../../sdk/read/offsets.ts";
import { Snippet, type TextFinder } from "../../sdk/read/snippet.ts";
import { compose } from "../../sdk/read/yaml-compose.ts";
import { problems, read } from "./support.ts";

vi.mock(import("../../sdk/read/yaml-compose.ts"), async (load) => {
  const real = await load();
  return { ...real, compose: vi.fn(real.compose) };
});
vi.mock(import("../../sdk/read/json-locate.ts"), async (load) => {
  const real = await load();
  return { ...real, offsetsInJson: vi.fn(real.offsetsInJson) };
});

beforeEach(() => {
  vi.mocked(compose).mockClear();
  vi.mocked(offsetsInJson).mockClear();
});

const NAMED = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p", namespace: "shop" } };
const POD = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: name } },
});

/** A policy of that many rules, none of which matches. */
function policyOf(rules: number): string {
  const rule = (_: unknown, i: number) =>
    `  - from: [{podSelector: {matchLabels: {app: other-${i}}}}]\n    ports: [{port: ${i + 1}}]\n`;
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: shop}
spec:
  podSelector: {}
  ingress:
${Array.from({ length: rules }, rule).join("")}`;
}

test.each([10, 100])("an explanation reads a policy of %i rules once more", (rules) => {
  const state = loadState([POD("a"), POD("b"), { file: "p.yaml", text: policyOf(rules) }]);
  vi.mocked(compose).mockClear();
  const { egress, ingress } = explain(state, { from: "shop/a", to: "shop/b", port: 80 });
  expect(egress.isolatedBy).toEqual([]);
  expect(ingress.nearMisses.at(-1)?.source).toEqual({ file: "p.yaml", line: 7 + 2 * (rules - 1), column: 5 });
  expect(compose).toHaveBeenCalledTimes(1);
});

test.each([10, 100])("lint reads a policy with %i findings once more", (rules) => {
  const state = loadState([
    POD("a"),
    POD("b"),
    {
      file: "p.yaml",
      text: policyOf(rules)
        .replaceAll(/other-\d+/g, "a")
        .replaceAll(/port: \d+/g, "port: 80"),
    },
  ]);
  vi.mocked(compose).mockClear();
  expect(lint(state).filter(({ source }) => source !== undefined).length).toBeGreaterThanOrEqual(rules - 1);
  expect(compose).toHaveBeenCalledTimes(1);
});

test.each([10, 100])("a JSON object with %i problems is looked at once", (count) => {
  const ingress = Array.from({ length: count }, () => ({ form: [] }));
  expect(problems(JSON.stringify({ ...NAMED, spec: { podSelector: {}, ingress } }, null, 1))).toHaveLength(count);
  expect(offsetsInJson).toHaveBeenCalledTimes(1);
});

test.each([10, 100])("a JSON object with %i caveats is looked at once", (count) => {
  const from = Array.from({ length: count }, (_, i) => ({ ipBlock: { cidr: `10.0.${i}.1/24` } }));
  const text = JSON.stringify({ ...NAMED, spec: { podSelector: {}, ingress: [{ from }] } });
  expect(read(text).caveats).toHaveLength(count);
  expect(offsetsInJson).toHaveBeenCalledTimes(1);
});

test("each level of a text is looked at once, when a path first leads there", () => {
  let looks = 0;
  const level = (depth: number): Offsets<number> =>
    new Offsets(depth, depth, depth, () => {
      looks++;
      return depth < 3 ? new Map([["a", level(depth + 1)]]) : undefined;
    });
  const root = level(0);
  const depthOf = (path: Path) => root.nearest(path).found.node;
  expect([depthOf([]), looks]).toEqual([0, 0]);
  expect([depthOf(["a"]), looks]).toEqual([1, 1]);
  expect([depthOf(["a", "a", "a", "a"]), looks]).toEqual([3, 4]);
  expect([depthOf(["a", "b"]), looks]).toEqual([1, 4]);
  expect([root.at(["a", "b"]), root.at(["a", 0]), root.at(["a", "a"])?.node]).toEqual([undefined, undefined, 2]);
});

test("texts that were asked about lately are kept up to a length, one that is longer by itself, and none for long", async () => {
  const looked: number[] = [];
  const finder: TextFinder = {
    offsets: (text) => {
      looked.push(text.length);
      return new Offsets(0, 0, 0, () => undefined);
    },
    insert: () => undefined,
  };
  const snippet = (length: number) => new Snippet(" ".repeat(length), { line: 1, column: 1 }, finder);
  const [a, b, c, long] = [snippet(800_001), snippet(800_002), snippet(800_003), snippet(3_000_000)];
  const looks = (...snippets: Snippet[]) => {
    looked.length = 0;
    for (const one of snippets) one.locate([]);
    return looked;
  };
  expect(looks(a, b, a, b)).toEqual([800_001, 800_002]);
  // The one that was asked about the longest ago goes.
  expect(looks(a, c, a, c)).toEqual([800_003]);
  expect(looks(b, c, b, a)).toEqual([800_002, 800_001]);
  expect(looks(long, long, a, a)).toEqual([3_000_000, 800_001]);
  await Promise.resolve();
  await Promise.resolve();
  expect(looks(a)).toEqual([800_001]);
});
