/**
 * How a snapshot's bytes are laid out. All words are u32, little-endian; each section begins on a line of 64 bytes.
 *
 *  byte ┌───────────────────────────────────────────────────────────────┐
 *    0  │ magic │ 4 format version │ 8 ABI version │ 12 bytes in all    │
 *   16  │ four sections: offset, bytes        │ 48 checksum, 16 bytes   │
 *   64  ├───────────────────────────────────────────────────────────────┤
 *       │ query arena │ names │ JSON of the state │ JSON of its objects │
 *       ├───────────────────────────────────────────────────────────────┤
 *       │ of format 4: bytes of the sources, 60 bytes of zeros, sources │
 *       └───────────────────────────────────────────────────────────────┘
 */
import { ABI_VERSION } from "../../assembly/abi.ts";
import { type IssueCode, NetverdictError } from "../errors.ts";
import { isGzip, isSnapshot, SNAPSHOT_MAGIC } from "../first-bytes.ts";

/** Both raised whenever the bytes change their meaning in another way than by `ABI_VERSION`. */
export const SNAPSHOT_VERSION = 3;
/** The format with a section of sources: a package that does not know of it must not take it for one without. */
export const SNAPSHOT_VERSION_WITH_SOURCES = 4;
export const HEADER_BYTES = 64;
export const CHECKSUM_OFFSET = 48;
export const CHECKSUM_BYTES = 16;
const SECTIONS_OFFSET = 16;
/** Of the word that says how long the sources are. */
const LENGTH_BYTES = 4;

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
  /** What the tables were compiled from, where the snapshot has it; its length lies on a line of its own before it. */
  readonly sources: Section | undefined;
  /** Of all of it; a multiple of 64. */
  readonly bytes: number;
}

/** Where sections of these lengths lie. */
export function layOut(
  lengths: readonly [arena: number, names: number, state: number, objects: number, sources?: number | undefined],
): Layout {
  let offset = HEADER_BYTES;
  const next = (bytes: number): Section => {
    const section = { offset, bytes };
    offset += onLine(bytes);
    return section;
  };
  const [arena, names, state, objects, sources] = lengths;
  const always = { arena: next(arena), names: next(names), state: next(state), objects: next(objects) };
  if (sources !== undefined) next(LENGTH_BYTES);
  return { ...always, sources: sources === undefined ? undefined : next(sources), bytes: offset };
}

/** Writes all of the header but its checksum, and the length of the sources. */
export function writeHeader(snapshot: Uint8Array, layout: Layout): void {
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  const { sources } = layout;
  const version = sources === undefined ? SNAPSHOT_VERSION : SNAPSHOT_VERSION_WITH_SOURCES;
  [SNAPSHOT_MAGIC, version, ABI_VERSION, layout.bytes].forEach((word, i) => {
    view.setUint32(i * 4, word, true);
  });
  if (sources !== undefined) view.setUint32(lengthPlace(layout), sources.bytes, true);
  [layout.arena, layout.names, layout.state, layout.objects].forEach(({ offset, bytes }, i) => {
    view.setUint32(SECTIONS_OFFSET + i * 8, offset, true);
    view.setUint32(SECTIONS_OFFSET + i * 8 + 4, bytes, true);
  });
}

/**
 * Reads the header, which says nothing that does not fit the bytes that are there.
 *
 * @throws NetverdictError `invalid-snapshot`, `unsupported-snapshot`
 */
export function readHeader(snapshot: Uint8Array): Layout {
  if (!isSnapshot(snapshot)) {
    const hint = isGzip(snapshot) ? ": they are compressed by gzip; unpack them before" : "";
    throw snapshotError("invalid-snapshot", `these bytes are no snapshot${hint}`);
  }
  if (snapshot.length < HEADER_BYTES) throw damaged("it ends within its header");
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  const word = (at: number): number => view.getUint32(at, true);
  checkVersion("format", word(4), SNAPSHOT_VERSION, SNAPSHOT_VERSION_WITH_SOURCES);
  checkVersion("ABI", word(8), ABI_VERSION);
  if (word(12) !== snapshot.length) {
    throw damaged(`it should have ${word(12)} bytes and has ${snapshot.length}`);
  }
  const length = (i: number): number => word(SECTIONS_OFFSET + i * 8 + 4);
  const always = layOut([length(0), length(1), length(2), length(3)]);
  const layout = word(4) === SNAPSHOT_VERSION ? always : withSources(always, view);
  [layout.arena, layout.names, layout.state, layout.objects].forEach(({ offset }, i) => {
    if (word(SECTIONS_OFFSET + i * 8) !== offset) throw damaged("its sections do not follow one another");
  });
  if (layout.bytes !== snapshot.length) throw damaged("its sections are not as long as it is");
  return layout;
}

/** The layout of format 4, from that of the sections which format 3 has too. */
function withSources(layout: Layout, view: DataView): Layout {
  const { arena, names, state, objects } = layout;
  if (lengthPlace(layout) + LENGTH_BYTES > view.byteLength) throw damaged("it ends before its sources");
  const sources = view.getUint32(lengthPlace(layout), true);
  return layOut([arena.bytes, names.bytes, state.bytes, objects.bytes, sources]);
}

/** Where the length of the sources lies: on the line after the sections that there are always. */
function lengthPlace({ objects }: Layout): number {
  return objects.offset + onLine(objects.bytes);
}

function checkVersion(what: string, found: number, ...known: readonly number[]): void {
  if (known.includes(found)) return;
  const message = `the snapshot is of ${what} version ${found}, this package reads ${known.join(" and ")}: make it again`;
  throw snapshotError("unsupported-snapshot", message);
}

/** The error of a snapshot whose bytes contradict one another. */
export function damaged(what: string): NetverdictError {
  return snapshotError("invalid-snapshot", `the snapshot is damaged: ${what}`);
}

/** The error of a snapshot that is asked for what only its sources say. */
export function withoutSources(): NetverdictError {
  const message =
    "this snapshot has no policies to look into: make it with `snapshot(state, { explain: true })` or `netverdict snapshot --explain`, or ask the manifests";
  return snapshotError("needs-full-state", message);
}

export function snapshotError(code: IssueCode, message: string): NetverdictError {
  return new NetverdictError([{ code, message, path: [] }]);
}

/** Rounded up to a line of 64 bytes. Not by bits: sections of 2 GB and more are numbers here, not words. */
export function onLine(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
