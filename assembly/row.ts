/**
 * Rows: what a subject's policies say of every class, for one direction, protocol and port interval.
 *
 * A row is known by what it says, the pieces before, in and after the additive tier, so it stays itself when classes are
 * added. Row 0 denies everyone, row 1 (no steps) leaves everyone alone. Bits are kept as chunks of 512 classes, each distinct
 * chunk once. Where something is open, a second row holds what is possible, and two more say which classes wait for labels
 * and which for addresses; where an `ipBlock` alone lets pods through, another says which. Those derived rows are the tuples
 * (tag, row). Which classes an ordered tier decides is the same in all rows with its piece: the tuple (tag, piece).
 */
import {
  ACTION_DENY,
  CHUNK_BYTES,
  CHUNK_SHIFT,
  ENDPOINT_POD,
  ERROR_CHUNKS,
  ERROR_ROWS,
  MAX_CHUNKS,
  MAX_ROW_WORDS,
  ROW_ALL,
  ROW_INFO_BLOCK_ON_POD,
  ROW_INFO_BYTES,
  ROW_INFO_OPEN_ADDRESS,
  ROW_INFO_OPEN_LABELS,
  ROW_INFO_POSSIBLE,
  ROW_NONE,
  ROW_TIERS_BY_ADMIN,
  ROW_TIERS_BY_BASELINE,
  ROW_TIERS_BYTES,
  ROW_TIERS_OPEN_DOMAIN,
  ROW_TIERS_OPEN_TIE,
} from "./abi";
import { Build } from "./build";
import { release, retain, retainBits } from "./chunk";
import { classHolder, classKind, recordAt, subjectNamespace } from "./class";
import {
  FOLD_BLOCK_ON_POD,
  FOLD_CERTAIN,
  FOLD_DECIDED,
  FOLD_OPEN_ADDRESS,
  FOLD_OPEN_DOMAIN,
  FOLD_OPEN_LABELS,
  FOLD_OPEN_TIE,
  FOLD_POSSIBLE,
  beginFold,
  endFold,
  foldDecided,
  foldPiece,
  foldSimple,
} from "./fold";
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { internPiece, makeFirstPieces, markPieces, PIECE_NONE, pieceDecides, pieceReaches } from "./piece";
import { addClassToTerm, TERM_ANY, widenTerms } from "./term";
import { at, cleared, newVec, push, pushMany, put, Vec, word } from "./vec";

/** Words of a row that is not derived. */
const PIECES: u32 = 3;

const TAG_POSSIBLE: u32 = 0x10000;
const TAG_BLOCK_ON_POD: u32 = 0x20000;
const TAG_OPEN_LABELS: u32 = 0x30000;
const TAG_OPEN_ADDRESS: u32 = 0x40000;
/** With a piece in the row's place. */
const TAG_DECIDED: u32 = 0x50000;
/** And above: with a field of ROW_TIERS_…. */
const TAG_TIERS: u32 = 0x60000;
const TIER_WORDS: u32 = ROW_TIERS_BYTES >> 2;

const CHUNK_NONE: u32 = 0;

/** Makes the chunks and rows that every state has. */
export function makeFirstRows(build: Build): void {
  memory.fill(build.scratch, 0, CHUNK_BYTES);
  retainBits(build.chunks, build.scratch);
  memory.fill(build.scratch, 0xff, CHUNK_BYTES);
  retainBits(build.chunks, build.scratch);
  makeFirstPieces(build);
  const deny = newVec(3);
  push(deny, ACTION_DENY);
  push(deny, 1);
  push(deny, TERM_ANY);
  assert(internRow(build, PIECE_NONE, internPiece(build, deny), PIECE_NONE) == ROW_NONE, "row 0 denies everyone");
  assert(internRow(build, PIECE_NONE, PIECE_NONE, PIECE_NONE) == ROW_ALL, "row 1 leaves everyone alone");
}

/**
 * The row that says three pieces one after another; what is behind a piece that decides about everyone is left out. Past the
 * limit of words, the build has an error.
 */
