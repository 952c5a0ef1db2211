import {
  CLASS_INFO_BYTES,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  MATRIX_SCRATCH_BYTES,
  SECTION_CLASS_INFO,
  SLOT_TCP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { sectionBytes } from "../arena";
import { setBit, setRun, spreadBits } from "../bits";
import { Build } from "../build";
import { egressRowOf, ingressRowOf, joinVerdicts, verdictIn } from "../evaluate";
import { matrixWidth, writeMatrixBlock, writePortRows } from "../matrix";
import { word } from "../vec";
import { Input, isIn, pod, range } from "./input";
import { TEN } from "./pair";

const APP: u32 = 11;
const TEAM: u32 = 12;

/** So many pods of as many classes; some open to some teams in each direction, one namespace with unknown labels. */
function crowd(count: u32): Build {
  const input = new Input();
  const namespace = input.namespace([TEAM, 5]);
  const open = input.namespace([], true);
  const maybe = input.podsBy(input.selector([isIn(TEAM, [5])]));
  for (let i: u32 = 0; i < count; ++i) {
    const own = input.selector([isIn(APP, [1000 + i])]);
    const team = input.podsBy(input.selector([]), input.selector([isIn(TEAM, [i % 7])]));
    if (i % 3 != 0) {
      input.networkPolicy(namespace, own, DIRECTION_INGRESS);
      input.allow(DIRECTION_INGRESS, i % 5 == 0 ? [maybe] : [team], [range(SLOT_TCP, 80, 80 + (i % 2))]);
    }
    if (i % 4 == 0) {
      input.networkPolicy(namespace, own, DIRECTION_EGRESS);
      input.allow(DIRECTION_EGRESS, [team], [range(SLOT_TCP, 80, 80)]);
    }
    input.add(pod(i % 11 == 0 ? open : namespace, [APP, 1000 + i, TEAM, i % 7]).at4(TEN + i));
  }
  return input.compile();
}

function classesOf(build: Build): u32 {
  return sectionBytes(build.arena, SECTION_CLASS_INFO) / CLASS_INFO_BYTES;
}

/** How many bits of the matrix differ from the verdicts of its pairs of classes, or are set behind the last class. */
function wrongBits(build: Build, port: u32, possible: bool): u32 {
  const width = matrixWidth(build.arena);
  const rows = heap.alloc((<usize>width) << 3);
  const scratch = heap.alloc(MATRIX_SCRATCH_BYTES);
  const out = heap.alloc((<usize>width) << 6);
  memory.fill(out, 0xff, (<usize>width) << 6);
  writePortRows(build.arena, SLOT_TCP, port, possible, rows);
  let wrong: u32 = 0;
  for (let block: u32 = 0; block < width >> 9; ++block) {
    writeMatrixBlock(build.arena, rows, block, scratch, out);
    for (let i: u32 = 0; i < 512; ++i) {
      const source = (block << 9) + i;
      for (let destination: u32 = 0; destination < width; ++destination) {
        const byte = load<u8>(out + ((<usize>i * width) >> 3) + (destination >> 3));
        if (<bool>((byte >> <u8>(destination & 7)) & 1) != passes(build, source, destination, port, possible)) ++wrong;
      }
    }
  }
  return wrong;
}

function passes(build: Build, source: u32, destination: u32, port: u32, possible: bool): bool {
  const classes = classesOf(build);
  if (source >= classes || destination >= classes) return false;
  const verdict = joinVerdicts(
    verdictIn(build.arena, egressRowOf(build.arena, source, SLOT_TCP, port), destination),
    verdictIn(build.arena, ingressRowOf(build.arena, destination, SLOT_TCP, port, false), source),
  );
  return possible ? verdict != VERDICT_DENY : verdict == VERDICT_ALLOW;
}

describe("a matrix of classes", () => {
  it("has the bits of every pair, for certain and for what is possible", () => {
    const build = crowd(40);
    expect<u32>(wrongBits(build, 80, false)).toBe(0);
    expect<u32>(wrongBits(build, 80, true)).toBe(0);
    expect<u32>(wrongBits(build, 81, false)).toBe(0);
  });

  it("is the same across chunks, tiles and groups of sixteen", () => {
    const build = crowd(760);
    expect<bool>(classesOf(build) > 512).toBe(true);
    expect<u32>(wrongBits(build, 80, false)).toBe(0);
    expect<u32>(wrongBits(build, 80, true)).toBe(0);
  });
});

/** Words of starts: class `i` has the places from `i * each` on. */
function evenStarts(classes: u32, each: u32): usize {
  const starts = heap.alloc((<usize>classes + 1) << 2);
  for (let i: u32 = 0; i <= classes; ++i) store<u32>(starts + ((<usize>i) << 2), i * each);
  return starts;
}

function bitsAt(row: usize, count: u32): string {
  let text = "";
  for (let i: u32 = 0; i < count; ++i) text += ((load<u8>(row + (i >> 3)) >> <u8>(i & 7)) & 1).toString();
  return text;
}

describe("spreading bits", () => {
  it("sets the places of each class, runs across words, and counts them", () => {
    const bits = heap.alloc(16);
    const row = heap.alloc(64);
    memory.fill(bits, 0, 16);
    memory.fill(row, 0, 64);
    setBit(bits, 0);
    setRun(bits, 62, 66);
    setBit(bits, 127);
    const starts = evenStarts(128, 3);
    expect<u32>(spreadBits(bits, 2, starts, 0, 0)).toBe(18, "only counted");
    expect<u64>(load<u64>(row)).toBe(0, "and nothing set");
    expect<u32>(spreadBits(bits, 2, starts, 0, row)).toBe(18);
    for (let i: u32 = 0; i < 128; ++i) {
      const expected = i == 0 || (i >= 62 && i < 66) || i == 127 ? "111" : "000";
      for (let j: u32 = 0; j < 3; ++j) {
        const place = i * 3 + j;
        const bit = (load<u8>(row + (place >> 3)) >> <u8>(place & 7)) & 1;
        if (bit.toString() != expected.charAt(0)) expect<u32>(place).toBe(0xffffffff, "a wrong bit");
      }
    }
  });

  it("follows an order where there is one", () => {
    const bits = heap.alloc(8);
    const row = heap.alloc(8);
    const order = heap.alloc(16);
    memory.fill(bits, 0, 8);
    memory.fill(row, 0, 8);
    for (let i: u32 = 0; i < 4; ++i) store<u32>(order + ((<usize>i) << 2), 9 - i * 3);
    setBit(bits, 1);
    setBit(bits, 3);
    spreadBits(bits, 1, evenStarts(64, 1), order, row);
    expect<string>(bitsAt(row, 10)).toBe("1000001000");
  });

  it("of runs sets nothing before and nothing behind", () => {
    const row = heap.alloc(32);
    for (let first: u32 = 60; first < 70; ++first) {
      for (let end: u32 = first; end < 200; end += 7) {
        memory.fill(row, 0, 32);
        setRun(row, first, end);
        let count: u32 = 0;
        for (let i: usize = 0; i < 8; ++i) count += <u32>popcnt(word(row, <u32>i));
        expect<u32>(count).toBe(end - first);
        if (end > first) {
          expect<u8>((load<u8>(row + (first >> 3)) >> <u8>(first & 7)) & 1).toBe(1);
          expect<u8>((load<u8>(row + ((end - 1) >> 3)) >> <u8>((end - 1) & 7)) & 1).toBe(1);
        }
      }
    }
  });
});
