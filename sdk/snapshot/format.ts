/**
 * How a snapshot's bytes are laid out. All words are u32, little-endian; each section begins on a line of 64 bytes.
 *
 *  byte ┌───────────────────────────────────────────────────────────────┐
 *    0  │ magic │ 4 format version │ 8 ABI version │ 12 bytes in all    │
 *   16  │ four sections: offset, bytes        │ 48 checksum, 16 bytes   │
 *   64  ├───────────────────────────────────────────────────────────────┤
 *       │ query arena │ names │ JSON of the state │ JSON of its objects │
 *       └───────────────────────────────────────────────────────────────┘
 */
import { ABI_VERSION } from "../../assembly/abi.ts";
import { type IssueCode, NetverdictError } from "../errors.ts";

/** Raised whenever the bytes change their meaning in another way than by `ABI_VERSION`. */
export const SNAPSHOT_VERSION = 1;
/** "NVS" and a byte that ends a text. */
const MAGIC = 0x1a53564e;
export const HEADER_BYTES = 64;
export const CHECKSUM_OFFSET = 48;
export const CHECKSUM_BYTES = 16;
const SECTIONS_OFFSET = 16;

export interface Section {
  readonly offset: number;
  readonly bytes: number;
}

/** The sections in their order. */
export interface Layout {
  readonly arena: Section;
  readonly names: Section;
  readonly state: Section;
  readonly objects: Section;
  /** Of all of it; a multiple of 64. */
  readonly bytes: number;
}

/** Where sections of these lengths lie. */
export function layOut(lengths: readonly [arena: number, names: number, state: number, objects: number]): Layout {
  let offset = HEADER_BYTES;
  const next = (bytes: number): Section => {
    const section = { offset, bytes };
    offset += onLine(bytes);
    return section;
  };
  const [arena, names, state, objects] = lengths;
  return { arena: next(arena), names: next(names), state: next(state), objects: next(objects), bytes: offset };
}

/** Writes all of the header but its checksum. */
export function writeHeader(snapshot: Uint8Array, layout: Layout): void {
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, HEADER_BYTES);
  [MAGIC, SNAPSHOT_VERSION, ABI_VERSION, layout.bytes].forEach((word, i) => {
    view.setUint32(i * 4, word, true);
  });
  [layout.arena, layout.names, layout.state, layout.objects].forEach(({ offset, bytes }, i) => {
    view.setUint32(SECTIONS_OFFSET + i * 8, offset, true);
    view.setUint32(SECTIONS_OFFSET + i * 8 + 4, bytes, true);
  });
}

/** Whether bytes begin as a snapshot does. */
export function isSnapshot(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) === MAGIC;
}

/**
 * Reads the header, which says nothing that does not fit the bytes that are there.
 *
 * @throws NetverdictError `invalid-snapshot`, `unsupported-snapshot`
 */
export function readHeader(snapshot: Uint8Array): Layout {
  if (!isSnapshot(snapshot)) throw snapshotError("invalid-snapshot", "these bytes are no snapshot");
  if (snapshot.length < HEADER_BYTES) throw damaged("it ends within its header");
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, HEADER_BYTES);
  const word = (at: number): number => view.getUint32(at, true);
  checkVersion("format", word(4), SNAPSHOT_VERSION);
  checkVersion("ABI", word(8), ABI_VERSION);
  if (word(12) !== snapshot.length) {
    throw damaged(`it should have ${word(12)} bytes and has ${snapshot.length}`);
  }
  const length = (i: number): number => word(SECTIONS_OFFSET + i * 8 + 4);
  const layout = layOut([length(0), length(1), length(2), length(3)]);
  [layout.arena, layout.names, layout.state, layout.objects].forEach(({ offset }, i) => {
    if (word(SECTIONS_OFFSET + i * 8) !== offset) throw damaged("its sections do not follow one another");
  });
  if (layout.bytes !== snapshot.length) throw damaged("its sections are not as long as it is");
  return layout;
}

function checkVersion(what: string, found: number, known: number): void {
  if (found === known) return;
  const message = `the snapshot is of ${what} version ${found}, this package reads ${known}: make it again`;
  throw snapshotError("unsupported-snapshot", message);
}

/** The error of a snapshot whose bytes contradict one another. */
export function damaged(what: string): NetverdictError {
  return snapshotError("invalid-snapshot", `the snapshot is damaged: ${what}`);
}

export function snapshotError(code: IssueCode, message: string): NetverdictError {
  return new NetverdictError([{ code, message, path: [] }]);
}

/** Rounded up to a line of 64 bytes. Not by bits: sections of 2 GB and more are numbers here, not words. */
export function onLine(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
