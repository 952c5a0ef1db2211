import { chunkCount } from "../chunk";
import {
  ACTION_ALLOW,
  ACTION_DENY,
  ARENA_ROW_STRIDE_OFFSET,
  DIRECTION_INGRESS,
  ERROR_ROWS,
  MAX_ROW_WORDS,
  NONE,
  ROW_ALL,
  ROW_INFO_BLOCK_ON_POD,
  ROW_INFO_BYTES,
  ROW_INFO_POSSIBLE,
  ROW_NONE,
  VERDICT_ALLOW,
  VERDICT_DENY,
  VERDICT_UNDETERMINED,
} from "../abi";
import { Build } from "../build";
import { endpointClass, ingressRowOf } from "../evaluate";
import { intern, tupleAt, tupleCount, tupleLength } from "../intern";
import { internPiece, PIECE_NONE } from "../piece";
import { foldNewRows, internRow } from "../row";
import { rowPiece } from "../row-table";
import { STEP_ADDITIVE } from "../step";
import { internTerm } from "../term";
import { TERM_ANY } from "../term-bits";
import { newVec, push, pushMany, word } from "../vec";
import { answer, class4, external, verdict } from "./ask";
import { addLate, exists, Input, ip4, isIn, pod, prefix4 } from "./input";

const APP: u32 = 11;
const TEAM: u32 = 12;
/** Values 1000, 1001, … of the key APP. */
const VALUES: u32 = 1000;
const TEN = ip4(10, 0, 0, 0);

function bit(build: Build, row: u32, id: u32): bool {
  const chunk = load<u16>(build.rowChunks.data + ((<usize>(row * build.rowStride + (id >> 9))) << 1));
  const byte = build.chunks.words.data + ((<usize>chunk) << 6) + ((id >> 3) & 63);
  return ((load<u8>(byte) >> <u8>(id & 7)) & 1) != 0;
}

function possibleRow(build: Build, row: u32): u32 {
  return load<u32>(build.rowInfo.data + <usize>row * ROW_INFO_BYTES + ROW_INFO_POSSIBLE);
}

function blockRow(build: Build, row: u32): u32 {
  return load<u32>(build.rowInfo.data + <usize>row * ROW_INFO_BYTES + ROW_INFO_BLOCK_ON_POD);
}

/** A row of the additive tier: it allows one term and denies the rest. */
function allowRow(build: Build, term: u32): u32 {
  const row = internRow(build, PIECE_NONE, allowPiece(build, term), PIECE_NONE);
  foldNewRows(build);
  return row;
}

function allowPiece(build: Build, term: u32): u32 {
  return pieceOf(build, [ACTION_ALLOW | STEP_ADDITIVE, 1, term, ACTION_DENY | STEP_ADDITIVE, 1, TERM_ANY]);
}

function pieceOf(build: Build, steps: u32[]): u32 {
  const words = newVec(8);
  for (let i = 0; i < steps.length; ++i) push(words, steps[i]);
  return internPiece(build, words);
}

/** A selector that names `count` values of APP, so that each makes a class of its own. */
function nameValues(input: Input, count: u32): u32 {
  const values: u32[] = [];
  for (let i: u32 = 0; i < count; ++i) values.push(VALUES + i);
  return input.selector([isIn(APP, values)]);
}

