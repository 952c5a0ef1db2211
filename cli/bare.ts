/** Inputs in which nothing is written: a failed command leaves such a file behind, and so does a template that is switched off. */

/** Whether YAML holds nothing but white space, comments and the marks between documents. */
export function isBare(bytes: Uint8Array): boolean {
  let at = startsWith(bytes, 0, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  while (at < bytes.length) {
    const isLineStart = at === 0 || bytes[at - 1] === NEWLINE;
    if (bytes[at] === HASH) {
      const end = endOfLine(bytes, at);
      if (mayBreak(bytes.subarray(at, end))) return false;
      at = end;
    } else if (isLineStart && (startsWith(bytes, at, DASHES) || startsWith(bytes, at, DOTS))) at += DASHES.length;
    else if ((bytes[at] as number) <= SPACE) at++;
    else return false;
  }
  return true;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;
const DASHES = [0x2d, 0x2d, 0x2d];
const DOTS = [0x2e, 0x2e, 0x2e];
/** U+0085, U+2028 and U+2029. */
const OTHER_BREAKS = [
  [0xc2, 0x85],
  [0xe2, 0x80, 0xa8],
  [0xe2, 0x80, 0xa9],
];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

function startsWith(bytes: Uint8Array, at: number, text: readonly number[]): boolean {
  return text.every((byte, i) => bytes[at + i] === byte);
}

/** Whether a comment may end before its line does: at what ends lines for kubectl's reader too (`sdk/read/line-breaks.ts`). */
function mayBreak(comment: Uint8Array): boolean {
  return comment.some(
    (byte, i) =>
      (byte === CARRIAGE_RETURN && i < comment.length - 1) || OTHER_BREAKS.some((text) => startsWith(comment, i, text)),
  );
}

function endOfLine(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(NEWLINE, at);
  return end < 0 ? bytes.length : end;
}
