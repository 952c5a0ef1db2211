import type { IssueCode } from "../../sdk/errors.ts";

/** A flow that has no verdict: the question itself is wrong (design: Flow). */
export class FlowError extends Error {
  override readonly name = "FlowError";
  readonly code: IssueCode;

  constructor(code: IssueCode, message: string) {
    super(message);
    this.code = code;
  }
}
