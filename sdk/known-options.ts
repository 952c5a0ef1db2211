/** Options that are misspelt must not be ignored. */
import { NetverdictError } from "./errors.ts";
import { didYouMean } from "./read/nearest.ts";

/** @throws NetverdictError `invalid-option` for options that are none, or that there are not */
export function onlyKnown(options: unknown, known: readonly string[]): void {
  const fail = (path: readonly string[], message: string): never => {
    throw new NetverdictError([{ code: "invalid-option", message, path }]);
  };
  if (typeof options !== "object" || options === null) fail([], "options must be an object");
  const strange = Object.keys(options as object).find((key) => !known.includes(key));
  if (strange === undefined) return;
  const hint = didYouMean(strange, known);
  fail(
    [strange],
    `\`${strange}\` is not an option${hint || `: there ${known.length > 1 ? "are" : "is"} ${known.join(", ")}`}`,
  );
}
