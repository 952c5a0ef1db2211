/** What a change opens and cuts: who reaches whom on the flow's ports before it, and after. */
import { matrix, matrixInOrder } from "../matrix/matrix.ts";
import type { Matrix, MatrixOptions } from "../matrix/types.ts";
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
  /** Where a Service's backends have several, each; none for protocols without ports. */
  readonly ports: readonly number[];
  readonly family?: Flow["family"];
}

/** Who reaches whom, port by port, all in one order; undefined where there are too many pods to compare. */
export function reachOf(state: State, { protocol, ports, family }: ReachOptions): Reach[] | undefined {
  const most = MOST_PODS / Math.sqrt(Math.max(1, ports.length));
  if (state.counts.pods + state.counts.workloadPods > most) return undefined;
  const made: Reach[] = [];
  for (const port of ports.length > 0 ? ports : [undefined]) {
    const options = optionsFor(protocol, port, family);
    const [first] = made;
    made.push(expanded(first === undefined ? matrix(state, options) : matrixInOrder(state, options, first.matrix)));
  }
  return made;
}

/** The same of a state whose policies have changed, port by port, its bits in a room. */
export function reachAgain(state: State, before: Reach, out: Uint8Array): Reach {
  const { protocol, port, family } = before.matrix;
  return expanded(matrixInOrder(state, optionsFor(protocol, port, family), before.matrix), out);
}

function optionsFor(protocol: Protocol, port: number | undefined, family: Flow["family"]): MatrixOptions {
  return { protocol, ...(port !== undefined && { port }), ...(family !== undefined && { family }) };
}

function expanded(made: Matrix, out?: Uint8Array): Reach {
  const bits = made.expand(out && { out });
  return { matrix: made, words: new Uint32Array(bits.buffer, bits.byteOffset, bits.length / 4) };
}

/** What became open and what was cut between pods on any of the ports, the pairs that the flow asks about left out. */
export function compare(
  before: readonly Reach[],
  after: readonly Reach[],
  asked: readonly { readonly from: string; readonly to: string }[],
): Pick<SuggestedChange, "opens" | "cuts" | "examples"> {
  const [told] = after;
  if (told === undefined) throw new RangeError("a flow without a port is compared once");
  const { names, rowBytes } = told.matrix;
  const rowWords = rowBytes / 4;
  const named = new Set(asked.flatMap(({ from, to }) => [from, to]));
  const places = new Map(names.flatMap((name, place) => (named.has(name) ? [[name, place] as const] : [])));
  const size = names.length;
  const left = new Set(asked.map(({ from, to }) => (places.get(from) ?? NaN) * size + (places.get(to) ?? NaN)));
  const examples: { from: string; to: string; verdict: Verdict }[] = [];
  let [opens, cuts] = [0, 0];
  for (let at = 0; at < told.words.length; at++) {
    let [opened, cut] = [0, 0];
    for (let i = 0; i < after.length; i++) {
      const [was, is] = [before[i]?.words[at] ?? 0, after[i]?.words[at] ?? 0];
      opened |= is & ~was;
      cut |= was & ~is;
    }
    for (let changed = opened | cut; changed !== 0; changed &= changed - 1) {
      const one = changed & -changed;
      const from = Math.floor(at / rowWords);
      const to = (at % rowWords) * 32 + 31 - Math.clz32(one);
      if (left.has(from * size + to)) continue;
      // Of several ports one may be opened and another cut.
      if (opened & one) opens++;
      if (cut & one) cuts++;
      if (examples.length >= EXAMPLES) continue;
      examples.push({ from: names[from] ?? "", to: names[to] ?? "", verdict: opened & one ? "allow" : "deny" });
    }
  }
  return { opens, cuts, examples };
}
