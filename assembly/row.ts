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
  ERROR_ROWS,
  MAX_ROW_WORDS,
  ROW_ALL,
  ROW_NONE,
  ROW_TIERS_BY_ADMIN,
  ROW_TIERS_BY_BASELINE,
} from "./abi";
import { Build } from "./build";
import { retainBits } from "./chunk";
import { classHolder, classKind, recordAt, subjectNamespace } from "./class";
import { intern, tupleCount } from "./intern";
import { internPiece, makeFirstPieces, markPieces, PIECE_NONE, pieceDecides } from "./piece";
import { forgetFolds } from "./piece-folds";
import { foldRow, foldRowChunk, decidedRow, foldDecidedChunk } from "./row-fold";
import { PIECES, appendRow, rowPiece, isDerived, isDecided, putTier } from "./row-table";
import { sortWordsBy } from "./sort";
import { addClassToTerm } from "./term";
import { TERM_ANY } from "./term-bits";
import { at, cleared, newVec, push, pushMany, put, Vec } from "./vec";

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
  foldNewRows(build);
}

/**
 * The row that says three pieces one after another, empty until `foldNewRows`; what is behind a piece that decides about
 * everyone is left out. Past the limit of words, the build has an error.
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
  return row;
}

/** Fills in the rows that are new: those with one piece before the additive tier together, while its fold is kept. */
export function foldNewRows(build: Build): void {
  const count = tupleCount(build.rows);
  const rows = cleared(build.spans.rows);
  for (let row = build.foldedRows; row < count; ++row) if (!isDerived(build, row)) push(rows, row);
  sortWordsBy(rows.data, rows.length, changetype<usize>(build), foldsBefore);
  for (let i: u32 = 0; i < rows.length && build.error == 0; ++i) fillRow(build, at(rows, i));
  build.foldedRows = tupleCount(build.rows);
}

function foldsBefore(context: usize, a: u32, b: u32): bool {
  const build = changetype<Build>(context);
  const pieceOfA = rowPiece(build, a, 0);
  const pieceOfB = rowPiece(build, b, 0);
  return pieceOfA == pieceOfB ? a < b : pieceOfA < pieceOfB;
}

function fillRow(build: Build, row: u32): void {
  foldRow(build, row);
  const before = rowPiece(build, row, 0);
  const after = rowPiece(build, row, 2);
  if (before != PIECE_NONE) putTier(build, row, ROW_TIERS_BY_ADMIN, decidedRow(build, before));
  if (after != PIECE_NONE) putTier(build, row, ROW_TIERS_BY_BASELINE, decidedRow(build, after));
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
  forgetFolds(build);
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