export function internRow(build: Build, before: u32, additive: u32, after: u32): u32 {
  if (pieceDecides(build, before)) additive = after = PIECE_NONE;
  else if (pieceDecides(build, additive)) after = PIECE_NONE;
  store<u32>(build.key, before);
  store<u32>(build.key + 4, additive);
  store<u32>(build.key + 8, after);
  const known = tupleCount(build.rows);
  const row = intern(build.rows, build.key, PIECES);
  if (row < known) return row;
  appendRow(build, row);
  if (build.rows.words.length > <u32>MAX_ROW_WORDS) build.error = ERROR_ROWS;
  if (build.error != 0) return row;
  foldRow(build, row);
  if (before != PIECE_NONE) putTier(build, row, ROW_TIERS_BY_ADMIN, decidedRow(build, before));
  if (after != PIECE_NONE) putTier(build, row, ROW_TIERS_BY_BASELINE, decidedRow(build, after));
  return row;
}

/** Folds all of a row; the chunks that none of its terms reaches are alike, and only the first of them is folded. */
function foldRow(build: Build, row: u32): void {
  // Beyond the last class a row holds its answer for nobody in particular: row 1 must go on saying "all".
  const chunks = max<u32>((tupleCount(build.classes) + 511) >> CHUNK_SHIFT, 1);
  let unreached = chunks;
  for (let chunk: u32 = 0; chunk < chunks; ++chunk) {
    if (rowReaches(build, row, chunk)) foldRowChunk(build, row, chunk);
    else if (unreached < chunks) copyRowChunk(build, row, unreached, chunk);
    else {
      foldRowChunk(build, row, chunk);
      unreached = chunk;
    }
  }
}

/** Whether one of a row's terms, but that of anyone, has classes in a chunk. */
function rowReaches(build: Build, row: u32, chunk: u32): bool {
  for (let i: u32 = 0; i < PIECES; ++i) if (pieceReaches(build, rowPiece(build, row, i), chunk)) return true;
  return false;
}

/** Gives a row, and the rows derived from it, in one chunk what they have in another. */
function copyRowChunk(build: Build, row: u32, from: u32, to: u32): void {
  setChunk(build, row, to, chunkOf(build, row, from));
  for (let field: usize = 0; field < <usize>ROW_INFO_BYTES; field += 4) {
    const derived = load<u32>(infoAt(build, row) + field);
    if (derived != row && derived != ROW_NONE) setChunk(build, derived, to, chunkOf(build, derived, from));
  }
  copyTierChunk(build, row, ROW_TIERS_OPEN_TIE, from, to);
  copyTierChunk(build, row, ROW_TIERS_OPEN_DOMAIN, from, to);
}

function copyTierChunk(build: Build, row: u32, field: u32, from: u32, to: u32): void {
  const derived = tierRow(build, row, field);
  if (derived != ROW_NONE) setChunk(build, derived, to, chunkOf(build, derived, from));
}

/** The first, second or third piece of a row that is not derived. */
export function rowPiece(build: Build, row: u32, i: u32): u32 {
  return word(tupleAt(build.rows, row), i);
}

/** Takes classes from `first` on into all terms and rows. */
export function addClassesToRows(build: Build, first: u32): void {
  const count = tupleCount(build.classes);
  pushMany(cleared(build.spans.marks), 0, tupleCount(build.terms));
  for (let id = first; id < count; ++id) {
    markTerms(build, build.otherTerms, id);
    if (classKind(build, id) != ENDPOINT_POD) continue;
    const namespace = subjectNamespace(build, classHolder(build, id));
    markTerms(build, changetype<Vec>(recordAt(build.namespaceTerms, namespace)), id);
  }
  markPieces(build);
  // A chunk that was there before holds the answer for classes that match no term but that of anyone.
  const firstNew = (first + 511) >> CHUNK_SHIFT;
  const rows = tupleCount(build.rows);
  for (let row: u32 = 0; row < rows; ++row) {
    const decides = isDecided(build, row);
    if (isDerived(build, row) && !decides) continue;
    const marked = decides ? at(build.spans.pieceMarks, rowPiece(build, row, 1)) != 0 : isMarked(build, row);
    for (let chunk = marked ? first >> CHUNK_SHIFT : firstNew; chunk << CHUNK_SHIFT < count; ++chunk) {
      if (decides) foldDecidedChunk(build, row, chunk);
      else foldRowChunk(build, row, chunk);
    }
  }
}

/** Takes a class into those of the terms that it matches, and marks them. */
function markTerms(build: Build, terms: Vec, id: u32): void {
  for (let i: u32 = 0; i < terms.length; ++i) {
    if (addClassToTerm(build, at(terms, i), id)) put(build.spans.marks, at(terms, i), 1);
  }
}

/** Whether one of a row's pieces is marked. */
function isMarked(build: Build, row: u32): bool {
  for (let i: u32 = 0; i < PIECES; ++i) if (at(build.spans.pieceMarks, rowPiece(build, row, i))) return true;
  return false;
}

