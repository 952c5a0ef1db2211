/** Who reaches whom on the flow's ports: what a change opens and cuts is told by it. */
import { matrix } from "../matrix/matrix.ts";
import type { Matrix } from "../matrix/types.ts";
import type { State } from "../state.ts";
import type { Flow, Protocol } from "../types.ts";

/** Bytes of the class bits of all ports, and as many again after a change: 65,536 classes on one port. */
const MOST_BYTES = 0x20000000;

/** What of a flow decides which pairs are compared. */
export interface ReachOptions {
  readonly protocol: Protocol;
  /** Where a Service's backends have several, each; none for protocols without ports. */
  readonly ports: readonly number[];
  readonly family?: Flow["family"];
}

/** Port by port; undefined where there are too many classes to compare. */
export function reachOf(state: State, { protocol, ports, family }: ReachOptions): Matrix[] | undefined {
  const most = Math.sqrt((MOST_BYTES * 8) / Math.max(1, ports.length));
  if (state.counts.classes > most) return undefined;
  return (ports.length > 0 ? ports : [undefined]).map((port) =>
    matrix(state, { protocol, ...(port !== undefined && { port }), ...(family !== undefined && { family }) }),
  );
}