describe("rows", () => {
  it("row none denies every class, row all allows every one", () => {
    const input = new Input();
    const web = input.add(pod(input.namespace()).at4(TEN));
    const build = input.compile();
    for (let id: u32 = 0; id < tupleCount(build.classes); ++id) {
      expect<bool>(bit(build, ROW_NONE, id)).toBe(false);
      expect<bool>(bit(build, ROW_ALL, id)).toBe(true);
    }
    expect<u32>(verdict(build, web, external(build))).toBe(VERDICT_ALLOW);
  });

  it("a row is known by its pieces, and a piece by its steps", () => {
    const input = new Input();
    const peer = input.podsIn(input.namespace());
    const build = input.compile();
    const term = internTerm(build, peer, 0, 0, 0);
    const row = allowRow(build, term);
    expect<u32>(allowRow(build, term)).toBe(row);
    const piece = rowPiece(build, row, 1);
    expect<u32>(piece).toBe(allowPiece(build, term));
    expect<u32>(tupleLength(build.pieces, piece)).toBe(6);
    expect<u32>(word(tupleAt(build.pieces, piece), 2)).toBe(term);
    expect<u32>(internRow(build, piece, PIECE_NONE, PIECE_NONE)).not.toBe(row, "it decides in another tier");
    const deny = pieceOf(build, [ACTION_DENY, 1, TERM_ANY]);
    expect<u32>(internRow(build, PIECE_NONE, deny, PIECE_NONE)).toBe(ROW_NONE);
    expect<u32>(internRow(build, PIECE_NONE, PIECE_NONE, PIECE_NONE)).toBe(ROW_ALL);
  });

  it("rows that say different things of the same classes are two rows with one chunk", () => {
    const input = new Input();
    const shop = input.namespace();
    const byName = input.podsIn(shop);
    const byLabel = input.podsBy(input.selector([]));
    input.add(pod(shop).at4(TEN));
    const build = input.compile();
    const one = allowRow(build, internTerm(build, byName, 0, 0, 0));
    const chunks = chunkCount(build.chunks);
    const two = allowRow(build, internTerm(build, byLabel, 0, 0, 0));
    expect<u32>(two).not.toBe(one);
    expect<u32>(chunkCount(build.chunks)).toBe(chunks);
  });

  it("a row without anything open is its own possible row and has no block row", () => {
    const input = new Input();
    const shop = input.namespace();
    const peer = input.podsIn(shop);
    input.add(pod(shop).at4(TEN));
    const build = input.compile();
    const row = allowRow(build, internTerm(build, peer, 0, 0, 0));
    expect<u32>(possibleRow(build, row)).toBe(row);
    expect<u32>(blockRow(build, row)).toBe(ROW_NONE);
  });

  it("an open class gives its row a second one of what is possible", () => {
    const input = new Input();
    const known = input.namespace();
    const unknown = input.namespace([], true);
    const peer = input.podsBy(input.selector([exists(TEAM)]));
    const settled = input.add(pod(known).at4(TEN));
    const open = input.add(pod(unknown).at4(TEN));
    const build = input.compile();
    const row = allowRow(build, internTerm(build, peer, 0, 0, 0));
    const possible = possibleRow(build, row);
    expect<u32>(possible).not.toBe(row);
    expect<bool>(bit(build, row, class4(build, open))).toBe(false);
    expect<bool>(bit(build, possible, class4(build, open))).toBe(true);
    expect<bool>(bit(build, possible, class4(build, settled))).toBe(false);
    expect<u32>(possibleRow(build, possible)).toBe(possible, "a derived row is its own possible row");
  });

  it("a block that alone allows a pod gives the row a third", () => {
    const input = new Input();
    const shop = input.namespace();
    const peer = input.ipBlock(prefix4(TEN, 8));
    const inside = input.add(pod(shop).at4(TEN));
    const outside = input.add(pod(shop).at4(ip4(11, 0, 0, 0)));
    const build = input.compile();
    const row = allowRow(build, internTerm(build, peer, 0, 0, 0));
    const block = blockRow(build, row);
    expect<u32>(block).not.toBe(ROW_NONE);
    expect<bool>(bit(build, block, class4(build, inside))).toBe(true);
    expect<bool>(bit(build, block, class4(build, outside))).toBe(false);
    expect<bool>(bit(build, block, class4(build, external(build, 1)))).toBe(false, "no pod");
  });
});

