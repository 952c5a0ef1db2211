/** Changes of a loaded cluster, against look-ups of names and against loading all of it again. */
import { loadState, updateState } from "../../bindings/inline.ts";
import type { Cluster } from "../cluster/index.ts";
import { MorePods } from "../cluster/more-pods.ts";
import type { PodObject } from "../cluster/pods.ts";
import { Core, encodeModel } from "../core.ts";
import { type Candidate, measure } from "../harness/measure.ts";
import { alone, compared } from "../harness/result.ts";
import { pick, type Random, randomFrom } from "../random.ts";
import type { Context, Group, Outcome } from "./group.ts";

const MAP_PAIR = "bare Map pair";
const FULL = "full build";
/** Changes in one run. */
const PODS = 100;
const POLICIES = 20;

export const update: Group = {
  name: "update",
  every: "size",
  async run({ size, cluster, effort }: Context): Promise<Outcome> {
    const random = randomFrom(0x0bad5eed);
    const state = loadState(cluster.objects);
    const more = new MorePods(cluster, random);
    const newPods = (): PodObject[] => Array.from({ length: PODS }, () => more.next());
    const policies = somePolicies(cluster, random, POLICIES);
    const [addedPods, removedPods] = [newPods(), newPods()];
    const [addedPolicies, removedPolicies] = [
      policies.map((policy) => renamed(policy, "added")),
      policies.map((policy) => renamed(policy, "gone")),
    ];
    /** Adds or removes objects one by one, as they come from a watch. */
    const upsert = (objects: readonly object[]): void => {
      for (const object of objects) updateState(state, { upsert: object });
    };
    const remove = (objects: readonly object[]): void => {
      for (const object of objects) updateState(state, { remove: [object] });
    };
    const [addToCore, prepareCore] = coreAdditions(cluster, random);
    const [pairs, lookUp] = mapPairs(cluster, random, effort.calls);
    let arePodsThere = false;
    let arePoliciesThere = false;
    const candidates: Candidate[] = [
      { name: MAP_PAIR, operations: pairs, run: lookUp },
      { name: "add a pod of a known class, core", operations: PODS, prepare: prepareCore, run: addToCore },
      {
        name: "add a pod",
        operations: PODS,
        prepare: () => {
          if (arePodsThere) remove(addedPods);
          arePodsThere = true;
        },
        run: () => upsert(addedPods),
      },
      { name: "remove a pod", operations: PODS, prepare: () => upsert(removedPods), run: () => remove(removedPods) },
      {
        name: "add a policy",
        operations: POLICIES,
        prepare: () => {
          if (arePoliciesThere) remove(addedPolicies);
          arePoliciesThere = true;
        },
        run: () => upsert(addedPolicies),
      },
      {
        name: "remove a policy",
        operations: POLICIES,
        prepare: () => upsert(removedPolicies),
        run: () => remove(removedPolicies),
      },
      { name: FULL, operations: 1, run: () => loadState(cluster.objects) },
    ];
    const times = await measure(candidates, effort.longRounds);
    const place = { group: "update", size: size.name } as const;
    return {
      results: [
        alone(times, place, MAP_PAIR),
        alone(times, place, FULL),
        compared(times, place, "add a pod of a known class, core", MAP_PAIR),
        ...["add a pod", "remove a pod", "add a policy", "remove a policy"].map((name) =>
          compared(times, place, name, FULL),
        ),
      ],
    };
  },
};

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** Policies such as the cluster has. */
export function somePolicies({ objects }: Cluster, random: Random, count: number): Named[] {
  const policies = (objects as readonly Named[]).filter(({ kind }) => kind === "NetworkPolicy");
  return Array.from({ length: count }, (_, i) => renamed(pick(random, policies), `${i}`));
}

function renamed<T extends Named>(object: T, suffix: string): T {
  return { ...object, metadata: { ...object.metadata, name: `${object.metadata.name}-${suffix}` } };
}

/** Adds pods of known classes to a core of its own: the records lie ready in its memory. */
function coreAdditions(cluster: Cluster, random: Random): [run: () => void, prepare: () => void] {
  const { words, model, encoder } = encodeModel(cluster.objects);
  const core = new Core(words);
  core.compile();
  // Pods come first among the endpoints, in the order of the objects.
  const models = new Map(cluster.podNames.map((name, i) => [name, model.endpoints[i]]));
  const more = new MorePods(cluster, random);
  const record = (): number => {
    const { metadata, status } = more.next();
    const known = models.get(`${metadata.namespace}/${metadata.name.replace(/-more-\d+$/, "")}`);
    if (known?.kind !== "pod") throw new TypeError("the model's endpoints do not begin with the pods");
    const [address4, address6] = status.podIPs.map(({ ip }) => ip);
    return core.write(encoder.encodeEndpoint({ ...known, address4, address6 }));
  };
  let records: number[] = [];
  const prepare = (): void => {
    records = Array.from({ length: PODS }, record);
  };
  const run = (): void => {
    for (const each of records) core.addEndpoint(each);
  };
  return [run, prepare];
}

/** Look-ups of two names each, as many as a round of single calls has. */
function mapPairs({ podNames }: Cluster, random: Random, count: number): [count: number, run: () => number] {
  const numbers = new Map(podNames.map((name, i) => [name, i]));
  const pairs = Array.from({ length: count }, () => ({ from: pick(random, podNames), to: pick(random, podNames) }));
  const run = (): number => {
    let sum = 0;
    for (const { from, to } of pairs) sum += (numbers.get(from) ?? 0) + (numbers.get(to) ?? 0);
    return sum;
  };
  return [count, run];
}
