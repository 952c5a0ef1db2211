/** Carries fixes out in memory until there are none left, and leaves out those of files in which they cannot be made. */
import {
  type FileInput,
  type Finding,
  formatPath,
  formatReference,
  type Issue,
  NetverdictError,
} from "../bindings/inline.ts";
import { fixable, fixedInputs } from "./lint-fix.ts";

/** Inputs that have been mended. */
export interface Mended {
  readonly inputs: readonly FileInput[];
  /** What is found in them. */
  readonly remaining: readonly Finding[];
  /** What was mended. */
  readonly done: readonly Finding[];
  /** A problem for each file in which a fix could not be made: none of that pass is in it. */
  readonly failed: readonly Issue[];
}

/** How often fixes may follow from fixes. */
const MOST_PASSES = 10;

/** Mends what `findings` were found in; `find` finds what there is in other texts of the same files. */
export function mend(
  inputs: readonly FileInput[],
  findings: readonly Finding[],
  find: (inputs: readonly FileInput[]) => readonly Finding[],
): Mended {
  let now = inputs;
  let remaining = findings;
  const done: Finding[] = [];
  const failed = new Map<string, Issue>();
  // A rule that takes effect at last may be found wanting itself.
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const isOpen = (finding: Finding): boolean => !failed.has(fileOf(finding));
    let fixed = fixable(remaining).filter(isOpen);
    while (fixed.length > 0) {
      const next = fixedInputs(now, fixed);
      const { found, unmended } = attempt(now, next, fixed, find);
      if (found !== undefined && unmended.length === 0) {
        now = next;
        remaining = found;
        done.push(...fixed);
        break;
      }
      for (const finding of unmended) failed.set(fileOf(finding), failureOf(finding));
      fixed = fixed.filter(isOpen);
    }
    if (fixed.length === 0) break;
  }
  return { inputs: now, remaining, done, failed: [...failed.values()] };
}

interface Attempt {
  /** What is found in the fixed texts; undefined where they cannot be loaded. */
  readonly found: readonly Finding[] | undefined;
  /** Findings of which the fix did not do what it promised. */
  readonly unmended: readonly Finding[];
}

/** Looks at fixed texts again. */
function attempt(
  before: readonly FileInput[],
  after: readonly FileInput[],
  fixed: readonly Finding[],
  find: (inputs: readonly FileInput[]) => readonly Finding[],
): Attempt {
  const found = foundIn(after, find);
  if (found !== undefined) {
    const left = new Set(found.map(placeOf));
    return { found, unmended: fixed.filter((finding) => left.has(placeOf(finding))) };
  }
  // Which file it is, only one at a time can tell: problems are told where they are noticed.
  const isBroken = (file: string): boolean =>
    foundIn(
      before.map((input, i) => (input.file === file ? (after[i] ?? input) : input)),
      find,
    ) === undefined;
  const broken = new Set([...new Set(fixed.map(fileOf))].filter(isBroken));
  return { found, unmended: broken.size === 0 ? fixed : fixed.filter((finding) => broken.has(fileOf(finding))) };
}

function foundIn(
  inputs: readonly FileInput[],
  find: (inputs: readonly FileInput[]) => readonly Finding[],
): readonly Finding[] | undefined {
  try {
    return find(inputs);
  } catch (error) {
    if (error instanceof NetverdictError) return undefined;
    throw error;
  }
}

function failureOf({ id, object, source }: Finding): Issue {
  const message = `the fix of this (${id}) could not be made, so nothing more is mended in this file`;
  return { code: "core-failure", message, object, path: [], ...(source && { source }) };
}

/** Where a fix is made. */
function fileOf({ fix }: Finding): string {
  return fix?.insertions?.[0]?.source.file ?? "";
}

function placeOf({ id, object, path }: Finding): string {
  return `${id} ${formatReference(object)} ${formatPath(path)}`;
}
