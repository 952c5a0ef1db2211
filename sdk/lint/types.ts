/** Findings: what probably isn't meant, found in a loaded cluster. */
import type { ObjectReference, Path, Source } from "../errors.ts";
import type { LintContext } from "./context.ts";

/** How much a finding matters. */
export type Severity = "error" | "warning" | "info";

/** What probably is not meant, in one place. */
export interface Finding {
  /** The rule's stable name, such as `selects-nothing`. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence about this place, without a final period. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
  readonly object: ObjectReference;
  readonly path: Path;
  readonly source?: Source;
  /** Why it does not count: the reason that the options give for this rule. */
  readonly suppressed?: string;
}

/** What a rule says of one place. */
export interface Hit {
  readonly message: string;
  readonly object: ObjectReference;
  readonly path: Path;
  readonly source?: Source | undefined;
}

export interface LintRule {
  readonly id: string;
  readonly severity: Severity;
  /** What it finds, in a few words. */
  readonly title: string;
  readonly help: string;
  /** When it says nothing, though the letter of it would fit. */
  readonly silent: string;
  run(context: LintContext): Iterable<Hit>;
}

export interface LintOptions {
  /** Rules that do not count, each with the reason why; their findings are still told, as suppressed. */
  readonly suppress?: Readonly<Record<string, string>>;
}
