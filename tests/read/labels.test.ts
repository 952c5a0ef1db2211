/** Labels are read with a look at those before: they must come out as if each map were read alone. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { codes, read } from "./support.ts";

const KEYS = ["app", "tier", "constructor", "toString", "a.b/c", "bad key", ""];
const VALUES = ["web", "db", "", "-bad", 7, null, undefined];

/** A map with own labels, and some that it only inherits: those are none. */
const labels = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 4 }),
    fc.option(fc.dictionary(fc.constantFrom("app", "tier"), fc.constantFrom("web", "db"), { maxKeys: 2 })),
  )
  .map(([own, inherited]) => Object.assign(inherited === null ? {} : Object.create(inherited), own) as object);

const pod = (map: object, i: number): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `p${i}`, labels: map },
  spec: { containers: [] },
});

test("each map is read as if it were the only one", () => {
  fc.assert(
    fc.property(fc.array(labels, { minLength: 1, maxLength: 6 }), (maps) => {
      // Each twice, so that many follow their like.
      const pods = maps.flatMap((map) => [map, map]).map(pod);
      const alone = pods.map((one) => codes([one]));
      expect(codes(pods)).toEqual(alone.flat());
      const sound = pods.filter((_, i) => alone[i]?.length === 0);
      const together = read(sound).pods.map((one) => Object.entries(one.labels));
      expect(together).toEqual(sound.map((one) => Object.entries(read([one]).pods[0]?.labels ?? {})));
    }),
    { numRuns: 3000 },
  );
});

test("labels keep the order in which they are written", () => {
  const { pods } = read([pod({ app: "web", tier: "db" }, 1), pod({ tier: "db", app: "web" }, 2)]);
  expect(pods.map(({ labels }) => Object.keys(labels))).toEqual([
    ["app", "tier"],
    ["tier", "app"],
  ]);
});

test("labels are a copy: what is given may change afterwards", () => {
  const map = { app: "web" };
  const { pods } = read([pod(map, 1), pod(map, 2)]);
  map.app = "db";
  expect(pods.map((one) => one.labels.app)).toEqual(["web", "web"]);
  expect(pods[0]?.labels).toBe(pods[1]?.labels);
});

test("a label that is not there is not inherited either", () => {
  const { pods } = read([pod({}, 1), pod({ app: "web" }, 2), pod({}, 3)]);
  expect(pods.map((one) => "constructor" in one.labels)).toEqual([false, false, false]);
});