/** Gives every row and term room for all classes and some more. */
export function widenRows(build: Build): void {
  const needed = ((tupleCount(build.classes) + 511) >> CHUNK_SHIFT) + 1;
  if (needed <= build.rowStride) return;
  const oldStride = build.rowStride;
  // Even, so that rows of u16 chunks fill whole words. What grows once grows on: it gets room to spare. What doesn't stays small.
  const spare = oldStride == 0 ? 0 : needed >> 2;
  build.rowStride = (needed + spare + 1) & ~1;
  const podWords = build.rowStride * (CHUNK_BYTES >> 2);
  if (build.podBits.length < podWords) pushMany(build.podBits, 0, podWords - build.podBits.length);
  widenTerms(build, oldStride);

  const old = build.rowChunks.data;
  const rows = tupleCount(build.rows);
  const wider = newVec((rows * build.rowStride) >> 1);
  pushMany(wider, 0, (rows * build.rowStride) >> 1);
  for (let row: u32 = 0; row < rows; ++row) {
    memory.copy(
      wider.data + <usize>(row * build.rowStride) * 2,
      old + <usize>(row * oldStride) * 2,
      (<usize>oldStride) << 1,
    );
  }
  build.rowChunks.data = wider.data;
  build.rowChunks.length = wider.length;
  build.rowChunks.capacity = wider.capacity;
}

function isDerived(build: Build, row: u32): bool {
  return tupleLength(build.rows, row) != PIECES;
}

/** Whether a row says which classes a piece decides. */
function isDecided(build: Build, row: u32): bool {
  return isDerived(build, row) && word(tupleAt(build.rows, row), 0) == TAG_DECIDED;
}

/** The row of the classes that a piece decides. */
function decidedRow(build: Build, piece: u32): u32 {
  const known = tupleCount(build.rows);
  const row = internDerived(build, TAG_DECIDED, piece);
  if (row < known) return row;
  const chunks = (tupleCount(build.classes) + 511) >> CHUNK_SHIFT;
  for (let chunk: u32 = 0; chunk < chunks; ++chunk) foldDecidedChunk(build, row, chunk);
  return row;
}

function foldDecidedChunk(build: Build, row: u32, chunk: u32): void {
  foldDecided(build, rowPiece(build, row, 1), chunk);
  const bits = retainChunk(build, build.scratch + FOLD_DECIDED);
  setChunk(build, row, chunk, bits);
  release(build.chunks, bits);
}

function appendRow(build: Build, row: u32): void {
  pushMany(build.rowChunks, 0, build.rowStride >> 1);
  push(build.rowInfo, row);
  for (let i: u32 = 4; i < <u32>ROW_INFO_BYTES; i += 4) push(build.rowInfo, ROW_NONE);
}

function foldRowChunk(build: Build, row: u32, chunk: u32): void {
  // A row that something was open in has derived rows, which must be told that it is not any more.
  const settled = load<u32>(infoAt(build, row) + ROW_INFO_POSSIBLE) == row;
  if (settled && isPlain(build, row) && foldSimple(build, rowPiece(build, row, 1), chunk)) {
    const bits = retainChunk(build, build.scratch + FOLD_CERTAIN);
    setChunk(build, row, chunk, bits);
    release(build.chunks, bits);
    foldDerived(build, row, chunk, TAG_BLOCK_ON_POD, ROW_INFO_BLOCK_ON_POD, FOLD_BLOCK_ON_POD);
    return;
  }
  let ordered = false;
  beginFold(build);
  for (let i: u32 = 0; i < PIECES; ++i) ordered = foldPiece(build, rowPiece(build, row, i), chunk) || ordered;
  endFold(build);
  const certain = retainChunk(build, build.scratch + FOLD_CERTAIN);
  const possible = retainChunk(build, build.scratch + FOLD_POSSIBLE);
  setChunk(build, row, chunk, certain);

  let possibleRow = load<u32>(infoAt(build, row) + ROW_INFO_POSSIBLE);
  if (possible != certain && possibleRow == row) {
    possibleRow = internDerived(build, TAG_POSSIBLE, row);
    build.openRows += 1;
    // Until now nothing was open, so the other chunks are those of the row itself.
    for (let i: u32 = 0; i < build.rowStride; ++i) setChunk(build, possibleRow, i, chunkOf(build, row, i));
    store<u32>(infoAt(build, row) + ROW_INFO_POSSIBLE, possibleRow);
  }
  if (possibleRow != row) {
    setChunk(build, possibleRow, chunk, possible);
    foldDerived(build, row, chunk, TAG_OPEN_LABELS, ROW_INFO_OPEN_LABELS, FOLD_OPEN_LABELS);
    foldDerived(build, row, chunk, TAG_OPEN_ADDRESS, ROW_INFO_OPEN_ADDRESS, FOLD_OPEN_ADDRESS);
  }
  foldDerived(build, row, chunk, TAG_BLOCK_ON_POD, ROW_INFO_BLOCK_ON_POD, FOLD_BLOCK_ON_POD);
  if (ordered) {
    foldTier(build, row, chunk, ROW_TIERS_OPEN_TIE, FOLD_OPEN_TIE);
    foldTier(build, row, chunk, ROW_TIERS_OPEN_DOMAIN, FOLD_OPEN_DOMAIN);
  }

  release(build.chunks, certain);
  release(build.chunks, possible);
}

