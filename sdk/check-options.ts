/** Options that are misspelt or of the wrong type must not be ignored. */
import { type Issue, NetverdictError, type Path } from "./errors.ts";
import { didYouMean } from "./read/nearest.ts";

/** Notes what is wrong with an option; `path` begins with its name. */
export type Fail = (path: Path, message: string) => void;

/**
 * What `check` makes of options, which are all told of together where there is something wrong.
 *
 * @throws NetverdictError `invalid-option` for what `check` fails, for options that there are not, and for what is no object
 */
export function checkOptions<T>(
  options: unknown,
  known: readonly string[],
  check: (given: Readonly<Record<string, unknown>>, fail: Fail) => T,
): T {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw invalidOption([], "options must be an object");
  const issues: Issue[] = [];
  const fail: Fail = (path, message) => {
    issues.push({ code: "invalid-option", message, path });
  };
  for (const key of Object.keys(options)) if (!known.includes(key)) fail([key], unknownOption(key, known));
  const checked = check(options as Record<string, unknown>, fail);
  if (issues.length > 0) throw new NetverdictError(issues);
  return checked;
}

/** An option that is on or off. */
export function checkFlag(
  given: Readonly<Record<string, unknown>>,
  name: string,
  fallback: boolean,
  fail: Fail,
): boolean {
  const { [name]: value = fallback } = given;
  if (typeof value === "boolean") return value;
  fail([name], `\`${name}\` must be true or false`);
  return fallback;
}

export function invalidOption(path: Path, message: string): NetverdictError {
  return new NetverdictError([{ code: "invalid-option", message, path }]);
}

function unknownOption(key: string, known: readonly string[]): string {
  const hint = didYouMean(key, known);
  return `\`${key}\` is not an option${hint || `: there ${known.length > 1 ? "are" : "is"} ${known.join(", ")}`}`;
}
