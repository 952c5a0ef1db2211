/** Where a command writes to, as the global options have it. */
import { once } from "node:events";
import type { Command } from "commander";
import type { AnyDocument } from "./documents.ts";
import { type Colors, colorsFor, printableJson } from "./terminal.ts";

/** Options of the program, open to every command. */
interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

export interface Output {
  readonly json: boolean;
  /** No totals or progress on standard error. */
  readonly quiet: boolean;
  /** Notes on what was loaded, on standard error: also beside JSON, whose reader must not take the absence of policies for an allow. */
  readonly notes: boolean;
  /** For standard output. */
  readonly colors: Colors;
  /** For standard error. */
  readonly errorColors: Colors;
}

/** Reads the global options that `command` was called with. */
export function outputOf(command: Command): Output {
  const { json = false, quiet = false } = command.optsWithGlobals<GlobalOptions>();
  const color = colorOption(command);
  return {
    json,
    quiet: quiet || json,
    notes: !quiet,
    colors: colorsFor(process.stdout, color),
    errorColors: colorsFor(process.stderr, color),
  };
}

/** What `--color` and `--no-color` say, or nothing when neither was given (commander then says `true`). */
export function colorOption(command: Command): boolean | undefined {
  const given = command.getOptionValueSourceWithGlobals("color") === "cli";
  return given ? command.optsWithGlobals<GlobalOptions>().color : undefined;
}

/** Writes text or bytes to standard output and waits while its reader lags behind. */
export async function print(text: string | Uint8Array): Promise<void> {
  if (text.length > 0 && !process.stdout.write(text)) await once(process.stdout, "drain");
}

/** Writes one JSON document to standard output, on a line: what comes of `--flows` stays JSON lines, errors included. */
export async function printJson(document: AnyDocument): Promise<void> {
  await print(`${printableJson(document)}\n`);
}
