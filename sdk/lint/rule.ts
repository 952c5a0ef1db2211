/** What a rule of lint is. */
import type { LintContext } from "./context.ts";
import type { Hit, Severity } from "./types.ts";

export interface LintRule {
  readonly id: string;
  readonly severity: Severity;
  /** What it finds, in a few words. */
  readonly title: string;
  readonly help: string;
  /** When it says nothing, though the letter of it would fit. */
  readonly silent: string;
  /** What its fix does, and where it has one. */
  readonly fix?: string;
  run(context: LintContext): Iterable<Hit>;
}
