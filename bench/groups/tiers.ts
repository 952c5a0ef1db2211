/** A cluster with policies of ordered tiers, against the same cluster without them: folded tiers cost an answer nothing. */
import {
  allows,
  attachState,
  evaluateBatch,
  loadSnapshot,
  loadState,
  matrix,
  type State,
  shareState,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import type { Cluster } from "../cluster/index.ts";
import { MorePods } from "../cluster/more-pods.ts";
import { withTiers } from "../cluster/tier-policies.ts";
import { mixColumns } from "../flows/columns.ts";
import type { Flows } from "../flows/draw.ts";
import { indexed, type Mix, makeMixes, podIndices } from "../flows/mixes.ts";
import { type Candidate, measure } from "../harness/measure.ts";
import { alone, compared, type Result } from "../harness/result.ts";
import { randomFrom } from "../random.ts";
import type { Context, Effort, Group, Outcome } from "./group.ts";
import { countCells } from "./matrix.ts";
import { somePolicies } from "./update.ts";

const MIXES = ["uniform", "log"] as const;
const PROTOCOLS: Record<number, "TCP" | "UDP" | "SCTP"> = { 6: "TCP", 17: "UDP", 132: "SCTP" };
/** Objects added one after another in a round. */
const ADDED = 20;

export const tiers: Group = {
  name: "tiers",
  every: "size",
  async run({ size, cluster, effort }: Context): Promise<Outcome> {
    const without = await sideOf(cluster, effort, "without");
    const tiered = await sideOf(withTiers(cluster, size), effort, "with tiers");
    const place = { group: "tiers", size: size.name } as const;
    const results: Result[] = [];
    for (const part of PARTS) {
      const rounds = {
        batch: effort.rounds,
        single: effort.shortRounds,
        whole: effort.longRounds,
        updating: effort.shortRounds,
        loading: effort.rounds,
        building: effort.longRounds,
      }[part];
      const references = without[part];
      const times = await measure([...references, ...tiered[part]], rounds);
      references.forEach(({ name: reference }, i) => {
        results.push(alone(times, place, reference));
        const candidate = tiered[part][i];
        if (candidate !== undefined) results.push(compared(times, place, candidate.name, reference));
      });
    }
    return { results };
  },
};

/** Measured one after the other: what building leaves to the garbage collector would tell in the others. */
const PARTS = ["batch", "single", "whole", "updating", "loading", "building"] as const;

type Side = Readonly<Record<(typeof PARTS)[number], readonly Candidate[]>>;

/** What is measured of one of the two clusters. Loops are made for each, so that neither is compiled for both. */
async function sideOf(cluster: Cluster, effort: Effort, side: string): Promise<Side> {
  const state = loadState(cluster.objects);
  const bytes = snapshot(state);
  // Before there are columns, which end when the memory grows.
  const cells = await countCells(state);
  const operations = effort.flows;
  const mixes = makeMixes(state, cluster, operations);
  const columns = mixColumns(state, cluster, mixes, MIXES, operations);
  const batch = [...columns].flatMap(([mix, column]): Candidate[] => {
    const { from, to, port, protocol, out, fromIPv4, toIPv4, fromIPv6, toIPv6 } = column;
    const named = (way: string, run: () => unknown): Candidate => ({
      name: `${way}, ${mix}, ${side}`,
      operations,
      run,
    });
    return [
      named("by pod", () => evaluateBatch(state, { from, to, port, protocol }, out)),
      named("by IPv4", () => evaluateBatch(state, { fromIPv4, toIPv4, port, protocol }, out)),
      named("by IPv6", () => evaluateBatch(state, { fromIPv6, toIPv6, port, protocol }, out)),
    ];
  });
  const uniform = indexed(mixes.uniform, podIndices(state, cluster));
  const single = Array.from(uniform.from.subarray(0, effort.calls), (from, i) => ({
    from,
    to: uniform.to[i] ?? 0,
    port: uniform.port[i] ?? 0,
    protocol: PROTOCOLS[uniform.protocol[i] ?? 6] ?? "TCP",
  }));
  return {
    batch: [...batch, sharedBatch(state, cluster, mixes, operations, side)],
    single: [
      {
        name: `allows by index, ${side}`,
        operations: single.length,
        run: () => {
          let passed = 0;
          for (const { from, to, port, protocol } of single) if (allows(state, from, to, port, protocol)) passed++;
          return passed;
        },
      },
    ],
    whole: [
      {
        name: `class matrix for a pair of classes, ${side}`,
        operations: state.counts.classes ** 2,
        run: () => matrix(state, { port: 8080 }),
      },
      { name: `exact port sets of a pair, ${side}`, operations: cells, run: () => countCells(state) },
    ],
    loading: [{ name: `a snapshot's byte, ${side}`, operations: bytes.length, run: () => loadSnapshot(bytes) }],
    building: [{ name: `full build, ${side}`, operations: 1, run: () => loadState(cluster.objects) }],
    updating: additions(cluster, side),
  };
}

/** The same flows over a memory that threads share. */
function sharedBatch(
  state: State,
  cluster: Cluster,
  mixes: Readonly<Record<Mix, Flows>>,
  operations: number,
  side: string,
): Candidate {
  const attached = attachState(shareState(state));
  const [column] = mixColumns(attached, cluster, mixes, ["uniform"], operations).values();
  if (column === undefined) throw new RangeError("there are no columns");
  const { from, to, port, protocol, out } = column;
  const run = (): unknown => evaluateBatch(attached, { from, to, port, protocol }, out);
  return { name: `by pod in shared memory, uniform, ${side}`, operations, run };
}

/** Adds pods and policies such as there are, one by one, to states of their own; takes them away before the next round. */
function additions(cluster: Cluster, side: string): Candidate[] {
  const random = randomFrom(0x0bad5eed);
  const more = new MorePods(cluster, random);
  const added = {
    pod: Array.from({ length: ADDED }, () => more.next()),
    policy: somePolicies(cluster, random, ADDED),
  };
  return Object.entries(added).map(([kind, objects]): Candidate => {
    const state = loadState(cluster.objects);
    let areThere = false;
    return {
      name: `add a ${kind}, ${side}`,
      operations: ADDED,
      prepare: () => {
        if (areThere) updateState(state, { remove: objects });
        areThere = true;
      },
      run: () => {
        for (const object of objects) updateState(state, { upsert: object });
      },
    };
  });
}
