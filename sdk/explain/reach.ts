/** What a change opens and cuts: who reaches whom on the flow's port before it, and after. */
import { matrix, matrixInOrder } from "../matrix/matrix.ts";
import type { Matrix } from "../matrix/types.ts";
import type { State } from "../state.ts";
import type { Flow, Protocol, Verdict } from "../types.ts";
import type { SuggestedChange } from "./types.ts";

/** Pods, and pods that stand for workloads, up to which all pairs are compared: their bits take 50 MB, twice. */
const MOST_PODS = 20_000;
const EXAMPLES = 5;

/** Pairs of loaded pods by whether they are open. */
export interface Reach {
  readonly matrix: Matrix;
  /** As `expand` gives them, four bytes at a time. */
  readonly words: Uint32Array;
}

/** What of a flow decides which pairs are compared. */
export interface ReachOptions {
  readonly protocol: Protocol;
  readonly port?: number;
  readonly family?: Flow["family"];
}

/** Who reaches whom; undefined where there are too many pods to compare. With `before`, in its order. */
export function reachOf(
  state: State,
  { protocol, port, family }: ReachOptions,
  before?: { readonly reach: Reach; readonly out: Uint8Array },
): Reach | undefined {
  if (state.counts.pods + state.counts.workloadPods > MOST_PODS) return undefined;
  const options = {
    protocol,
    ...(port !== undefined && { port }),
    ...(family !== undefined && { family }),
  };
  const made = before === undefined ? matrix(state, options) : matrixInOrder(state, options, before.reach.matrix);
  const bits = made.expand(before && { out: before.out });
  return { matrix: made, words: new Uint32Array(bits.buffer, bits.byteOffset, bits.length / 4) };
}

/** What became open and what was cut between loaded pods, the pairs that the flow asks about left out. */
export function compare(
  before: Reach,
  after: Reach,
  asked: readonly { readonly from: string; readonly to: string }[],
): Pick<SuggestedChange, "opens" | "cuts" | "examples"> {
  const { names, rowBytes } = after.matrix;
  const rowWords = rowBytes / 4;
  const named = new Set(asked.flatMap(({ from, to }) => [from, to]));
  const places = new Map(names.flatMap((name, place) => (named.has(name) ? [[name, place] as const] : [])));
  const size = names.length;
  const left = new Set(asked.map(({ from, to }) => (places.get(from) ?? NaN) * size + (places.get(to) ?? NaN)));
  const examples: { from: string; to: string; verdict: Verdict }[] = [];
  let [opens, cuts] = [0, 0];
  for (let at = 0; at < after.words.length; at++) {
    const word = after.words[at] ?? 0;
    let changed = word ^ (before.words[at] ?? 0);
    for (; changed !== 0; changed &= changed - 1) {
      const bit = 31 - Math.clz32(changed & -changed);
      const from = Math.floor(at / rowWords);
      const to = (at % rowWords) * 32 + bit;
      if (left.has(from * size + to)) continue;
      const isOpen = ((word >>> bit) & 1) === 1;
      if (isOpen) opens++;
      else cuts++;
      if (examples.length >= EXAMPLES) continue;
      examples.push({ from: names[from] ?? "", to: names[to] ?? "", verdict: isOpen ? "allow" : "deny" });
    }
  }
  return { opens, cuts, examples };
}
