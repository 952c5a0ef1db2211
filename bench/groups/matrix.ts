/** Who reaches whom, against copying the answer's bits. */
import { loadState, matrix, portSets, type State } from "../../bindings/inline.ts";
import { memoryCopy } from "../harness/floor.ts";
import { type Candidate, measure } from "../harness/measure.ts";
import { alone, compared } from "../harness/result.ts";
import type { Context, Group, Outcome } from "./group.ts";

const COPY = "copy of its bits";
const PORT = 8080;
/** The most that is expanded, and copied twice beside it. */
const EXPANDED_BYTES = 250_000_000;
/** What is copied where all bits would be more. */
const COPIED_BYTES = 12_500_000;
/** Small ones are copied again and again, as `COPY_BYTES` a run. */
const COPY_BYTES = 1_000_000;

export const matrices: Group = {
  name: "matrix",
  every: "size",
  async run({ size, cluster, effort }: Context): Promise<Outcome> {
    const state = loadState(cluster.objects);
    const whole = matrix(state, { port: PORT });
    const bytes = whole.rowBytes * whole.size;
    const expands = bytes <= EXPANDED_BYTES;
    const copied = expands ? bytes : COPIED_BYTES;
    const times = Math.max(1, Math.floor(COPY_BYTES / copied));
    const out = new Uint8Array(expands ? bytes : 0);
    const candidates: Candidate[] = [
      { name: COPY, operations: times, run: memoryCopy(copied, times) },
      { name: "class matrix", operations: 1, run: () => matrix(state, { port: PORT }) },
      { name: "exact port sets", operations: 1, run: () => countCells(state) },
    ];
    if (expands) {
      const run = (): unknown => matrix(state, { port: PORT }).expand({ out });
      candidates.push({ name: "all pairs, expanded", operations: 1, run });
    }
    const measured = await measure(candidates, effort.longRounds);
    const place = { group: "matrix", size: size.name } as const;
    const note = expands
      ? undefined
      : `compared with a copy of ${COPIED_BYTES / 1e6} MB: all pairs would be too many bits`;
    return {
      results: [
        alone(measured, place, COPY),
        ...candidates.slice(1).map(({ name }) => compared(measured, place, name, COPY, note)),
      ],
    };
  },
};

/** Asks for every pair's exact ports, as columns, and counts the pairs. */
export async function countCells(state: State): Promise<number> {
  let cells = 0;
  for await (const part of portSets(state)) cells += part.ports.length;
  return cells;
}
