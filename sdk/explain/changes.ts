/** The changes that turn a verdict: each candidate is made on a copy of the state, and asked. */
import { buildState, newInternals } from "../build-state.ts";
import { type IssueCode, NetverdictError } from "../errors.ts";
import { evaluateInFull } from "../evaluate.ts";
import { matrix } from "../matrix/matrix.ts";
import type { Matrix } from "../matrix/types.ts";
import { newState } from "../new-state.ts";
import { type FullState, internalsOf, type State } from "../state.ts";
import type { Flow, Protocol, Verdict } from "../types.ts";
import { updateState } from "../update/update-state.ts";
import { allowing, type Candidate, denying } from "./candidates.ts";
import type { CandidatePair } from "./parts.ts";
import type { SuggestedChange } from "./types.ts";

/** Pods up to which all pairs are compared: their bits take 50 MB, twice. */
const MOST_PODS = 20_000;
const EXAMPLES = 5;
const FATAL: ReadonlySet<IssueCode> = new Set(["core-failure", "poisoned-state"]);

export function suggestChanges(
  full: FullState,
  flow: Flow,
  verdict: Verdict,
  pairs: readonly CandidatePair[],
): SuggestedChange[] {
  const wanted: Verdict = verdict === "allow" ? "deny" : "allow";
  const failing = pairs.filter(({ pair }) => pair.verdict !== wanted);
  // Of an allowed flow, any pair's denial denies it.
  const [first] = failing;
  if (first === undefined) return [];
  const candidates = wanted === "allow" ? allowing(full, failing) : denying(full, first);
  const asked = new Set(pairs.map(({ pair: { from, to } }) => `${from} ${to}`));
  return candidates
    .map((candidate) => tryOut(full, flow, wanted, candidate, first, asked))
    .filter((change) => change !== undefined)
    .sort((a, b) => effectOf(a) - effectOf(b));
}

/** How many pairs a change is about that were not asked about. */
const effectOf = ({ opens = 0, cuts = 0 }: SuggestedChange): number => opens + cuts;

/** Undefined where the verdict is not what is wanted. */
function tryOut(
  full: FullState,
  flow: Flow,
  wanted: Verdict,
  { message, apply, remove }: Candidate,
  { pair }: CandidatePair,
  asked: ReadonlySet<string>,
): SuggestedChange | undefined {
  const state = newState(newInternals(buildState(full.runtime, full.objects, full.options)));
  try {
    const before = reachOf(state, flow, pair);
    updateState(state, { upsert: apply, remove });
    if (evaluateInFull(internalsOf(state), flow).verdict !== wanted) return undefined;
    return { verdict: wanted, message, apply, remove, ...compare(before, reachOf(state, flow, pair), asked) };
  } catch (error) {
    // A candidate that the API server would refuse is none; a core that has failed is another matter.
    if (!(error instanceof NetverdictError) || FATAL.has(error.code)) throw error;
    return undefined;
  }
}

interface Reach {
  readonly matrix: Matrix;
  readonly bits: Uint8Array;
}

/** Who reaches whom on the flow's port; undefined where there are too many pods to compare. */
function reachOf(
  state: State,
  { family }: Flow,
  { protocol, port }: { readonly protocol: Protocol; readonly port?: number },
): Reach | undefined {
  if (state.counts.pods > MOST_PODS) return undefined;
  const made = matrix(state, {
    protocol,
    ...(port !== undefined && { port }),
    ...(family !== undefined && { family }),
  });
  return { matrix: made, bits: made.expand() };
}

/** What became open and what was cut between loaded pods, what the flow asks about left out. */
function compare(
  before: Reach | undefined,
  after: Reach | undefined,
  asked: ReadonlySet<string>,
): Pick<SuggestedChange, "opens" | "cuts" | "examples"> {
  if (before === undefined || after === undefined) return { opens: undefined, cuts: undefined, examples: [] };
  const { names, rowBytes } = after.matrix;
  const earlier = inOrderOf(after.matrix, before);
  const examples: { from: string; to: string; verdict: Verdict }[] = [];
  let opens = 0;
  let cuts = 0;
  after.bits.forEach((byte, index) => {
    for (let changed = byte ^ (earlier[index] ?? 0); changed !== 0; changed &= changed - 1) {
      const bit = changed & -changed;
      const from = names[Math.floor(index / rowBytes)] ?? "";
      const to = names[(index % rowBytes) * 8 + Math.log2(bit)] ?? "";
      if (asked.has(`${from} ${to}`)) continue;
      const isOpen = (byte & bit) !== 0;
      if (isOpen) opens++;
      else cuts++;
      if (examples.length < EXAMPLES) examples.push({ from, to, verdict: isOpen ? "allow" : "deny" });
    }
  });
  return { opens, cuts, examples };
}

/** The bits of a reach with rows and columns as another matrix has them: its pods stand by their classes, which a change splits. */
function inOrderOf({ names, rowBytes }: Matrix, { matrix: own, bits }: Reach): Uint8Array {
  if (names.every((name, i) => name === own.names[i])) return bits;
  const places = new Map(names.map((name, i) => [name, i]));
  const moved = Uint32Array.from(own.names, (name) => places.get(name) ?? 0);
  const ordered = new Uint8Array(bits.length);
  moved.forEach((to, row) => {
    const end = (row + 1) * rowBytes;
    for (let at = row * rowBytes; at < end; at++) {
      for (let left = bits[at] ?? 0; left !== 0; left &= left - 1) {
        const column = moved[(at - row * rowBytes) * 8 + 31 - Math.clz32(left & -left)] ?? 0;
        const place = to * rowBytes + (column >>> 3);
        ordered[place] = (ordered[place] ?? 0) | (1 << (column & 7));
      }
    }
  });
  return ordered;
}
