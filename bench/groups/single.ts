/** Single calls, by index and by names, against what finding two names costs. */
import { allows, evaluate, type Flow, loadState } from "../../bindings/inline.ts";
import { internalsOf } from "../../sdk/state.ts";
import { indexed, makeMixes, podIndices } from "../flows/mixes.ts";
import { type Candidate, measure } from "../harness/measure.ts";
import { alone, compared } from "../harness/result.ts";
import type { Context, Group, Outcome } from "./group.ts";

const MAP_PAIR = "bare Map pair";
const OWN = "its own two look-ups";

export const single: Group = {
  name: "single",
  every: "size",
  async run({ size, cluster, effort }: Context): Promise<Outcome> {
    const state = loadState(cluster.objects);
    const { uniform } = makeMixes(state, cluster, effort.calls);
    const byIndex = indexed(uniform, podIndices(state, cluster));
    const { podNames } = cluster;
    const protocols: Record<number, "TCP" | "UDP" | "SCTP"> = { 6: "TCP", 17: "UDP", 132: "SCTP" };
    const flow = (from: string | number, to: string | number, i: number): Flow => ({
      from,
      to,
      port: uniform.port[i] ?? 0,
      protocol: protocols[uniform.protocol[i] ?? 6] ?? "TCP",
    });
    const numbered = Array.from(byIndex.from, (from, i) => flow(from, byIndex.to[i] ?? 0, i));
    const named = Array.from(uniform.from, (from, i) =>
      flow(podNames[from] ?? "", podNames[uniform.to[i] ?? 0] ?? "", i),
    );
    const numbers = new Map(podNames.map((name, i) => [name, i]));
    const { directory } = internalsOf(state);
    const operations = effort.calls;
    const candidates: Candidate[] = [
      { name: MAP_PAIR, operations, run: () => sumOf(named, numbers) },
      {
        name: OWN,
        operations,
        run: () => count(named, ({ from, to }) => directory.pod(from as string) === directory.pod(to as string)),
      },
      { name: "allows by index", operations, run: () => count(numbered, (each) => allows(state, each)) },
      {
        name: "evaluate by index",
        operations,
        run: () => count(numbered, (each) => evaluate(state, each).verdict === "allow"),
      },
      { name: "allows by name", operations, run: () => count(named, (each) => allows(state, each)) },
      {
        name: "evaluate by name",
        operations,
        run: () => count(named, (each) => evaluate(state, each).verdict === "allow"),
      },
    ];
    const times = await measure(candidates, effort.shortRounds);
    const place = { group: "single", size: size.name } as const;
    return {
      results: [
        alone(times, place, MAP_PAIR),
        ...candidates.slice(1).map(({ name }) => compared(times, place, name, MAP_PAIR)),
        compared(times, place, "allows by name", OWN),
        compared(times, place, "evaluate by name", OWN),
      ],
    };
  },
};

function sumOf(flows: readonly Flow[], numbers: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const { from, to } of flows) sum += (numbers.get(from as string) ?? 0) + (numbers.get(to as string) ?? 0);
  return sum;
}

function count(flows: readonly Flow[], passes: (flow: Flow) => boolean): number {
  let passed = 0;
  for (const flow of flows) if (passes(flow)) passed++;
  return passed;
}