describe("rows and new classes", () => {
  it("a late class changes no row that is there", () => {
    const input = new Input();
    const shop = input.namespace();
    const webs = nameValues(input, 2);
    input.networkPolicy(shop, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.podsIn(shop, webs)]);
    const web = input.add(pod(shop, [APP, VALUES]).at4(TEN));
    const build = input.compile();
    const row = ingressRowOf(build.arena, class4(build, web), 0, 80, false);
    const rows = tupleCount(build.rows);
    const chunks = chunkCount(build.chunks);
    const late = addLate(build, pod(shop, [APP, VALUES + 1]).at4(TEN + 1));
    const stranger = addLate(build, pod(shop, [APP, 7]).at4(TEN + 2));
    expect<u32>(ingressRowOf(build.arena, class4(build, web), 0, 80, false)).toBe(row);
    expect<u32>(ingressRowOf(build.arena, class4(build, late), 0, 80, false)).toBe(row);
    expect<u32>(tupleCount(build.rows)).toBe(rows);
    expect<u32>(chunkCount(build.chunks)).toBeGreaterThan(chunks, "its bits are new");
    expect<u32>(verdict(build, late, web)).toBe(VERDICT_ALLOW);
    expect<u32>(verdict(build, stranger, web)).toBe(VERDICT_DENY);
  });

  it("the first open class that comes late makes the row of what is possible", () => {
    const input = new Input();
    const shop = input.namespace([TEAM, 5]);
    const unknown = input.namespace([], true);
    input.networkPolicy(shop, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.podsBy(input.selector([isIn(TEAM, [5])]))]);
    const web = input.add(pod(shop).at4(TEN));
    const build = input.compile();
    const row = ingressRowOf(build.arena, class4(build, web), 0, 80, false);
    expect<u32>(possibleRow(build, row)).toBe(row);
    const late = addLate(build, pod(unknown).at4(TEN + 1));
    expect<u32>(possibleRow(build, row)).not.toBe(row);
    expect<u32>(verdict(build, late, web)).toBe(VERDICT_UNDETERMINED);
    expect<u32>(answer(build, web, web, 80, 0, 4, 1) & 3).toBe(VERDICT_ALLOW, "what was settled stays so");
  });

  it("what is certain stays possible in the chunks before the first open class", () => {
    const input = new Input();
    const shop = input.namespace([TEAM, 5]);
    const unknown = input.namespace([], true);
    nameValues(input, 600);
    input.podsIn(shop, 0);
    const peer = input.podsBy(input.selector([isIn(TEAM, [5])]));
    for (let i: u32 = 0; i < 600; ++i) input.add(pod(shop, [APP, VALUES + i]).at4(TEN + i));
    const build = input.compile();
    const row = allowRow(build, internTerm(build, peer, 0, 0, 0));
    const late = addLate(build, pod(unknown).at4(TEN + 600));
    expect<u32>(class4(build, late) >> 9).toBe(1);
    const possible = possibleRow(build, row);
    expect<u32>(possible).not.toBe(row);
    let lost: u32 = 0;
    for (let i: u32 = 0; i < 600; ++i) if (!bit(build, possible, class4(build, i))) ++lost;
    expect<u32>(lost).toBe(0);
  });

  it("row all goes on saying all, and row none nobody, past every chunk's end", () => {
    const input = new Input();
    const shop = input.namespace();
    nameValues(input, 600);
    input.podsIn(shop, 0);
    const free = input.add(pod(shop).at4(TEN));
    const build = input.compile();
    let wrong: u32 = 0;
    for (let i: u32 = 0; i < 600; ++i) {
      // Two classes at once, of which one pair lies on both sides of a chunk's end: there are three classes before.
      const late = addLate(
        build,
        pod(shop, [APP, VALUES + i])
          .at4(TEN + i)
          .at6(0xfd000000, 0, 0, i),
      );
      for (let family = 4; family <= 6; family += 2) {
        const id = endpointClass(build.arena, late, family);
        if (!bit(build, ROW_ALL, id) || bit(build, ROW_NONE, id)) ++wrong;
      }
      if (verdict(build, late, free) != VERDICT_ALLOW || verdict(build, free, late) != VERDICT_ALLOW) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
    expect<u32>(tupleCount(build.classes)).toBeGreaterThan(1200);
  });

  it("rows are widened when classes outgrow them, and every bit stays", () => {
    const input = new Input();
    const shop = input.namespace();
    const webs = nameValues(input, 1100);
    const evens: u32[] = [];
    for (let i: u32 = 0; i < 1100; i += 2) evens.push(VALUES + i);
    input.networkPolicy(shop, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.podsIn(shop, input.selector([isIn(APP, evens)]))]);
    input.podsIn(shop, webs);
    for (let i: u32 = 0; i < 499; ++i) input.add(pod(shop, [APP, VALUES + i]).at4(TEN + i));
    const build = input.compile();
    const stride = load<u32>(build.arena, ARENA_ROW_STRIDE_OFFSET);
    expect<u32>(stride).toBe(2);
    // Two classes at once, after 501: one pair lies on both sides of a chunk's end.
    for (let i: u32 = 499; i < 1100; ++i)
      addLate(
        build,
        pod(shop, [APP, VALUES + i])
          .at4(TEN + i)
          .at6(0xfd, 0, 0, i),
      );
    expect<u32>(load<u32>(build.arena, ARENA_ROW_STRIDE_OFFSET)).toBeGreaterThan(stride);
    let wrong: u32 = 0;
    for (let source: u32 = 0; source < 1100; ++source) {
      const expected: u32 = source % 2 == 0 ? VERDICT_ALLOW : VERDICT_DENY;
      if (source != 3 && verdict(build, source, 3) != expected) ++wrong;
      if (source != 504 && verdict(build, source, 504) != expected) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
  });

  it("rows that are too many words are refused", () => {
    const build = new Input().compile();
    const most = newVec(<u32>MAX_ROW_WORDS);
    pushMany(most, 0, <u32>MAX_ROW_WORDS);
    intern(build.rows, most.data, most.length);
    expect<i32>(build.error).toBe(0);
    internRow(build, PIECE_NONE, pieceOf(build, [ACTION_ALLOW | STEP_ADDITIVE, 1, TERM_ANY]), PIECE_NONE);
    expect<i32>(build.error).toBe(ERROR_ROWS);
  });
});