/** Whether ordered tiers have no part in a row. */
function isPlain(build: Build, row: u32): bool {
  return rowPiece(build, row, 0) == PIECE_NONE && rowPiece(build, row, 2) == PIECE_NONE;
}

/** Gives a derived row, made when it first says anything, the chunk that the fold has left at `result`. */
function foldDerived(build: Build, row: u32, chunk: u32, tag: u32, field: usize, result: usize): void {
  const bits = retainChunk(build, build.scratch + result);
  let derived = load<u32>(infoAt(build, row) + field);
  if (bits != CHUNK_NONE && derived == ROW_NONE) {
    derived = internDerived(build, tag, row);
    store<u32>(infoAt(build, row) + field, derived);
  }
  if (derived != ROW_NONE) setChunk(build, derived, chunk, bits);
  release(build.chunks, bits);
}

/** The same for what ordered tiers have a part in. */
function foldTier(build: Build, row: u32, chunk: u32, field: u32, result: usize): void {
  const bits = retainChunk(build, build.scratch + result);
  let derived = tierRow(build, row, field);
  if (bits != CHUNK_NONE && derived == ROW_NONE) {
    derived = internDerived(build, TAG_TIERS | field, row);
    putTier(build, row, field, derived);
  }
  if (derived != ROW_NONE) setChunk(build, derived, chunk, bits);
  release(build.chunks, bits);
}

/** The row in a field (abi: ROW_TIERS_…) of a row that ordered tiers have a part in. */
function tierRow(build: Build, row: u32, field: u32): u32 {
  const place = row * TIER_WORDS + (field >> 2);
  return place < build.rowTiers.length ? at(build.rowTiers, place) : ROW_NONE;
}

function putTier(build: Build, row: u32, field: u32, derived: u32): void {
  const missing = (row + 1) * TIER_WORDS;
  if (missing > build.rowTiers.length) pushMany(build.rowTiers, ROW_NONE, missing - build.rowTiers.length);
  put(build.rowTiers, row * TIER_WORDS + (field >> 2), derived);
}

/** The row that is derived from a row or a piece, appended if it is new. */
function internDerived(build: Build, tag: u32, source: u32): u32 {
  store<u32>(build.key, tag);
  store<u32>(build.key + 4, source);
  const known = tupleCount(build.rows);
  const derived = intern(build.rows, build.key, 2);
  if (derived == known) appendRow(build, derived);
  return derived;
}

function infoAt(build: Build, row: u32): usize {
  return build.rowInfo.data + <usize>row * ROW_INFO_BYTES;
}

function chunkOf(build: Build, row: u32, chunk: u32): u32 {
  return <u32>load<u16>(build.rowChunks.data + ((<usize>(row * build.rowStride + chunk)) << 1));
}

function setChunk(build: Build, row: u32, chunk: u32, id: u32): void {
  const place = build.rowChunks.data + ((<usize>(row * build.rowStride + chunk)) << 1);
  const before = <u32>load<u16>(place);
  retain(build.chunks, id);
  store<u16>(place, <u16>id);
  release(build.chunks, before);
}

/** The chunk with these bits; its use ends with the fold, unless a row has taken it. */
function retainChunk(build: Build, bits: usize): u32 {
  const id = retainBits(build.chunks, bits);
  if (id < <u32>MAX_CHUNKS) return id;
  // The caller gives the error up; until then the row denies.
  build.error = ERROR_CHUNKS;
  release(build.chunks, id);
  return CHUNK_NONE;
}
