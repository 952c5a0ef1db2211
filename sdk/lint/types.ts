/** Findings: what probably isn't meant, found in a loaded cluster. */
import type { ObjectReference, Path, Source } from "../errors.ts";
import type { Insertion } from "../read/objects.ts";

export type { Insertion };

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
  /** A change that does what `help` says and nothing else; few rules have one, and not everywhere. */
  readonly fix?: Fix;
  /** Why it does not count: the reason that the options or an annotation give for this rule. */
  readonly suppressed?: string;
  /** Where that reason stands: in the options, or in an annotation of the object or of its Namespace. */
  readonly suppressedBy?: "options" | "object" | "namespace";
}

/** A change that mends a finding. */
export interface Fix {
  /** What it does, in a few words: ``add `Egress` to `policyTypes` ``. */
  readonly message: string;
  /** The change of the object, as a JSON Patch (RFC 6902), which `kubectl patch --type json` takes too. */
  readonly patch: readonly PatchOperation[];
  /**
   * The same change of the text that the object was read from, with nothing else touched. Absent where there is no text, and
   * where it cannot be changed in that place alone (YAML's anchors, aliases and merge keys).
   */
  readonly insertions?: readonly Insertion[];
}

/** One operation of a JSON Patch (RFC 6902). */
export interface PatchOperation {
  /** Adds an item to a list, or a field. */
  readonly op: "add";
  /** A JSON Pointer (RFC 6901) into the object. */
  readonly path: string;
  /** The item, or the field's list. */
  readonly value: string | readonly string[];
}

/** What a rule says of one place. */
export interface Hit {
  readonly message: string;
  readonly object: ObjectReference;
  readonly path: Path;
  readonly source?: Source | undefined;
  readonly fix?: Fix | undefined;
}

/** What does not count. */
export interface LintOptions {
  /**
   * Rules that do not count, each with the reason why; their findings are still told, as suppressed. An annotation
   * `netverdict.dev/suppress.<rule>` does the same for one object, or for all of a Namespace.
   */
  readonly suppress?: Readonly<Record<string, string>> | undefined;
}
