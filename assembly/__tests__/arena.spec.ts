import {
  ABI_VERSION,
  ARENA_BYTES_OFFSET,
  ARENA_HEADER_BYTES,
  ARENA_MAGIC,
  ARENA_MAGIC_OFFSET,
  ARENA_VERSION_OFFSET,
  DIRECTION_INGRESS,
  NONE,
  SECTION_CLASS4,
  SECTION_TRIE4,
  SECTIONS,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { seal, sectionAt, sectionBytes } from "../arena";
import { Build } from "../build";
import { evaluateFlow } from "../evaluate";
import { endpointOf6 } from "../index";
import { lookUp4 } from "../trie4";
import { verdict } from "./ask";
import { addLate, Input, ip4, isIn, pod, prefix4, prefix6, wordsAt } from "./input";

const APP: u32 = 11;
const VALUES: u32 = 1000;
const TEN = ip4(10, 0, 0, 0);
/** External endpoints of `cluster`: a root a family, 10/8, its except and fd00::/8. */
const EXTERNALS: u32 = 5;

/** 40 pods with an address of each family; those with an even number may reach all. */
function cluster(): Input {
  const input = new Input();
  const namespace = input.namespace();
  const evens: u32[] = [];
  for (let i: u32 = 0; i < 400; i += 2) evens.push(VALUES + i);
  input.networkPolicy(namespace, NONE, DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [input.podsIn(namespace, input.selector([isIn(APP, evens)]))]);
  input.ipBlock(prefix4(TEN, 8), [prefix4(ip4(10, 200, 0, 0), 13)]);
  input.ipBlock(prefix6(0xfd000000, 0, 0, 0, 8));
  for (let i: u32 = 0; i < 40; ++i) {
    input.add(
      pod(namespace, [APP, VALUES + i])
        .at4(TEN + i)
        .at6(0xfd000000, 0, 0, i),
    );
  }
  return input;
}

/** All pairs' answers, hashed in order. */
function allAnswers(arena: usize, endpoints: u32): u32 {
  let sum: u32 = 0;
  for (let source: u32 = 0; source < endpoints; ++source) {
    for (let destination: u32 = 0; destination < endpoints; ++destination) {
      sum = sum * 31 + evaluateFlow(arena, source, destination, 4, 0, 80, 0);
      sum = sum * 31 + evaluateFlow(arena, source, destination, 6, 0, 80, 0);
    }
  }
  return sum;
}

describe("the query arena", () => {
  it("begins with its magic word, the ABI's version and its size", () => {
    const build = cluster().compile();
    expect<u32>(load<u32>(build.arena, ARENA_MAGIC_OFFSET)).toBe(ARENA_MAGIC);
    expect<u32>(load<u32>(build.arena, ARENA_VERSION_OFFSET)).toBe(ABI_VERSION);
    expect<u32>(load<u32>(build.arena, ARENA_BYTES_OFFSET)).toBe(build.arenaBytes);
  });

  it("has its sections in order, each on a line of 64 bytes, none over another or past the end", () => {
    const build = cluster().compile();
    let end = build.arena + ARENA_HEADER_BYTES;
    for (let section: u32 = 0; section < <u32>SECTIONS; ++section) {
      const start = sectionAt(build.arena, section);
      expect<usize>(start & 63).toBe(0);
      expect<bool>(start >= end).toBe(true, section.toString());
      end = start + sectionBytes(build.arena, section);
    }
    expect<bool>(end <= build.arena + build.arenaBytes).toBe(true);
  });

  it("answers the same from any other place: it holds no pointers", () => {
    const build = cluster().compile();
    const expected = allAnswers(build.arena, 40);
    const copy = (heap.alloc(build.arenaBytes + 63) + 63) & ~63;
    memory.copy(copy, build.arena, build.arenaBytes);
    // What the copy came from is gone: not a word of it may count.
    memory.fill(build.arena, 0xaa, build.arenaBytes);
    expect<u32>(allAnswers(copy, 40)).toBe(expected);
    expect<u32>(lookUp4(sectionAt(copy, SECTION_TRIE4), TEN + 7)).toBe(7 + EXTERNALS);
    const address = wordsAt([0xfd000000, 0, 0, 39]);
    expect<u32>(endpointOf6(copy, address)).toBe(39);
  });

  it("does not move when it is sealed again", () => {
    const build = cluster().compile();
    const arena = build.arena;
    expect<usize>(seal(build)).toBe(arena);
    expect<usize>(build.arena).toBe(arena);
  });

  it("grows in its place as long as there is room", () => {
    const build = cluster().compile();
    const arena = build.arena;
    const used = sectionBytes(arena, SECTION_CLASS4);
    // The same class as endpoint 3: one word more in three sections, nothing else.
    const late = addLate(
      build,
      pod(0, [APP, VALUES + 3])
        .at4(TEN + 99)
        .at6(0xfd000000, 0, 0, 99),
    );
    expect<usize>(build.arena).toBe(arena);
    expect<u32>(sectionBytes(arena, SECTION_CLASS4)).toBe(used + 4);
    expect<u32>(verdict(build, 2, late)).toBe(VERDICT_ALLOW);
    expect<u32>(verdict(build, late, 2)).toBe(VERDICT_DENY);
  });

  it("moves when a section outgrows its place, and answers as before", () => {
    const build = cluster().compile();
    const arena = build.arena;
    const before = allAnswers(arena, 40);
    for (let i: u32 = 40; i < 400; ++i)
      addLate(
        build,
        pod(0, [APP, VALUES + i])
          .at4(TEN + i)
          .at6(0xfd000000, 0, 0, i),
      );
    expect<bool>(build.arena != arena).toBe(true);
    expect<u32>(allAnswers(build.arena, 40)).toBe(before);
    let wrong: u32 = 0;
    for (let i: u32 = 40; i < 400; ++i) {
      if (verdict(build, i, 0) != (i % 2 == 0 ? VERDICT_ALLOW : VERDICT_DENY)) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
    expect<bool>(everySectionInBlock(build)).toBe(true);
  });
});

function everySectionInBlock(build: Build): bool {
  let end = build.arena + ARENA_HEADER_BYTES;
  for (let section: u32 = 0; section < <u32>SECTIONS; ++section) {
    if (sectionAt(build.arena, section) < end) return false;
    end = sectionAt(build.arena, section) + sectionBytes(build.arena, section);
  }
  return end <= build.arena + load<u32>(build.arena, ARENA_BYTES_OFFSET);
}
