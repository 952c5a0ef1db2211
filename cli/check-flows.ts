/** `netverdict check --flows`: a verdict a line, in order, while the flows are still being read. */
import { type FileHandle, open } from "node:fs/promises";
import { type Decision, evaluate, type Issue, NetverdictError, type State, type Verdict } from "../bindings/inline.ts";
import type { AskedFlow, CheckFlowsDocument } from "./documents.ts";
import { EXIT, type ExitStatus } from "./exit.ts";
import { type FlowLine, readFlows } from "./flows.ts";
import { failure } from "./issues.ts";
import { type Output, print } from "./output.ts";
import { STDIN, STDIN_NAME, standardInput, unreadable } from "./paths.ts";
import { Progress } from "./progress.ts";
import { renderLine } from "./render.ts";
import { errorLine } from "./report.ts";
import { printableJson } from "./terminal.ts";

/**
 * Checks every flow of a file, whose ends are in `namespace` where they say none. Bad lines are told where they stand, and make
 * the run fail after the rest is done.
 *
 * @throws NetverdictError `invalid-input` when the file cannot be read or holds no flow at all: an empty list of flows
 * must not pass for one that is allowed.
 */
export async function checkFlows(
  state: State,
  file: string,
  namespace: string | undefined,
  output: Output,
): Promise<ExitStatus> {
  const run = new Run(state, file === STDIN ? STDIN_NAME : file, output);
  const { size, chunks, close } = await openFlows(file);
  const progress = new Progress(size, output);
  try {
    for await (const lines of readFlows(progress.count(chunks), namespace)) {
      for (const line of lines) run.add(line);
      await run.flush(progress);
      progress.update(run.checked);
    }
  } catch (error) {
    throw isSystemError(error) ? new NetverdictError([unreadable(run.name, error)]) : error;
  } finally {
    progress.stop();
    await close();
  }
  return run.finish();
}

class Run {
  readonly name: string;
  private readonly state: State;
  private readonly output: Output;
  private readonly tally: Record<Verdict, number> = { allow: 0, deny: 0, undetermined: 0 };
  private badLines = 0;
  /** What is to be written, in the order of the lines. */
  private pending: { readonly isAnswer: boolean; text: string }[] = [];

  constructor(state: State, name: string, output: Output) {
    this.state = state;
    this.name = name;
    this.output = output;
  }

  get checked(): number {
    return this.tally.allow + this.tally.deny + this.tally.undetermined;
  }

  add(line: FlowLine): void {
    if ("issues" in line) this.addIssues(line.line, line.issues);
    else this.addFlow(line.line, line.flow);
  }

  /** Writes the answers to standard output and the problems to standard error. */
  async flush(progress: Progress): Promise<void> {
    const { pending } = this;
    this.pending = [];
    for (const { isAnswer, text } of pending) {
      if (isAnswer) {
        await print(text);
        continue;
      }
      progress.clear();
      process.stderr.write(text);
    }
  }

  finish(): ExitStatus {
    const { tally, badLines, output } = this;
    if (this.checked + badLines === 0) throw failure("invalid-input", `\`${this.name}\` holds no flow`);
    if (!output.quiet) {
      const counts = [`${tally.allow} allowed`, `${tally.deny} denied`, `${tally.undetermined} undetermined`];
      if (badLines > 0) counts.push(output.errorColors.red(`${badLines} bad ${badLines === 1 ? "line" : "lines"}`));
      process.stderr.write(`${counts.join(", ")}\n`);
    }
    if (badLines > 0) return EXIT.failed;
    return tally.allow === this.checked ? EXIT.allowed : EXIT.refused;
  }

  private addFlow(line: number, flow: AskedFlow): void {
    let decision: Decision;
    try {
      decision = evaluate(this.state, flow);
    } catch (error) {
      // A flow that has no answer is that line's problem; anything else ends the run.
      if (!(error instanceof NetverdictError) || isFatal(error)) throw error;
      this.addIssues(line, error.issues);
      return;
    }
    this.tally[decision.verdict]++;
    const { json, colors } = this.output;
    this.put(true, json ? jsonLine({ line, flow, ...decision }) : renderLine(flow, decision, colors));
  }

  private addIssues(line: number, issues: readonly Issue[]): void {
    this.badLines++;
    if (this.output.json) {
      this.put(true, jsonLine({ line, error: { file: this.name, issues } }));
      return;
    }
    const where = `${this.name}:${line}: `;
    for (const found of issues) this.put(false, `${errorLine(found, this.output.errorColors, where)}\n`);
  }

  private put(isAnswer: boolean, text: string): void {
    const last = this.pending.at(-1);
    if (last?.isAnswer === isAnswer) last.text += text;
    else this.pending.push({ isAnswer, text });
  }
}

function jsonLine(document: CheckFlowsDocument): string {
  return `${printableJson(document)}\n`;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function isFatal(error: NetverdictError): boolean {
  return error.code === "poisoned-state" || error.code === "core-failure";
}

interface OpenFlows {
  /** Bytes, where they are known beforehand. */
  readonly size: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

async function openFlows(file: string): Promise<OpenFlows> {
  if (file === STDIN) return { size: undefined, chunks: standardInput(), close: async () => {} };
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const stats = await handle.stat();
    if (stats.isDirectory()) throw Object.assign(new Error("it is a folder"), { code: "EISDIR" });
    const opened = handle;
    const chunks = opened.createReadStream({ autoClose: false });
    return { size: stats.isFile() ? stats.size : undefined, chunks, close: () => opened.close() };
  } catch (error) {
    await handle?.close();
    throw new NetverdictError([unreadable(file, error)]);
  }
}
