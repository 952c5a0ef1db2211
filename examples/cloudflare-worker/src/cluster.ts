/** The cluster that a request is answered from. An isolate keeps the last one that it loaded, by its hash. */
import { type Decision, evaluate, type Flow, loadSnapshot, NetverdictError, type State } from "netverdict";
import type { Env } from "./env.ts";
import { Problem } from "./problem.ts";
import { type SnapshotInfo, type StateCaveat, summarize } from "./snapshot-info.ts";
import { type Pointer, readPointer, readSnapshot, unavailable } from "./store.ts";

interface Loaded {
  readonly state: State;
  readonly caveats: readonly StateCaveat[];
}

/** One state, and what it is: whoever holds it gets all answers from it, also when a later request finds another. */
export interface Cluster extends Loaded {
  readonly info: SnapshotInfo;
}

/** What goes with every answer: the snapshot that it comes from, and what that rests on, if there is anything. */
export interface About {
  readonly caveats?: readonly StateCaveat[];
  readonly snapshot: SnapshotInfo;
}

let kept: ({ readonly sha256: string } & Loaded) | undefined;

/** @throws Problem 503 when there is no snapshot, or it cannot be used, or is older than `maxAge` seconds. */
export async function currentCluster(env: Env, maxAge: number): Promise<Cluster> {
  const pointer = await readPointer(env);
  const ageSeconds = Math.max(0, Math.floor((Date.now() - pointer.takenAt) / 1000));
  if (ageSeconds > maxAge) throw unavailable("snapshot-too-old", `taken ${ageSeconds} s ago`);
  const { sha256, takenAt } = pointer;
  const { state, caveats } = keptOf(sha256) ?? (await load(env, pointer));
  return { state, caveats, info: { sha256, takenAt: new Date(takenAt).toISOString(), ageSeconds } };
}

/** Says which cluster an answer is about. */
export function about({ caveats, info }: Cluster): About {
  return { ...(caveats.length > 0 && { caveats }), snapshot: info };
}

/** A flow's decision. */
export function decide({ state }: Cluster, flow: Flow): Decision {
  return asking(() => evaluate(state, flow));
}

/** Asks a state. One whose core has failed is not kept: the next request loads it again. */
export function asking<Answer>(ask: () => Answer): Answer {
  try {
    return ask();
  } catch (error) {
    const code = error instanceof NetverdictError ? error.code : undefined;
    if (code === "core-failure" || code === "poisoned-state") kept = undefined;
    throw error;
  }
}

/**
 * Loads the snapshot. Requests that come meanwhile read it as well: one must not wait for what another has begun, since
 * workerd ties a promise to its request. But only the first makes a state of it.
 */
async function load(env: Env, pointer: Pointer): Promise<Loaded> {
  const bytes = await readSnapshot(env, pointer);
  const already = keptOf(pointer.sha256);
  if (already !== undefined) return already;
  const state = open(bytes);
  kept = { sha256: pointer.sha256, state, caveats: summarize(state.caveats) };
  return kept;
}

function open(bytes: Uint8Array): State {
  try {
    // Its SHA-256 says already that the bytes are those that were published; whether they are sound is checked here.
    return loadSnapshot(bytes);
  } catch (error) {
    throw error instanceof NetverdictError
      ? unavailable("unusable-snapshot", error.message)
      : new Problem(500, "internal");
  }
}

function keptOf(sha256: string): Loaded | undefined {
  return kept?.sha256 === sha256 ? kept : undefined;
}
