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

it("is said of many pods, those that stand for workloads among them", { timeout: 60_000 }, () => {
  const REPLICAS = 7_000;
  const pods = ["a", "c"].flatMap((app) =>
    Array.from({ length: REPLICAS }, (_, i) =>
      pod(`x/${app}-${i}`, { labels: { app }, ips: [`10.${app === "a" ? 1 : 2}.${i >> 8}.${i & 255}`] }),
    ),
  );
  const set = workload("x/StatefulSet/b", { app: "b" }, { replicas: REPLICAS });
  const shut = policy("x/shut", { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] });
  const few = { podSelector: { matchLabels: { app: "b" } } };
  const some = policy("x/some", { podSelector: { matchLabels: { app: "web" } }, ingress: [{ from: [few] }] });
  const objects = [
    pod("x/web", { labels: { app: "web" }, ips: ["10.0.0.1"] }),
    ...pods,
    set,
    shut,
    some,
  ] as PlainObject[];
  const clients = ["a", "b", "c"].flatMap((app) => Array.from({ length: REPLICAS }, (_, i) => `x/${app}-${i}`));
  const to = "x/web";
  for (const from of ["x/a-0", "x/b-0"]) {
    // The policies that are suggested are about either end: no other pair can turn.
    const pairs = clients
      .filter((client) => client !== from)
      .flatMap((client) => [`${client} ${to}`, `${from} ${client}`]);
    const allowed = (state: State): boolean[] =>
      pairs.map((pair) => allows(state, ...(pair.split(" ") as [string, string])));
    const before = loadState(objects);
    const was = allowed(before);
    const { changes } = explain(before, { from, to, port: PORT });
    expect(changes.length).toBeGreaterThan(0);
    let most = 0;
    for (const { apply, remove, opens, cuts, examples, message } of changes) {
      const gone = new Set([
        ...(apply as PlainObject[]).map(nameOf),
        ...remove.map((one) => `${one.namespace}/${one.name}`),
      ]);
      const is = allowed(loadState([...objects.filter((object) => !gone.has(nameOf(object))), ...apply]));
      const opened = pairs.filter((_, i) => is[i] && !was[i]);
      const cut = pairs.filter((_, i) => was[i] && !is[i]);
      expect([opens, cuts], message).toEqual([opened.length, cut.length]);
      for (const example of examples) expect([...opened, ...cut]).toContain(`${example.from} ${example.to}`);
      expect(examples.length).toBe(Math.min(5, opened.length + cut.length));
      most = Math.max(most, opened.length + cut.length);
    }
    expect(most, from).toBeGreaterThanOrEqual(REPLICAS - 1);
  }
});

it("is not said where there are too many groups of pods to compare", { timeout: 60_000 }, () => {
  const [namespaces, ids] = [260, 256];
  const values = Array.from({ length: ids }, (_, i) => `v${i}`);
  const pods = Array.from({ length: namespaces }, (_, n) =>
    values.map((id, i) => pod(`n${n}/${id}`, { labels: { id }, ips: [`10.${n >> 8}.${n & 255}.${i}`] })),
  ).flat();
  const tells = policy("n0/tells", {
    podSelector: { matchLabels: { id: "v0" } },
    ingress: values.map((id) => ({
      from: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "n1" } },
          podSelector: { matchLabels: { id } },
        },
      ],
      ports: [{ port: 1_000 }],
    })),
  });
  const state = loadState([...pods, tells] as PlainObject[]);
  expect(state.counts.classes).toBeGreaterThan(65_536);
  const [change] = explain(state, { from: "n2/v0", to: "n0/v0", port: PORT }).changes;
  expect(change).toMatchObject({ verdict: "allow", opens: undefined, cuts: undefined, examples: [] });
});
