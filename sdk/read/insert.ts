/** What YAML and JSON have in common when a text is to say one thing more: flow collections, how a string is written, and the proof. */
import type { Path } from "../errors.ts";
import { lineBreakOf, lineEnd, lineStart } from "./line-breaks.ts";

/** Text to put into a text at an offset. */
export interface TextInsertion {
  readonly offset: number;
  readonly text: string;
}

/** Where the entries of a flow collection are: its bracket, and its first and last entry, if there is any. */
export interface FlowEntries {
  readonly open: number;
  readonly first: number | undefined;
  /** After the last entry. */
  readonly end: number;
}

/**
 * One more entry after the last one, on a line of its own where the first has one; undefined where a comment follows the last
 * one, which would then stand behind the new one.
 */
export function insertInFlow(
  text: string,
  { open, first, end }: FlowEntries,
  entry: string,
): TextInsertion | undefined {
  if (first === undefined) return { offset: open + 1, text: entry };
  if (/^[ \t]*,?[ \t]*#/.test(text.slice(end, lineEnd(text, end)))) return undefined;
  const indent = text.slice(lineStart(text, first), first);
  const ownLine = /^[ \t]*$/.test(indent) && /[\r\n]/.test(text.slice(open, first));
  return { offset: end, text: ownLine ? `,${lineBreakOf(text)}${indent}${entry}` : `, ${entry}` };
}

/** A text with an insertion made. */
export function withInsertion(text: string, { offset, text: added }: TextInsertion): string {
  return text.slice(0, offset) + added + text.slice(offset);
}

/** Whether what a text says now is what it said before with a value added at a path, and nothing else. */
export function isAdded(before: unknown, now: unknown, path: Path, value: string | readonly string[]): boolean {
  return JSON.stringify(added(before, path, value)) === JSON.stringify(now);
}

/** A copy on the way to `path`: what is there by aliases stands in other places too. */
function added(node: unknown, [step, ...rest]: Path, value: string | readonly string[]): unknown {
  if (step === undefined) return value;
  if (Array.isArray(node)) {
    const at = Number(step);
    return rest.length === 0
      ? [...node.slice(0, at), value, ...node.slice(at)]
      : node.map((item, index) => (index === at ? added(item, rest, value) : item));
  }
  const record = node as Readonly<Record<string, unknown>>;
  return { ...record, [step]: added(record[step], rest, value) };
}

/** What YAML would take for something else than a string, or what has a meaning in some place. */
const NEEDS_QUOTES = /^(?![A-Za-z][\w.-]*$|[\d.]+\/\d+$)|^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** A string as it stands in YAML: plain where that is safe, or quoted where its neighbours are. */
export function writtenString(value: string, quoted: boolean): string {
  return quoted || NEEDS_QUOTES.test(value) ? JSON.stringify(value) : value;
}
