/** Exit statuses, and what to do when the reader of the output goes away. */
import type { Verdict } from "../sdk/types.ts";

/** What the process answers with: `refused` covers denied and undetermined flows, `failed` wrong usage and wrong input. */
export const EXIT = { allowed: 0, refused: 1, failed: 2 } as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** What a shell reports for a program that SIGPIPE ended. An unread answer must not count as "allowed". */
const BROKEN_PIPE = 141;

/** The exit status of one verdict: only "allow" is 0. */
export function statusOf(verdict: Verdict): ExitStatus {
  return verdict === "allow" ? EXIT.allowed : EXIT.refused;
}

/** Ends the process without a word when the other end of `stream` was closed, as in `netverdict … | head -1`. */
export function exitQuietlyOnBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(BROKEN_PIPE);
    if (stream !== process.stderr) process.stderr.write(`error: cannot write the output: ${error.message}\n`);
    process.exit(EXIT.failed);
  });
}
