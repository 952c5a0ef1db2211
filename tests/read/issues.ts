/** What a load refuses an object for. */
import { loadState, NetverdictError } from "../../bindings/inline.ts";

/** Each problem's code and path. */
export function issues(object: object): string[] {
  try {
    loadState([object]);
    return [];
  } catch (error) {
    if (!(error instanceof NetverdictError)) throw error;
    return error.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
  }
}
