/** A progress bar on standard error, for runs that take long. */
import cliProgress from "cli-progress";
import type { Output } from "./output.ts";

/** Shorter runs show nothing. */
const SHOW_AFTER_MS = 1500;

/**
 * Shows how many bytes were read and flows checked. Appears only on a terminal, only when the verdicts themselves go
 * elsewhere (lines that scroll by are progress enough), and only once the run has taken a while.
 */
export class Progress {
  private readonly wanted: boolean;
  private readonly total: number | undefined;
  private readonly started = Date.now();
  private bytes = 0;
  private bar: cliProgress.SingleBar | undefined;

  constructor(totalBytes: number | undefined, output: Output) {
    this.total = totalBytes;
    this.wanted = !output.quiet && process.stderr.isTTY === true && process.stdout.isTTY !== true;
  }

  /** Passes the chunks on and counts their bytes. */
  async *count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  update(flows: number): void {
    if (!this.wanted) return;
    if (this.bar === undefined) {
      if (Date.now() - this.started < SHOW_AFTER_MS) return;
      this.bar = this.start(flows);
    }
    this.bar.update(this.bytes, { flows });
  }

  /** Empties the bar's line, so that a message can take its place. */
  clear(): void {
    if (this.bar !== undefined) process.stderr.write("\r\u001b[K");
  }

  stop(): void {
    this.bar?.stop();
  }

  private start(flows: number): cliProgress.SingleBar {
    const bar = new cliProgress.SingleBar({
      format: this.total === undefined ? "{flows} flows checked" : "{bar} {percentage} %, {flows} flows checked",
      stream: process.stderr,
      clearOnComplete: true,
      linewrap: true,
      gracefulExit: false,
    });
    bar.start(this.total ?? 0, this.bytes, { flows });
    return bar;
  }
}
