/** Colours, and text made safe to print. */
import pc from "picocolors";
import { printable } from "../sdk/printable.ts";

export type Colors = ReturnType<typeof pc.createColors>;

/** What is no text to print, without what `JSON.stringify` escapes itself. */
const UNSAFE_IN_JSON = /[\x7f-\x9f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Lines for standard output: as they are for whoever pipes them; a terminal must not be steered by them. */
export function linesForOutput(text: string): string {
  return process.stdout.isTTY ? text.split("\n").map(printable).join("\n") : text;
}

/** Renders `value` as JSON on one line, without raw control characters. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE_IN_JSON,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Gives the colours for one stream: the option decides, then `NO_COLOR`, then `FORCE_COLOR`, then whether the stream is
 * a terminal. Unlike picocolors' own choice, `CI` does not turn colours on: a log stays plain.
 */
export function colorsFor(stream: NodeJS.WriteStream, option: boolean | undefined): Colors {
  return pc.createColors(wantsColor(stream, option));
}

/** How wide a stream's help is: a terminal's columns, else `COLUMNS`, else 80; never so narrow that words stand alone. */
export function helpWidth(stream: NodeJS.WriteStream): number {
  const columns = (stream.isTTY ? stream.columns : undefined) || Number(process.env.COLUMNS) || 80;
  return Math.max(60, Math.min(columns, 120));
}

export function wantsColor(stream: NodeJS.WriteStream, option: boolean | undefined): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (option !== undefined) return option;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}
