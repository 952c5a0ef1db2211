/** Bytes to text: strict UTF-8, no NUL, a byte order mark tolerated, a limit on the length. */
import { isGzip, isSnapshot, isUTF16 } from "../first-bytes.ts";
import { LIMITS } from "../limits.ts";
import { LineIndex } from "./line-index.ts";
import { type IssueSink, sourceAt } from "./text.ts";

/** The text of an input, or undefined after reporting why it is none. */
export function decodeText(
  input: string | Uint8Array,
  file: string | undefined,
  issues: IssueSink,
): string | undefined {
  if (input.length > LIMITS.textLength) {
    const message = `the text is longer than ${LIMITS.textLength} ${typeof input === "string" ? "characters" : "bytes"}`;
    issues.push({ code: "limit-exceeded", message, path: [], source: sourceAt(file, 1, 1) });
    return undefined;
  }
  let text: string;
  if (typeof input === "string") text = input.charCodeAt(0) === 0xfeff ? input.slice(1) : input;
  else {
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(input);
    } catch {
      const valid = new TextDecoder().decode(input.subarray(0, firstInvalidByte(input)));
      issues.push({
        code: "invalid-encoding",
        message: whyNoText(input),
        path: [],
        source: new LineIndex(valid, file).source(valid.length),
      });
      return undefined;
    }
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    const message = "the text has a NUL character: is it UTF-16, or not text at all?";
    issues.push({ code: "invalid-encoding", message, path: [], source: new LineIndex(text, file).source(nul) });
    return undefined;
  }
  return text;
}

/** Why bytes are no text, and what to do. */
function whyNoText(bytes: Uint8Array): string {
  if (isUTF16(bytes)) return "the text is UTF-16: convert it to UTF-8";
  if (isGzip(bytes)) return "this is compressed by gzip: unpack it before";
  if (isSnapshot(bytes)) return "this is a snapshot, which `loadSnapshot` takes";
  return "the text is not valid UTF-8";
}

/** Index of the first byte that is no part of a well-formed UTF-8 sequence (RFC 3629), or the length. */
function firstInvalidByte(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i]!;
    if (lead < 0x80) {
      i++;
      continue;
    }
    const length =
      lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
    if (length === 0) return i;
    // The second byte's range shuts out overlong forms, surrogates and what lies beyond U+10FFFF.
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let k = 1; k < length; k++) {
      const byte = bytes[i + k];
      if (byte === undefined || byte < (k === 1 ? low : 0x80) || byte > (k === 1 ? high : 0xbf)) return i;
    }
    i += length;
  }
  return bytes.length;
}
