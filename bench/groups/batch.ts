/** Batches by pod index and by address, against the floor. */
import { evaluateBatch, loadState } from "../../bindings/inline.ts";
import { mixColumns } from "../flows/columns.ts";
import { MIXES, makeMixes } from "../flows/mixes.ts";
import { dependentLoads, MATCHED_WORDS } from "../harness/floor.ts";
import { type Candidate, measure } from "../harness/measure.ts";
import { alone, compared, type Result } from "../harness/result.ts";
import type { Context, Group, Outcome } from "./group.ts";

const FLOOR = "floor";
const MATCHED = "matched floor";

export const batch: Group = {
  name: "batch",
  every: "size",
  async run({ size, cluster, effort }: Context): Promise<Outcome> {
    const state = loadState(cluster.objects);
    const mixes = makeMixes(state, cluster, effort.flows);
    const columns = mixColumns(state, cluster, mixes, MIXES, effort.flows);
    const operations = effort.flows;
    const candidates: Candidate[] = [
      { name: FLOOR, operations, run: dependentLoads(effort.flows) },
      { name: MATCHED, operations, run: dependentLoads(effort.flows, MATCHED_WORDS[size.name]) },
    ];
    for (const [mix, { from, to, port, protocol, out, fromIPv4, toIPv4, fromIPv6, toIPv6 }] of columns) {
      candidates.push(
        { name: `by pod, ${mix}`, operations, run: () => evaluateBatch(state, { from, to, port, protocol }, out) },
        {
          name: `by IPv4, ${mix}`,
          operations,
          run: () => evaluateBatch(state, { fromIPv4, toIPv4, port, protocol }, out),
        },
        {
          name: `by IPv6, ${mix}`,
          operations,
          run: () => evaluateBatch(state, { fromIPv6, toIPv6, port, protocol }, out),
        },
      );
    }
    const times = await measure(candidates, effort.rounds);
    const place = { group: "batch", size: size.name } as const;
    const results: Result[] = [alone(times, place, FLOOR), compared(times, place, MATCHED, FLOOR)];
    for (const mix of MIXES) {
      results.push(
        compared(times, place, `by pod, ${mix}`, FLOOR),
        compared(times, place, `by pod, ${mix}`, MATCHED),
        compared(times, place, `by IPv4, ${mix}`, FLOOR),
        compared(times, place, `by IPv6, ${mix}`, `by IPv4, ${mix}`),
      );
    }
    return { results };
  },
};
