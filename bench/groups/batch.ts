/** Batches by pod index and by address, against the floor. */
import { evaluateBatch, loadState, type State, type StateColumns } from "../../bindings/inline.ts";
import { writeIPv4, writeIPv6 } from "../flows/addresses.ts";
import { indexed, MIXES, type Mix, makeMixes, podIndices } from "../flows/mixes.ts";
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
    const indices = podIndices(state, cluster);
    const columns = columnsForMixes(state, effort.flows);
    const operations = effort.flows;
    const candidates: Candidate[] = [
      { name: FLOOR, operations, run: dependentLoads(effort.flows) },
      { name: MATCHED, operations, run: dependentLoads(effort.flows, MATCHED_WORDS[size.name]) },
    ];
    for (const [mix, column] of columns) {
      const { from, to, port, protocol, out, fromIPv4, toIPv4, fromIPv6, toIPv6 } = column;
      const flows = indexed(mixes[mix], indices);
      from.set(flows.from);
      to.set(flows.to);
      port.set(flows.port);
      protocol.set(flows.protocol);
      writeIPv4(cluster, mixes[mix], fromIPv4, toIPv4, mix === "uniform");
      writeIPv6(cluster, mixes[mix], fromIPv6, toIPv6, mix === "uniform");
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

/** Columns for each mix, in the engine's memory. One piece: asking again may end what was given before. */
function columnsForMixes(state: State, flows: number): Map<Mix, StateColumns> {
  const all = state.columns(MIXES.length * flows);
  return new Map(
    MIXES.map((mix, i) => {
      const part = <T extends Uint8Array | Uint16Array | Uint32Array>(column: T, width = 1): T =>
        column.subarray(i * flows * width, (i + 1) * flows * width) as T;
      const columns: StateColumns = {
        from: part(all.from),
        to: part(all.to),
        fromIPv4: part(all.fromIPv4),
        toIPv4: part(all.toIPv4),
        fromIPv6: part(all.fromIPv6, 16),
        toIPv6: part(all.toIPv6, 16),
        port: part(all.port),
        protocol: part(all.protocol),
        out: part(all.out),
      };
      return [mix, columns];
    }),
  );
}
