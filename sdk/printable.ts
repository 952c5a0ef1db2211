/** Text made safe to print. */

/** Control characters, line separators, and the marks that reorder text: whoever wrote a manifest must not steer a terminal or a log. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Writes control characters of `text` as visible escapes. The result is one line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => SHORT_ESCAPES[char] ?? `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
