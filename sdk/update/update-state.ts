/** Changes to a loaded cluster, in place: by parts where that is enough, by a new build where it is not. */

import { buildState, replaceFull } from "../build-state.ts";

import { NetverdictError } from "../errors.ts";
import { Numbering } from "../model/numbering.ts";
import type { Watch } from "../read/index.ts";
import { inQuestion, settle } from "../settle.ts";
import { type FullState, fullOf, type Internals, internalsOf, type State } from "../state.ts";
import type { Update } from "../types.ts";
import { applyUpdate } from "./apply.ts";
import type { Edits } from "./edits.ts";
import { recogniseAgain } from "./follow-cni.ts";
import { type Ledger, newLedger } from "./ledger.ts";
import { planUpdate } from "./plan.ts";
import { readChanges } from "./read-changes.ts";
import { copyStore, objectsOf } from "./store.ts";

/**
 * Adds, changes and removes objects in place: `remove` first, then `upsert`. Afterwards the state answers as one that was
 * loaded from the resulting objects. All or nothing: with any problem, nothing has changed.
 *
 * A pod's index holds for as long as the pod is not removed and does not finish; then it is refused for ever. Columns from
 * `state.columns` may end.
 *
 * @throws NetverdictError `unknown-object` for a removal of what is not loaded; `needs-full-state` for a state from a
 * snapshot; otherwise as `loadState`, each problem with file:line:column where there is a text
 * @example
 * updateState(state, { upsert: podYaml, remove: [{ kind: "Pod", namespace: "shop", name: "web-0" }] });
 */
export function updateState(state: State, update: Update): State {
  const internals = internalsOf(state);
  settle(internals);
  const full = fullOf(internals);
  // A poisoned engine is refused before anything is read.
  full.builder.engine.allocate(0);
  const ledger = ledgerOf(full);
  const shown: Parameters<Watch>[] = [];
  const watch: Watch | undefined = internals.evidence && ((...object) => void shown.push(object));
  const { changes } = ledger;
  const edits = inQuestion(internals, () => readChanges(update, ledger, full, watch));
  // Reading runs code of the caller's: generators, getters.
  if (internals.full !== full || ledger.changes !== changes) {
    const message = "the state was changed while the update was read from its input";
    throw new NetverdictError([{ code: "state-changed", message, path: [] }]);
  }
  makeEdits(internals, full, ledger, edits);
  recogniseAgain(internals, edits, shown);
  return state;
}

/** Makes the changes that a call comes to; all or nothing. */
export function makeEdits(internals: Internals, full: FullState, ledger: Ledger, edits: Edits): void {
  if (edits.isEmpty) return;
  ledger.changes++;
  const plan = planUpdate(edits, ledger, full);
  let isDone = false;
  try {
    isDone = plan !== undefined && applyUpdate(edits, plan, ledger, internals, full);
  } catch {
    // The core stopped, or a limit was passed: perhaps what has gathered is to blame. What is half done is thrown away.
    ledger.failures++;
  }
  if (!isDone) rebuild(internals, full, ledger, edits, plan !== undefined);
  else settle(internals);
}

/** What updates of a state go by. */
export function ledgerOf(full: FullState): Ledger {
  if (full.ledger === undefined) {
    full.ledger = newLedger(full.objects, full);
    full.compact = compactChanged;
  }
  return full.ledger;
}

/** Builds the state anew with the edits made, or, where that fails and the core may be half changed, as it was. */
function rebuild(internals: Internals, full: FullState, ledger: Ledger, edits: Edits, isTouched: boolean): void {
  const store = copyStore(ledger.store);
  edits.commit(store);
  try {
    buildAnew(internals, full, { ...ledger, store }, (pod) => {
      const edit = edits.lists.pods.get(pod);
      return edit === undefined || (edit.after !== undefined && !edit.renewed && !edit.after.finished);
    });
  } catch (error) {
    if (isTouched) restore(internals, full, ledger, error);
    throw error;
  }
}

/** Builds the state as it was before a change that failed half way; where even that fails, nothing may be asked of it. */
function restore(internals: Internals, full: FullState, ledger: Ledger, error: unknown): void {
  try {
    buildAnew(internals, full, ledger, () => true);
  } catch {
    full.builder.engine.poison(error instanceof Error ? error : new Error(String(error)));
  }
}

/** What `FullState.compact` does after an update. */
function compactChanged(internals: Internals): void {
  const full = fullOf(internals);
  buildAnew(internals, full, ledgerOf(full), () => true);
}

/** A new engine from a ledger's objects, in which the pods that stay keep their indices. */
function buildAnew(internals: Internals, full: FullState, ledger: Ledger, stays: (pod: string) => boolean): void {
  const kept = new Map<string, number>();
  const retired = new Set(ledger.retired);
  for (const { display, endpoint } of full.directory.namedPods()) {
    if (stays(display)) kept.set(display, endpoint);
    else retired.add(endpoint);
  }
  const objects = objectsOf(ledger.store);
  const next = buildState(full.runtime, objects, full.options, new Numbering(kept, retired));
  for (const [pod, endpoint] of kept) if (next.directory.pod(pod) === undefined) retired.add(endpoint);
  next.ledger = newLedger(objects, next, ledger.store, {
    ...ledger,
    retired,
    rebuilds: ledger.rebuilds + 1,
  });
  next.compact = compactChanged;
  replaceFull(internals, next);
}
