import { expect, it } from "vitest";
import {
  evaluateBatch,
  loadSnapshot,
  loadState,
  type Matrix,
  matrix,
  NetverdictError,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import { internalsOf, type State } from "../../sdk/state.ts";
import { EditCase } from "./edit-cases.ts";
import { answerOf, attempt, batchOf, indexOf, summaryOf } from "./equal-state.ts";

const seed = Number(process.env.NETVERDICT_FUZZ_SEED ?? 20260301);
const cases = Number(process.env.NETVERDICT_UPDATE_CASES ?? 400);
const first = Number(process.env.NETVERDICT_UPDATE_FIRST ?? 0);
const CALLS = 6;

interface Outcome {
  updates: number;
  rebuilds: number;
  refusals: number;
}

it(`an updated state says what a fresh load of the same objects says (seed ${seed})`, { timeout: 3_600_000 }, () => {
  const outcome: Outcome = { updates: 0, rebuilds: 0, refusals: 0 };
  for (let index = first; index < first + cases; index++) runCase(index, outcome);
  if (process.env.NETVERDICT_UPDATE_CASES !== undefined) console.log(outcome);
  // Updates of every fate come, or the generator has lost its teeth.
  expect(outcome.updates).toBeGreaterThan(cases * 3);
  expect(outcome.rebuilds).toBeGreaterThan(cases / 10);
  expect(outcome.updates - outcome.rebuilds).toBeGreaterThan(cases);
  expect(outcome.refusals).toBeGreaterThan(cases / 100);
});

function runCase(index: number, outcome: Outcome): void {
  const made = new EditCase(seed, index);
  let state: State;
  try {
    state = loadState([...made.objects.values()], made.options);
  } catch (error) {
    if (error instanceof NetverdictError) return;
    throw error;
  }
  const indices = new Map<string, number>();
  const history: string[] = [];
  noteIndices(state, made, indices, new Set(), "");
  for (let round = 0; round < CALLS; round++) {
    const { call, after } = made.call();
    history.push(call.words.join("; "));
    const where = `case ${index}, after ${JSON.stringify(history, null, 1)}`;
    const fresh = attempt(() => loadState([...after.values()], made.options));
    const updated = attempt(() => updateState(state, { upsert: call.upsert, remove: call.remove }));
    if (updated !== state) {
      outcome.refusals++;
      expect(updated, where).toEqual(fresh);
    } else {
      outcome.updates++;
      made.accept(after);
    }
    const expected = updated === state ? fresh : loadState([...made.objects.values()], made.options);
    const renewed = new Set(updated === state ? call.remove.map((object) => made.nameOf(object)) : []);
    sayTheSame(state, expected as State, made, where);
    noteIndices(state, made, indices, renewed, where);
  }
  saysTheSameAsAWhole(state, made, `case ${index}, after ${JSON.stringify(history, null, 1)}`);
  const { ledger } = internalsOf(state).full!;
  outcome.rebuilds += ledger?.rebuilds ?? 0;
  expect(ledger?.failures ?? 0, `case ${index}`).toBe(0);
}

function podsOf(made: EditCase): string[] {
  return [...made.objects.values()].filter(({ kind }) => kind === "Pod").map((pod) => made.nameOf(pod));
}

function sayTheSame(state: State, fresh: State, made: EditCase, where: string): void {
  expect(summaryOf(state), where).toEqual(summaryOf(fresh));
  for (const flow of made.flows(25)) {
    const answer = answerOf(state, flow);
    const expected = answerOf(fresh, flow);
    // Mostly they are alike to the letter, which is quickly seen.
    if (JSON.stringify(answer) === JSON.stringify(expected)) continue;
    expect(answer, `${where}\n${JSON.stringify(flow)}`).toEqual(expected);
  }
  const live = podsOf(made)
    .filter((pod) => typeof attempt(() => indexOf(fresh, pod)) === "number")
    .slice(0, 6);
  expect(batchOf(state, live, 80), where).toEqual(batchOf(fresh, live, 80));
}

/** What is made of a whole state: a matrix, and a snapshot. */
function saysTheSameAsAWhole(state: State, made: EditCase, where: string): void {
  const fresh = loadState([...made.objects.values()], made.options);
  const [reach, expected] = [state, fresh].map((one) => matrix(one, { port: 80 })) as [Matrix, Matrix];
  expect(reach.names.toSorted(), where).toEqual(expected.names.toSorted());
  expect(reach.counts, where).toEqual(expected.counts);
  for (const from of reach.names.slice(0, 12)) {
    for (const to of reach.names.slice(0, 12)) {
      expect(reach.verdict(from, to), `${from} ${to} ${where}`).toBe(expected.verdict(from, to));
    }
  }
  const kept = loadSnapshot(snapshot(state));
  const keptFresh = loadSnapshot(snapshot(fresh));
  expect(summaryOf(kept), where).toEqual(summaryOf(keptFresh));
  for (const flow of made.flows(15)) {
    expect(answerOf(kept, flow), `${where}\n${JSON.stringify(flow)}`).toEqual(answerOf(keptFresh, flow));
  }
}

/** A pod keeps its index until it is removed or finishes; from then on it is refused, and nobody else gets it. */
function noteIndices(
  state: State,
  made: EditCase,
  indices: Map<string, number>,
  removed: ReadonlySet<string>,
  where: string,
): void {
  const now = new Map<string, number>();
  for (const pod of podsOf(made)) {
    const index = attempt(() => indexOf(state, pod));
    if (typeof index === "number") now.set(pod, index);
  }
  for (const [pod, index] of indices) {
    if (pod.startsWith("gone ")) continue;
    if (now.has(pod) && !removed.has(pod)) {
      expect(now.get(pod), `${pod} ${where}`).toBe(index);
    } else {
      indices.delete(pod);
      indices.set(`gone ${pod} ${index}`, index);
    }
  }
  const gone = new Set([...indices].filter(([pod]) => pod.startsWith("gone ")).map(([, index]) => index));
  for (const [pod, index] of now) {
    expect(gone.has(index), `${pod} ${index} ${where}`).toBe(false);
    indices.set(pod, index);
  }
  for (const index of gone) {
    const ends = { from: Uint32Array.of(index), to: Uint32Array.of(index) };
    const columns = { ...ends, port: Uint16Array.of(80), protocol: Uint8Array.of(6) };
    expect(() => evaluateBatch(state, columns), `index ${index} ${where}`).toThrow(NetverdictError);
  }
}
