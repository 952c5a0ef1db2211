/** States that flows have added much to. */
import { NetverdictError } from "./errors.ts";
import type { Internals } from "./state.ts";

/**
 * Asks something of a state, which is built anew before where that is due, and not within: whoever asks has endpoints in hand,
 * and what he asks may run code of the caller's, which asks too.
 */
export function inQuestion<T>(internals: Internals, ask: () => T): T {
  if (internals.isInUse === true) return ask();
  settle(internals);
  internals.isInUse = true;
  try {
    return ask();
  } finally {
    internals.isInUse = false;
  }
}

/**
 * Builds a state anew where what flows have added to it, pods that do not exist yet and addresses, takes more memory than the
 * state itself: endpoints other than pods get other numbers.
 */
export function settle(internals: Internals): void {
  const { full } = internals;
  if (full?.builder.isWasteful !== true || internals.isInUse === true) return;
  // A poisoned engine is refused: what its state was made into is not known.
  full.builder.engine.allocate(0);
  try {
    full.compact(internals);
  } catch (error) {
    // The state answers on, so a limit that a new build passes is none of the caller's.
    if (!(error instanceof NetverdictError)) throw error;
    full.builder.bear();
  }
}
