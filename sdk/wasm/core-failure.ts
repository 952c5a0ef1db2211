/** Problems of the core's, which no part of the input has a path to. */
import { type IssueCode, NetverdictError } from "../errors.ts";

export function coreFailure(code: IssueCode, message: string): NetverdictError {
  return new NetverdictError([{ code, message, path: [] }]);
}

export function outOfMemory(): NetverdictError {
  return coreFailure("limit-exceeded", "the state needs more memory than the 4 GiB of WebAssembly, or than there is");
}
