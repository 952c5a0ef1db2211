/** From which severity on a finding fails a check. */
import type { Severity } from "./types.ts";

/** From which severity on findings fail; `never`: none does. */
export type FailOn = Severity | "never";

/** From the mildest on; nothing is as severe as `never`. */
export const FAIL_ON: readonly FailOn[] = ["info", "warning", "error", "never"];

/** Whether a finding of this severity fails. */
export function fails(severity: Severity, failOn: FailOn): boolean {
  return FAIL_ON.indexOf(severity) >= FAIL_ON.indexOf(failOn);
}
