/** A state's columns with mixes of flows in them, by index and by address. */
import type { State, StateColumns } from "../../bindings/inline.ts";
import type { Cluster } from "../cluster/index.ts";
import { writeIPv4, writeIPv6 } from "./addresses.ts";
import type { Flows } from "./draw.ts";
import { indexed, type Mix, podIndices } from "./mixes.ts";

/** Columns for each mix, in the engine's memory. One piece: asking again may end what was given before. */
export function mixColumns(
  state: State,
  cluster: Cluster,
  mixes: Readonly<Record<Mix, Flows>>,
  wanted: readonly Mix[],
  count: number,
): ReadonlyMap<Mix, StateColumns> {
  const all = state.columns(wanted.length * count);
  const indices = podIndices(state, cluster);
  return new Map(
    wanted.map((mix, i) => {
      const part = <T extends Uint8Array | Uint16Array | Uint32Array>(column: T, width = 1): T =>
        column.subarray(i * count * width, (i + 1) * count * width) as T;
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
      const flows = indexed(mixes[mix], indices);
      columns.from.set(flows.from);
      columns.to.set(flows.to);
      columns.port.set(flows.port);
      columns.protocol.set(flows.protocol);
      writeIPv4(cluster, mixes[mix], columns.fromIPv4, columns.toIPv4, mix === "uniform");
      writeIPv6(cluster, mixes[mix], columns.fromIPv6, columns.toIPv6, mix === "uniform");
      return [mix, columns];
    }),
  );
}
