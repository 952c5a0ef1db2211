import {
  ARENA_SECTION_BYTES,
  ARENA_SECTIONS_OFFSET,
  CLASS_INFO_BYTES,
  DIRECTION_INGRESS,
  LOOK_CLOSER,
  SECTION_CLASS_INFO,
  SLOT_PORTLESS,
  SLOT_TCP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { answerByKinds, AnswerTable, answerTableBytes, isAllowedByKinds, startAnswerTable } from "../answer-table";
import { Build } from "../build";
import { allowsPods, evaluatePods } from "../evaluate-pods";
import { firstRecord } from "../record-pool";
import { addLate, Endpoint, Input, isIn, pod, range } from "./input";
import { APP, DB, everySort, named4, NODE, PODS, TEN, WEB } from "./named-pods";

/** Asked so often, a pair's answers are kept. */
const OFTEN: u32 = 12;
const MARK: u32 = 0x5a5a5a5a;

function newTable(build: Build): AnswerTable {
  const bytes = answerTableBytes(build.arena);
  const table = changetype<AnswerTable>((heap.alloc(bytes + 63) + 63) & ~63);
  memory.fill(changetype<usize>(table), 0xcc, bytes);
  startAnswerTable(table, build.arena);
  return table;
}

function askOften(table: AnswerTable, build: Build, source: u32, destination: u32): void {
  for (let i: u32 = 0; i < OFTEN; ++i) answerByKinds(table, build.arena, source, destination, SLOT_TCP, 80);
}

/** Replaces all answers that are kept, so that it shows where they are used. */
function mark(table: AnswerTable): void {
  const first = firstRecord(table.answers);
  for (let i: u32 = 0; i < table.answers.count; ++i) {
    memory.fill(first + <usize>(i * table.answers.recordBytes), <u8>MARK, table.answers.recordBytes);
  }
}

/** Whether a flow's answer is kept; call `mark` first. */
function isKept(table: AnswerTable, build: Build, source: u32, destination: u32): bool {
  return answerByKinds(table, build.arena, source, destination, SLOT_TCP, 80) == MARK;
}

/** Pods 0 and 1; the second takes ten ports from each of the first `count` hundreds. */
function portsAt(count: u32): Build {
  const input = new Input();
  const shop = input.namespace([APP, 5]);
  const ports: u32[][] = [];
  for (let i: u32 = 1; i <= count; ++i) ports.push(range(SLOT_TCP, i * 100, i * 100 + 9));
  input.networkPolicy(shop, input.selector([isIn(APP, [DB])]), DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [], ports);
  input.add(named4(shop, WEB, 0));
  input.add(named4(shop, DB, 1));
  return input.compile();
}

function sixFirst(i: u32): Endpoint {
  return pod(0, [APP, DB])
    .at4(TEN + i)
    .at6(0xfd000000, 0, 0, 1000 + i)
    .prefers6();
}

describe("an answer table", () => {
  it("answers as without it, of pods of every sort and numbers that mean nothing, before answers are kept and afterwards", () => {
    const build = everySort();
    const table = newTable(build);
    const ports: u32[] = [0, 1, 7, 8, 53, 54, 79, 80, 81, 90, 91, 0xffff, 0x10000];
    let wrong: u32 = 0;
    let flows: u32 = 0;
    for (let round: u32 = 0; round < 2; ++round)
      for (let source: u32 = 0; source <= PODS + 1; ++source)
        for (let destination: u32 = 0; destination <= PODS + 1; ++destination) {
          for (let slot: u32 = SLOT_TCP; slot <= <u32>SLOT_PORTLESS + 1; ++slot)
            for (let i = 0; i < ports.length; ++i) {
              const port = ports[i];
              const answer = evaluatePods(build.arena, source, destination, slot, port);
              const allowed = allowsPods(build.arena, source, destination, slot, port);
              if (answerByKinds(table, build.arena, source, destination, slot, port) != answer) ++wrong;
              if (isAllowedByKinds(table, build.arena, source, destination, slot, port) != allowed) ++wrong;
              if (answer != <u32>LOOK_CLOSER) ++flows;
            }
        }
    expect<u32>(wrong).toBe(0);
    expect<u32>(flows).toBeGreaterThan(5000);
    expect<u32>(table.answers.count).toBeGreaterThan(5);
  });

  it("keeps what was asked for often, for all pods of the same kinds", () => {
    const build = everySort();
    const table = newTable(build);
    // 0 and 2 differ in nothing that a policy asks for.
    answerByKinds(table, build.arena, 0, 1, SLOT_TCP, 80);
    expect<u32>(table.answers.count).toBe(0);
    askOften(table, build, 0, 1);
    expect<u32>(table.answers.count).toBe(1);
    mark(table);
    expect<bool>(isKept(table, build, 0, 1)).toBe(true);
    expect<bool>(isKept(table, build, 2, 1)).toBe(true);
    expect<bool>(isKept(table, build, 1, 0)).toBe(false);
  });

  it("keeps nothing of a pod and itself, of ends that are no pods, of pods without a common family, and of what is open", () => {
    const build = everySort();
    const table = newTable(build);
    const pairs: u32[][] = [
      [0, 0],
      [0, NODE],
      [NODE, 0],
      [0, PODS + 5],
      [7, 0],
      [9, 1],
    ];
    for (let i = 0; i < pairs.length; ++i) {
      askOften(table, build, pairs[i][0], pairs[i][1]);
      expect<u32>(table.answers.count).toBe(0);
    }
  });

  it("knows a pod that callers may not name from one of the same classes that they may", () => {
    const build = everySort();
    // Of those that have IPv6 first the class words are marked as those of pods without a name are.
    const named = addLate(build, sixFirst(20).named());
    const unnamed = addLate(build, sixFirst(21));
    const table = newTable(build);
    askOften(table, build, named, 1);
    expect<u32>(table.answers.count).toBe(1);
    mark(table);
    expect<bool>(isKept(table, build, named, 1)).toBe(true);
    expect<u32>(answerByKinds(table, build.arena, unnamed, 1, SLOT_TCP, 80)).toBe(LOOK_CLOSER);
  });

  it("is of one time: what has changed is not answered by it, until it is started anew", () => {
    const build = everySort();
    const table = newTable(build);
    askOften(table, build, 0, 1);
    mark(table);
    addLate(build, pod(0).at4(TEN + 77));
    expect<bool>(isKept(table, build, 0, 1)).toBe(false);
    const bytes = answerTableBytes(build.arena);
    const larger = changetype<AnswerTable>((heap.alloc(bytes + 63) + 63) & ~63);
    memory.copy(changetype<usize>(larger), changetype<usize>(table), 64);
    startAnswerTable(larger, build.arena);
    expect<u32>(larger.answers.count).toBe(0);
    askOften(larger, build, 0, 1);
    startAnswerTable(larger, build.arena);
    expect<u32>(larger.answers.count).toBe(1);
  });

  it("holds sixteen answers in a row for a slot, and keeps no pair with more", () => {
    const few = portsAt(7);
    const table = newTable(few);
    askOften(table, few, 0, 1);
    expect<u32>(table.answers.count).toBe(1);
    for (let i: u32 = 1; i <= 7; ++i) {
      expect<u32>(isAllowedByKinds(table, few.arena, 0, 1, SLOT_TCP, i * 100 - 1)).toBe(VERDICT_DENY);
      expect<u32>(isAllowedByKinds(table, few.arena, 0, 1, SLOT_TCP, i * 100)).toBe(VERDICT_ALLOW);
      expect<u32>(isAllowedByKinds(table, few.arena, 0, 1, SLOT_TCP, i * 100 + 9)).toBe(VERDICT_ALLOW);
      expect<u32>(isAllowedByKinds(table, few.arena, 0, 1, SLOT_TCP, i * 100 + 10)).toBe(VERDICT_DENY);
    }

    const many = portsAt(8);
    const empty = newTable(many);
    askOften(empty, many, 0, 1);
    expect<u32>(empty.answers.count).toBe(0);
    expect<u32>(isAllowedByKinds(empty, many.arena, 0, 1, SLOT_TCP, 805)).toBe(VERDICT_ALLOW);
  });

  it("takes no room where there are more classes than it is made for", () => {
    const build = everySort();
    const bytes = build.arena + ARENA_SECTIONS_OFFSET + ARENA_SECTION_BYTES * SECTION_CLASS_INFO + 4;
    store<u32>(bytes, 512 * CLASS_INFO_BYTES);
    expect<u32>(answerTableBytes(build.arena)).toBeGreaterThan(0);
    store<u32>(bytes, 513 * CLASS_INFO_BYTES);
    expect<u32>(answerTableBytes(build.arena)).toBe(0);
  });
});
