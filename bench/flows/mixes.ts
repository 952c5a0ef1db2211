/** The mixes of flows that are measured: evenly drawn ones, a flow log, and half allowed. */
import { evaluateBatch, type State } from "../../bindings/inline.ts";
import type { Cluster } from "../cluster/index.ts";
import { pick, type Random, randomFrom, skewed } from "../random.ts";
import { Drawer, emptyFlows, type Flows } from "./draw.ts";

export const MIXES = ["uniform", "log", "50/50"] as const;
export type Mix = (typeof MIXES)[number];

/** Distinct flows of a log, and how many of the log's lines were let through. */
const LOG_TUPLES = 40_000;
const LOG_ALLOWED = 0.9;
/** Flows that are looked at for ones that pass. */
const DRAWN_AT_A_TIME = 200_000;
const MOST_DRAWS = 25;
/** Allowed flows that suffice for the half of the third mix. */
const EVEN_ALLOWED = 200_000;

/** Flows of every mix. */
export function makeMixes(state: State, cluster: Cluster, count: number): Record<Mix, Flows> {
  const random = randomFrom(0xf10e5);
  const drawer = new Drawer(cluster, random);
  const { allowed, denied } = sort(state, podIndices(state, cluster), drawer, Math.min(count, DRAWN_AT_A_TIME));
  const logAllowed = allowed.slice(0, LOG_TUPLES * LOG_ALLOWED);
  const logDenied = denied.slice(0, LOG_TUPLES * (1 - LOG_ALLOWED));
  return {
    uniform: drawer.draw(count),
    log: choose(count, () => {
      const tuples = random(1000) < LOG_ALLOWED * 1000 ? logAllowed : logDenied;
      return tuples[skewed(random, tuples.length)] ?? tuples[0];
    }),
    "50/50": choose(count, () => some(random, random(2) === 0 ? allowed : denied)),
  };
}

/** Place in `cluster.pods` → pod index. */
export function podIndices(state: State, { pods }: Cluster): Uint32Array {
  return Uint32Array.from(pods, ({ metadata: { namespace, name } }) => state.podIndex(namespace, name));
}

/** Flows whose ends are pod indices, of flows whose ends are places. */
export function indexed(flows: Flows, indices: Uint32Array): Flows {
  const translate = (places: Uint32Array): Uint32Array => places.map((place) => indices[place] ?? 0);
  return { ...flows, from: translate(flows.from), to: translate(flows.to) };
}

/** One flow of drawn ones. */
interface Tuple {
  readonly flows: Flows;
  readonly i: number;
}

interface Sorted {
  readonly allowed: readonly Tuple[];
  readonly denied: readonly Tuple[];
}

/** Draws until there are enough flows that pass, or many have been drawn. */
function sort(state: State, indices: Uint32Array, drawer: Drawer, drawn: number): Sorted {
  const allowed: Tuple[] = [];
  const denied: Tuple[] = [];
  for (let draw = 0; draw < MOST_DRAWS && allowed.length < EVEN_ALLOWED; draw++) {
    const flows = drawer.draw(drawn);
    const verdicts = evaluateBatch(state, indexed(flows, indices));
    for (let i = 0; i < verdicts.length; i++) {
      if (verdicts[i] === 1) allowed.push({ flows, i });
      else if (denied.length < EVEN_ALLOWED) denied.push({ flows, i });
    }
  }
  return { allowed, denied };
}

function some(random: Random, tuples: readonly Tuple[]): Tuple | undefined {
  return tuples.length === 0 ? undefined : pick(random, tuples);
}

function choose(count: number, next: () => Tuple | undefined): Flows {
  const chosen = emptyFlows(count);
  for (let k = 0; k < count; k++) {
    const tuple = next();
    if (tuple === undefined) throw new RangeError("the cluster allows nothing, or everything");
    const { flows, i } = tuple;
    chosen.from[k] = flows.from[i] ?? 0;
    chosen.to[k] = flows.to[i] ?? 0;
    chosen.port[k] = flows.port[i] ?? 0;
    chosen.protocol[k] = flows.protocol[i] ?? 0;
  }
  return chosen;
}
