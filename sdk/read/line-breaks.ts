/** Line breaks: LF, CR LF, and a CR by itself. [YAML 1.2, 5.4] */

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** What kubectl takes for line breaks in YAML: a CR by itself, U+0085, U+2028 and U+2029 too, as YAML 1.1 has it. */
const OTHER_BREAKS = /\r(?!\n)|[\u0085\u2028\u2029]/g;

/** YAML text with a line feed in place of each of those, which is all that the parser knows; offsets stay what they are. */
export function withLineFeeds(text: string): string {
  const fed = text.replace(OTHER_BREAKS, "\n");
  if (!fed.includes("\n\uFEFF")) return fed;
  // Files that were put one after the other begin with a byte order mark each, which says nothing there.
  return fed.replace(/\n\uFEFF/g, (mark, at: number) => (isBetweenParts(fed, at) ? "\n\n" : mark));
}

/** Whether the line that ends at an offset parts documents for kubectl: a marker, and what is before it is no marker. */
function isBetweenParts(text: string, end: number): boolean {
  const line = text.lastIndexOf("\n", end - 1) + 1;
  const before = text.lastIndexOf("\n", line - 2) + 1;
  return line > 0 && text.startsWith("---", line) && !text.startsWith("---", before);
}

/** The offset at which each line starts. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  if (!text.includes("\r")) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    return starts;
  }
  for (const { index, 0: written } of text.matchAll(/\r\n?|\n/g)) starts.push(index + written.length);
  return starts;
}

/** Where the line of an offset starts. Step by step: what is before the line may be long. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isBreak(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Where the line of an offset ends, before its break. */
export function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
  return at;
}

/** The line break that a text uses. */
export function lineBreakOf(text: string): string {
  if (text.includes("\r\n")) return "\r\n";
  return text.includes("\r") && !text.includes("\n") ? "\r" : "\n";
}

function isBreak(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN;
}
