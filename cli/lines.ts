/** Bytes to lines, so that one line's problem never hides the next line. */
import { LIMITS } from "../sdk/limits.ts";

/** One line of a text, counted from 1: its text, or why it could not be read. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly code: "invalid-encoding" | "limit-exceeded"; readonly problem: string };

/** A file without line ends must not fill the memory. */
const LONGEST_LINE_BYTES = LIMITS.flowLine;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/** Splits UTF-8 bytes at line feeds, gives the lines of each chunk together, and leaves out blank ones. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) yield splitter.push(chunk);
  yield splitter.end();
}

class LineSplitter {
  private number = 1;
  private rest: Uint8Array[] = [];
  private restLength = 0;
  private readonly decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  push(chunk: Uint8Array): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.keep(chunk.subarray(start, end));
      this.finish(lines);
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
    return lines;
  }

  end(): readonly Line[] {
    const lines: Line[] = [];
    this.finish(lines);
    return lines;
  }

  private keep(bytes: Uint8Array): void {
    this.restLength += bytes.length;
    if (this.restLength > LONGEST_LINE_BYTES) this.rest = [];
    else if (bytes.length > 0) this.rest.push(bytes);
  }

  private finish(lines: Line[]): void {
    const number = this.number++;
    const tooLong = this.restLength > LONGEST_LINE_BYTES;
    const only = this.rest.length === 1 ? this.rest[0] : undefined;
    const bytes = only ?? Buffer.concat(this.rest);
    this.rest = [];
    this.restLength = 0;
    if (tooLong) {
      lines.push({ number, code: "limit-exceeded", problem: `the line is longer than ${LONGEST_LINE_BYTES} bytes` });
      return;
    }
    try {
      const text = this.decoder.decode(trimEnds(bytes, number === 1));
      if (text.trim() !== "") lines.push({ number, text });
    } catch {
      lines.push({ number, code: "invalid-encoding", problem: "the line is not UTF-8" });
    }
  }
}

/** Takes off a carriage return at the end, and a byte order mark at the start of the text. */
function trimEnds(bytes: Uint8Array, isFirst: boolean): Uint8Array {
  const start = isFirst && BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return bytes.subarray(start, Math.max(start, end));
}
