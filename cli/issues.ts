/** Problems that the command itself finds: same shape, same codes as those of the library. */
import { type Issue, type IssueCode, NetverdictError, type Path } from "../bindings/inline.ts";

/** Makes one issue. */
export function issue(code: IssueCode, message: string, path: Path = []): Issue {
  return { code, message, path };
}

/** Makes an error of one issue, to throw. */
export function failure(code: IssueCode, message: string, path: Path = []): NetverdictError {
  return new NetverdictError([issue(code, message, path)]);
}

/** The issues behind anything thrown; what is not a `NetverdictError` is a bug, told as `core-failure`. */
export function issuesOf(error: unknown): readonly Issue[] {
  if (error instanceof NetverdictError) return error.issues;
  const message = error instanceof Error ? error.message : String(error);
  return [issue("core-failure", `unexpected failure: ${message}`)];
}
