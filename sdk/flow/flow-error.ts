/** Problems of one flow: thrown at the first, since a flow is small. */
import { type IssueCode, NetverdictError, type ObjectReference, type Path } from "../errors.ts";

/** `path` leads into the flow, as in `["to", "service"]`. */
export function flowError(code: IssueCode, path: Path, message: string, object?: ObjectReference): NetverdictError {
  return new NetverdictError([{ code, message, path, ...(object && { object }) }]);
}

/** Of a pod by its name. */
export function finishedPod(path: Path, name: string): NetverdictError {
  const message = `pod \`${name}\` has finished, or its address has gone to another pod: it has no connections`;
  return flowError("finished-pod", path, message);
}
