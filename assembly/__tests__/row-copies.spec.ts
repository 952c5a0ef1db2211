import {
  CHUNK_BYTES,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  NONE,
  ROW_INFO_BYTES,
  SECTION_CHUNKS,
  SECTION_ROW_INFO,
  SLOT_TCP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { sectionAt, sectionBytes } from "../arena";
import { answerByRows } from "../batch-rows";
import { Build } from "../build";
import { endpointClass, verdictIn } from "../evaluate";
import { tupleCount } from "../intern";
import { NO_NUMBER } from "../key-numbers";
import { ANSWER_SINGLY } from "../pair-table";
import { PortColumns, portColumnsBytes, startPortColumns } from "../port-columns";
import { copyBytes, copyOf, firstCopy, listBytes, RowCopies, rowCopiesBytes, startRowCopies } from "../row-copies";
import { exists, Input, ip4, pod, prefix4, range, wordsAt } from "./input";
import { cluster, DBS, TEAM, TEN, WEBS } from "./pair";

function newCopies(build: Build): RowCopies {
  const bytes = rowCopiesBytes(build.arena);
  const copies = changetype<RowCopies>(heap.alloc(bytes));
  memory.fill(changetype<usize>(copies), 0xcc, bytes);
  startRowCopies(copies, build.arena);
  return copies;
}

function rowsOf(build: Build): u32 {
  return sectionBytes(build.arena, SECTION_ROW_INFO) / ROW_INFO_BYTES;
}

/** Pods of a namespace with unknown labels beside a policy that asks for some. */
function open(): Input {
  const input = cluster();
  const known = input.namespace([TEAM, 6]);
  const unknown = input.namespace([], true);
  const teams = input.podsBy(input.selector([exists(TEAM)]));
  input.networkPolicy(known, NONE, DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [teams], [range(SLOT_TCP, 80, 81)]);
  input.add(pod(known).at4(TEN + 9));
  input.add(pod(unknown).at4(ip4(11, 0, 0, 1)));
  return input;
}

/** Rows that say different things of the same pods: by selector, and by block. */
function alike(): Input {
  const input = cluster();
  const block = input.ipBlock(prefix4(TEN + 1, 32));
  input.networkPolicy(0, DBS, DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [WEBS], [range(SLOT_TCP, 80, 80)]);
  input.allow(DIRECTION_INGRESS, [WEBS, WEBS], [range(SLOT_TCP, 81, 81)]);
  input.allow(DIRECTION_INGRESS, [block], [range(SLOT_TCP, 82, 82)]);
  return input;
}

/** Classes that a copy says otherwise than its row. */
function wrongIn(build: Build, copies: RowCopies, row: u32): u32 {
  const copy = firstCopy(copies) + <usize>(copyOf(copies, build.arena, row) * copyBytes(build.arena));
  const possible = copy + copyBytes(build.arena) - listBytes(build.arena);
  let wrong: u32 = 0;
  for (let id: u32 = 0; id < tupleCount(build.classes); ++id) {
    const verdict = verdictIn(build.arena, row, id);
    if (isIn(build, copy, id) != (verdict == VERDICT_ALLOW)) ++wrong;
    if (isIn(build, possible, id) != (verdict != VERDICT_DENY)) ++wrong;
  }
  return wrong;
}

function isIn(build: Build, list: usize, id: u32): bool {
  const chunk = <usize>load<u16>(list + ((<usize>(id >> 9)) << 1));
  const bits = sectionAt(build.arena, SECTION_CHUNKS) + chunk * CHUNK_BYTES;
  return ((load<u8>(bits + ((id & 511) >> 3)) >> (id & 7)) & 1) != 0;
}

describe("copies of rows", () => {
  it("say what the rows say, who may pass too where something is open", () => {
    const inputs = [alike(), open()];
    for (let i = 0; i < inputs.length; ++i) {
      const build = inputs[i].compile();
      const copies = newCopies(build);
      let wrong: u32 = 0;
      for (let row: u32 = 0; row < rowsOf(build); ++row) wrong += wrongIn(build, copies, row);
      expect<u32>(wrong).toBe(0);
      expect<bool>(copyBytes(build.arena) == listBytes(build.arena)).toBe(i == 0);
    }
  });

  it("are one for rows that let the same classes pass, and keep their numbers", () => {
    const build = alike().compile();
    const copies = newCopies(build);
    expect<u32>(copyOf(copies, build.arena, 0)).toBe(0);
    for (let row: u32 = 0; row < rowsOf(build); ++row) copyOf(copies, build.arena, row);
    const made = copies.copies.count;
    expect<bool>(made < rowsOf(build)).toBe(true);
    for (let row: u32 = 0; row < rowsOf(build); ++row) copyOf(copies, build.arena, row);
    expect<u32>(copies.copies.count).toBe(made);
  });

  throws("traps for a row that is not there, as an arena from elsewhere may have one", () => {
    const build = alike().compile();
    copyOf(newCopies(build), build.arena, rowsOf(build));
  });

  it("leave flows to be answered singly where there is no room for one", () => {
    const build = alike().compile();
    const copies = newCopies(build);
    copies.copies.most = copies.copies.count;
    expect<u32>(copyOf(copies, build.arena, 1)).toBe(NO_NUMBER);
    const classes = tupleCount(build.classes);
    const columns = changetype<PortColumns>(heap.alloc(portColumnsBytes(classes)));
    startPortColumns(columns, classes);
    const numbers = heap.alloc(<usize>(classes + 1) * 2);
    for (let id: u32 = 0; id <= classes; ++id) store<u16>(numbers + <usize>id * 2, <u16>id);
    // From web to db, the other way, and from what has no class.
    const web = endpointClass(build.arena, 0, 4);
    const db = endpointClass(build.arena, 1, 4);
    const out = heap.alloc(3);
    answerByRows(
      columns,
      copies,
      build.arena,
      classes,
      numbers,
      wordsAt([web, db, classes]),
      wordsAt([db, web, db]),
      wordsAt([0]),
      wordsAt([0x80508050, 0x8050]),
      out,
      3,
      heap.alloc(48),
    );
    for (let i: usize = 0; i < 3; ++i) expect<u32>(load<u8>(out + i)).toBe(ANSWER_SINGLY);
  });
});
