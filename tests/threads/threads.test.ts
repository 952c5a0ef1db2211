/** Threads over one shared state, with the built package and Node's own workers. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import type * as Netverdict from "../../bindings/inline.ts";
import { type Case, generateCase } from "../fuzz/generate.ts";
import { makeRandom } from "../fuzz/random.ts";
import { asksForFuturePod } from "../fuzz/routes/snapshot.ts";

// By a name that only exists once it is built: types are checked before.
const built = new URL("../../dist/index.js", import.meta.url).href;
const { evaluate, evaluateBatch, loadState, NetverdictError, shareState, updateState } = (await import(
  built
)) as typeof Netverdict;
type State = Netverdict.State;

interface Columns {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly port: Uint16Array;
  readonly protocol: Uint8Array;
}

interface Told {
  readonly answers: string;
  readonly batch: string;
  readonly rounds: number;
  readonly others: number;
}

/** The first case from `index` on that loads and has pods enough. */
function world(index: number): { made: Case; state: State; flows: Netverdict.Flow[]; columns: Columns } {
  for (; ; index++) {
    const made = generateCase(20260403, index);
    let state: State;
    try {
      state = loadState(made.objects, made.options);
    } catch {
      continue;
    }
    if (state.counts.pods < 6) continue;
    const flows = made.flows.filter((flow) => !asksForFuturePod(flow));
    return { made, state, flows, columns: someColumns(made, state) };
  }
}

/** Flows between pods that share a family. */
function someColumns({ objects }: Case, state: State): Columns {
  const random = makeRandom(5);
  const pods = objects.flatMap((object) => {
    const { kind, metadata } = object as { kind?: string; metadata?: { namespace?: string; name?: string } };
    if (kind !== "Pod") return [];
    try {
      return [state.podIndex(metadata?.namespace ?? "default", metadata?.name ?? "")];
    } catch {
      return [];
    }
  });
  const pairs: [number, number][] = [];
  while (pairs.length < 500) {
    const pair: [number, number] = [random.pick(pods), random.pick(pods)];
    try {
      evaluate(state, { from: pair[0], to: pair[1], port: 80 });
      pairs.push(pair);
    } catch (error) {
      if (!(error instanceof NetverdictError)) throw error;
    }
  }
  return {
    from: Uint32Array.from(pairs, ([from]) => from),
    to: Uint32Array.from(pairs, ([, to]) => to),
    port: Uint16Array.from(pairs, () => random.pick([53, 80, 443, 8080])),
    protocol: Uint8Array.from(pairs, () => random.pick([6, 17, 132, 1])),
  };
}

function answersOf(state: State, flows: readonly Netverdict.Flow[]): string {
  return JSON.stringify(
    flows.map((flow) => {
      try {
        return evaluate(state, flow);
      } catch (error) {
        return (error as { code?: string }).code ?? String(error);
      }
    }),
  );
}

function batchOf(state: State, columns: Columns): string {
  const text = Buffer.from(evaluateBatch(state, columns)).toString("base64");
  return `${text} ${text}`;
}

class Reader {
  readonly #worker: Worker;
  readonly #started: Promise<unknown>;

  constructor(workerData: object) {
    this.#worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData });
    this.#started = once(this.#worker, "message");
  }

  async started(): Promise<void> {
    await this.#started;
  }

  async stop(): Promise<Told> {
    const told = once(this.#worker, "message");
    this.#worker.postMessage("stop");
    const [said] = (await told) as [Told];
    await this.#worker.terminate();
    return said;
  }
}

describe("several threads over one shared state", () => {
  it("are each answered as the state's own thread, all at once, while one of them makes the memory grow", async () => {
    const { state, flows, columns } = world(0);
    const expected = { answers: answersOf(state, flows), batch: batchOf(state, columns) };
    const handle = shareState(state);
    const readers = [0, 1, 2].map((i) => new Reader({ handle, flows, columns, grow: i === 0 }));
    for (const reader of readers) await reader.started();
    // Until here each has asked everything once; now they go on together for a while.
    for (let i = 0; i < 30; i++) {
      expect(answersOf(state, flows)).toBe(expected.answers);
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const reader of readers) {
      const { answers, batch, rounds, others } = await reader.stop();
      expect(answers).toBe(expected.answers);
      expect(batch).toBe(expected.batch);
      expect(rounds).toBeGreaterThan(0);
      expect(others).toBe(0);
    }
  });

  it("read what was shared, whatever becomes of the state: no update is seen, whole or in part", async () => {
    const { made, state, flows, columns } = world(40);
    const before = { answers: answersOf(state, flows), batch: batchOf(state, columns) };
    const old = new Reader({ handle: shareState(state), flows, columns });
    await old.started();
    const policies = made.objects.filter((object) => (object as { kind: string }).kind === "NetworkPolicy");
    expect(policies.length).toBeGreaterThan(1);
    for (let round = 0; round < 10; round++) {
      updateState(state, { remove: policies });
      updateState(state, { upsert: policies });
      await new Promise((resolve) => setImmediate(resolve));
    }
    updateState(state, { remove: policies });
    const after = { answers: answersOf(state, flows), batch: batchOf(state, columns) };
    expect(after.answers).not.toBe(before.answers);
    const young = new Reader({ handle: shareState(state), flows, columns });
    await young.started();
    expect(await old.stop()).toEqual({ ...before, rounds: expect.any(Number), others: 0 });
    expect(await young.stop()).toEqual({ ...after, rounds: expect.any(Number), others: 0 });
  });
});
