/** One shared state, asked by two threads at once. */
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";
import { buildSync } from "esbuild";
import { shareState } from "../../../bindings/inline.ts";
import type { SharedState } from "../../../sdk/snapshot/share.ts";
import type { Flow } from "../../../sdk/types.ts";
import type { EngineAnswer } from "../compare.ts";
import type { Answers, Route } from "./route.ts";

/** What a thread is asked. */
export interface ThreadTask {
  readonly shared: SharedState;
  readonly objects: readonly object[];
  readonly flows: readonly Flow[];
}

const THREADS = 2;

export const threads: Route = {
  name: "threads",
  ask: async ({ state, objects, random }, flows) => {
    if (!random.chance(0.1)) return [];
    const task: ThreadTask = { shared: shareState(state), objects, flows };
    const [first, ...others] = await Promise.all((await workers()).map((worker) => askIn(worker, task)));
    return (first ?? []).map((answer, place): EngineAnswer | undefined => {
      const differing = others.find((other) => !isDeepStrictEqual(other[place], answer));
      return differing === undefined
        ? answer
        : { crash: `threads differ: ${JSON.stringify([answer, differing[place]])}` };
    });
  },
};

let started: Promise<readonly Worker[]> | undefined;

/** Threads live as long as the process, which does not wait for them. */
function workers(): Promise<readonly Worker[]> {
  started ??= start(bundle());
  return started;
}

function start(code: string): Promise<readonly Worker[]> {
  return Promise.all(
    Array.from({ length: THREADS }, async () => {
      const worker = new Worker(code, { eval: true, execArgv: [] });
      await nextMessage(worker);
      return worker;
    }),
  );
}

/** The threads' code without imports: loaders of modules, two threads' at once, can wait for one another for ever. */
function bundle(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL("./thread.ts", import.meta.url))],
    bundle: true,
    format: "cjs",
    platform: "node",
    loader: { ".wasm": "base64" },
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

function askIn(worker: Worker, task: ThreadTask): Promise<Answers> {
  worker.postMessage(task);
  return nextMessage(worker) as Promise<Answers>;
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      worker.off("message", onMessage).off("error", reject).off("exit", onExit).unref();
      then();
    };
    const onMessage = (message: unknown): void => settle(() => resolve(message));
    const onExit = (code: number): void => settle(() => reject(new Error(`a thread ended with ${code}`)));
    worker.on("message", onMessage).on("error", reject).on("exit", onExit).ref();
  });
}
