/** Single calls, by index and by names, against what finding two names costs. */
import { allows, evaluate, type Flow, loadState } from "../../bindings/inline.ts";
import { internalsOf } from "../../sdk/state.ts";
import { indexed, makeMixes, podIndices } from "../flows/mixes.ts";
import { type Candidate, measure } from "../harness/measure.ts";
import { alone, compared } from "../harness/result.ts";
import type { Context, Group, Outcome } from "./group.ts";

const MAP_PAIR = "bare Map pair";
const OWN = "its own two look-ups";

interface PlainFlow<End extends string | number> extends Flow {
  readonly from: End;
  readonly to: End;
  readonly port: number;
}

export const single: Group = {
  name: "single",
  every: "size",
  async run({ size, cluster, effort }: Context): Promise<Outcome> {
    const state = loadState(cluster.objects);
    const { uniform } = makeMixes(state, cluster, effort.calls);
    const byIndex = indexed(uniform, podIndices(state, cluster));
    const { podNames } = cluster;
    const protocols: Record<number, "TCP" | "UDP" | "SCTP"> = { 6: "TCP", 17: "UDP", 132: "SCTP" };
    const flow = <End extends string | number>(from: End, to: End, i: number): PlainFlow<End> => ({
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
    // Each with a loop of its own: one that they shared would be compiled for all of them, and so for none.
    const candidates: Candidate[] = [
      {
        name: MAP_PAIR,
        operations,
        run: () => {
          let sum = 0;
          for (const { from, to } of named) sum += (numbers.get(from) ?? 0) + (numbers.get(to) ?? 0);
          return sum;
        },
      },
      {
        name: OWN,
        operations,
        run: () => {
          let same = 0;
          for (const { from, to } of named) if (directory.podEndpoint(from) === directory.podEndpoint(to)) same++;
          return same;
        },
      },
      {
        name: "allows by index",
        operations,
        run: () => {
          let passed = 0;
          for (const { from, to, port, protocol } of numbered) if (allows(state, from, to, port, protocol)) passed++;
          return passed;
        },
      },
      {
        name: "allows by name",
        operations,
        run: () => {
          let passed = 0;
          for (const { from, to, port, protocol } of named) if (allows(state, from, to, port, protocol)) passed++;
          return passed;
        },
      },
      {
        name: "evaluate by index",
        operations,
        run: () => {
          let passed = 0;
          for (const { from, to, port, protocol } of numbered)
            if (evaluate(state, from, to, port, protocol).verdict === "allow") passed++;
          return passed;
        },
      },
      {
        name: "evaluate by name",
        operations,
        run: () => {
          let passed = 0;
          for (const { from, to, port, protocol } of named)
            if (evaluate(state, from, to, port, protocol).verdict === "allow") passed++;
          return passed;
        },
      },
      {
        name: "allows of a flow object by index",
        operations,
        run: () => {
          let passed = 0;
          for (const each of numbered) if (allows(state, each)) passed++;
          return passed;
        },
      },
      {
        name: "allows of a flow object by name",
        operations,
        run: () => {
          let passed = 0;
          for (const each of named) if (allows(state, each)) passed++;
          return passed;
        },
      },
      {
        name: "evaluate of a flow object by index",
        operations,
        run: () => {
          let passed = 0;
          for (const each of numbered) if (evaluate(state, each).verdict === "allow") passed++;
          return passed;
        },
      },
      {
        name: "evaluate of a flow object by name",
        operations,
        run: () => {
          let passed = 0;
          for (const each of named) if (evaluate(state, each).verdict === "allow") passed++;
          return passed;
        },
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
