/** States that flows have added much to. */
import { NetverdictError } from "./errors.ts";
import type { Internals } from "./state.ts";

/**
 * Builds a state anew where what flows have added to it, pods that do not exist yet and addresses, takes more memory than the
 * state itself. Only between questions: endpoints other than pods get other numbers.
 */
export function settle(internals: Internals): void {
  const { full } = internals;
  if (full?.builder.isWasteful !== true || internals.isUpdating === true) return;
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
