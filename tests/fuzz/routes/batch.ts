/** Columns of flows: by pod index, by IPv4 and by IPv6 address, and these mixed; in the engine's memory and copied into it. */
import { type BatchColumns, evaluateBatch } from "../../../bindings/inline.ts";
import type { Flow, Verdict } from "../../../sdk/types.ts";
import { type EngineAnswer, isFlowError, type State } from "../compare.ts";
import { columnsIn, newColumns, type Row, rowsOf } from "./columns.ts";
import type { Route } from "./route.ts";

const VERDICTS: readonly Verdict[] = ["deny", "allow", "undetermined"];
/** In place of a verdict's code: the flow can have none. */
const REFUSED = 254;
/** What a column of codes holds before: no code at all. */
const UNWRITTEN = 0x55;
/** More than is copied at a time (64 Ki flows), so that runs cross that border. */
const LONG = 70_000;

/** Answers what columns can hold, copied ones; undefined for the rest. */
export function askColumns(
  state: State,
  objects: readonly object[],
  flows: readonly Flow[],
): (EngineAnswer | undefined)[] {
  const answers: (EngineAnswer | undefined)[] = Array(flows.length).fill(undefined);
  for (const rows of rowsOf(state, objects, flows).values()) {
    const codes = copiedCodes(state, rows);
    rows.forEach(({ place }, index) => {
      answers[place] = answerOf(codes[index]!);
    });
  }
  return answers;
}

function copiedCodes(state: State, rows: readonly Row[]): Uint8Array {
  return codesOf(rows, (some) => run(state, newColumns(some), new Uint8Array(some.length).fill(UNWRITTEN)));
}

export const batch: Route = {
  name: "batch",
  ask: ({ state, objects, random }, flows) => {
    const answers: (EngineAnswer | undefined)[] = flows.map(() => undefined);
    for (const rows of rowsOf(state, objects, flows).values()) {
      const codes = copiedCodes(state, rows);
      const room = state.columns(rows.length);
      const inPlace = codesOf(rows, (some) =>
        run(state, columnsIn(room, some), room.out.subarray(0, some.length).fill(UNWRITTEN)),
      );
      const long = flows.length > 3000 || random.chance(0.003) ? longCodes(state, rows, codes) : codes;
      rows.forEach(({ place }, index) => {
        const three = [codes[index]!, inPlace[index]!, long[index]!] as const;
        answers[place] = new Set(three).size === 1 ? answerOf(three[0]) : differ(three);
      });
    }
    return answers;
  },
};

function differ(codes: readonly number[]): EngineAnswer {
  return { crash: `copied columns, columns in place, a long batch: ${codes.join(", ")}` };
}

/** A code for each row; where one can have none, the others are run again without it. */
function codesOf(rows: readonly Row[], ask: (rows: readonly Row[]) => Uint8Array | number): Uint8Array {
  const codes = new Uint8Array(rows.length);
  let left = rows.map((row, index) => ({ row, index }));
  for (;;) {
    const answer = ask(left.map(({ row }) => row));
    if (typeof answer !== "number") {
      for (const [i, { index }] of left.entries()) codes[index] = answer[i]!;
      return codes;
    }
    if (left[answer] === undefined) throw new Error(`a batch of ${left.length} flows fails at flow ${answer}`);
    codes[left[answer].index] = REFUSED;
    left = left.toSpliced(answer, 1);
  }
}

/** The same rows over and over in one long batch, so that each comes in many places; the last code that differs, if one does. */
function longCodes(state: State, rows: readonly Row[], codes: Uint8Array): Uint8Array {
  const asked = [...rows.keys()].filter((index) => codes[index] !== REFUSED);
  if (asked.length === 0) return codes;
  const order = Array.from({ length: LONG }, (_, i) => asked[i % asked.length]!);
  const answer = run(state, newColumns(order.map((index) => rows[index]!)), new Uint8Array(LONG).fill(UNWRITTEN));
  const long = codes.slice();
  if (typeof answer === "number") return long.fill(REFUSED);
  order.forEach((index, i) => {
    if (answer[i] !== codes[index]) long[index] = answer[i]!;
  });
  return long;
}

/** The codes of a batch, or the index of the first flow that can have none. */
function run(state: State, columns: BatchColumns, out: Uint8Array): Uint8Array | number {
  try {
    return evaluateBatch(state, columns, out);
  } catch (error) {
    const place = isFlowError(error) ? error.issues[0]?.path[0] : undefined;
    if (typeof place === "number") return place;
    throw error;
  }
}

function answerOf(code: number): EngineAnswer {
  const verdict = VERDICTS[code];
  if (verdict !== undefined) return { verdict };
  return code === REFUSED ? { error: "invalid-flow" } : { crash: `no code of a verdict: ${code}` };
}
