/** What a suggested change opens and cuts, where it tells pods apart that policies treated alike before. */
import { expect, it } from "vitest";
import { evaluate, explain, loadState, type State } from "../../bindings/inline.ts";
import { pod, policy, workload } from "../docs/objects.ts";
import { makeRandom, type Random } from "../fuzz/random.ts";
import type { PlainObject } from "../reference/objects.ts";

const SEED = 20261126;
const PODS = 7;
const PORT = 80;

const nameOf = ({ metadata: { namespace, name } }: PlainObject): string => `${namespace}/${name}`;

/** Pods of few labels, one of them on the host network, and policies that tell some of them apart. */
function cluster(random: Random): { objects: PlainObject[]; pods: string[] } {
  const app = () => ({ matchLabels: { app: random.pick(["a", "b", "c"]) } });
  const pods = Array.from({ length: PODS }, (_, i) =>
    pod(`${random.pick(["x", "y"])}/pod-${i}`, {
      labels: { app: random.pick(["a", "b", "c"]), role: random.pick(["m", "n"]) },
      ips: [`10.0.0.${i + 1}`],
      node: "n1",
      hostNetwork: i === PODS - 1,
    }),
  );
  const policies = Array.from({ length: 4 }, (_, i) => {
    const peer = random.chance(0.5) ? { namespaceSelector: {} } : { podSelector: app() };
    const [type, direction, side] = random.pick([
      ["Ingress", "ingress", "from"],
      ["Egress", "egress", "to"],
    ] as const);
    return policy(`${random.pick(["x", "y"])}/policy-${i}`, {
      podSelector: random.chance(0.5) ? {} : app(),
      policyTypes: [type],
      [direction]: random.chance(0.7) ? [{ [side]: [peer] }] : [],
    });
  });
  return { objects: [...pods, ...policies] as PlainObject[], pods: (pods as PlainObject[]).map(nameOf) };
}

const allows = (state: State, from: string, to: string): boolean =>
  evaluate(state, { from, to, port: PORT }).verdict === "allow";

it("is what evaluate says of every other pair", { timeout: 60_000 }, () => {
  let compared = 0;
  let splitting = 0;
  for (let seed = SEED; seed < SEED + 60; seed++) {
    const random = makeRandom(seed);
    const { objects, pods } = cluster(random);
    const [from, to] = random.shuffle(pods) as [string, string];
    const before = loadState(objects);
    for (const { apply, remove, opens, cuts, message } of explain(before, { from, to, port: PORT }).changes) {
      const gone = new Set([
        ...(apply as PlainObject[]).map(nameOf),
        ...remove.map((one) => `${one.namespace}/${one.name}`),
      ]);
      const kept = objects.filter((object) => object.kind === "Pod" || !gone.has(nameOf(object)));
      const after = loadState([...kept, ...apply]);
      const others = pods.flatMap((a) => pods.map((b) => [a, b] as const)).filter(([a, b]) => a !== from || b !== to);
      const changed = others.filter(([a, b]) => allows(before, a, b) !== allows(after, a, b));
      const opened = changed.filter(([a, b]) => allows(after, a, b)).length;
      expect([opens, cuts], `seed ${seed}, ${from} → ${to}: ${message}`).toEqual([opened, changed.length - opened]);
      compared++;
      if (after.counts.classes > before.counts.classes) splitting++;
    }
  }
  expect(compared).toBeGreaterThan(60);
  expect(splitting).toBeGreaterThan(20);
});

it("is not said of more pods than are compared, those that stand for workloads among them", () => {
  const sets = ["a", "b", "c"].map((app) => workload(`x/StatefulSet/${app}`, { app }, { replicas: 7_000 }));
  const objects = [pod("x/web", { labels: { app: "web" }, ips: ["10.0.0.1"] }), ...sets];
  const shut = policy("x/shut", { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] });
  const [change] = explain(loadState([...objects, shut]), { from: "x/a-0", to: "x/web", port: PORT }).changes;
  expect(change).toMatchObject({ verdict: "allow", opens: undefined, cuts: undefined, examples: [] });
});
