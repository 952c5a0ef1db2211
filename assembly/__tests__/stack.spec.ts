import { ACTION_DENY, ACTION_PASS } from "../abi";
import { Build } from "../build";
import { tupleCount } from "../intern";
import { internPiece, internStrip, PIECE_NONE, STRIP_NONE } from "../piece";
import { intervalOfPort, rowOfPort } from "../port-record";
import { recordOfStrips } from "../stack";
import { internRow } from "../row";
import { rowPiece } from "../row-table";
import { TERM_ANY } from "../term-bits";
import { newVec, push } from "../vec";
import { cluster } from "./pair";

/** A piece of one step for anyone. */
function pieceForAnyone(build: Build, action: u32): u32 {
  const steps = newVec(3);
  push(steps, action);
  push(steps, 1);
  push(steps, TERM_ANY);
  return internPiece(build, steps);
}

/** A strip whose pieces alternate between nothing and `piece`, from nothing on. */
function stripCutAt(build: Build, bounds: u32[], piece: u32): u32 {
  const ends = newVec(16);
  const pieces = newVec(16);
  for (let i = 0; i <= bounds.length; ++i) {
    if (i < bounds.length) push(ends, bounds[i]);
    push(pieces, i & 1 ? piece : PIECE_NONE);
  }
  return internStrip(build, ends, pieces);
}

function rowAt(build: Build, record: u32, port: u32): u32 {
  return rowOfPort(build.portRecords.words.data, build.portLists.words.data, record, port);
}

describe("stacks", () => {
  it("each interval of all three strips has the row of their pieces", () => {
    const build = cluster().compile();
    const cuts: u32[][] = [
      [99, 299],
      [199, 299, 399],
      [0, 65534],
    ];
    const said = pieceForAnyone(build, ACTION_PASS);
    const record = recordOfStrips(
      build,
      stripCutAt(build, cuts[0], said),
      stripCutAt(build, cuts[1], said),
      stripCutAt(build, cuts[2], said),
    );
    const ports: u32[] = [0, 1, 99, 100, 199, 200, 299, 300, 399, 400, 65534, 65535];
    for (let i = 0; i < ports.length; ++i) {
      const row = rowAt(build, record, ports[i]);
      for (let strip = 0; strip < 3; ++strip) {
        let below = 0;
        for (let j = 0; j < cuts[strip].length; ++j) below += <i32>(cuts[strip][j] < ports[i]);
        const piece = below & 1 ? said : PIECE_NONE;
        expect<u32>(rowPiece(build, row, strip)).toBe(piece, "strip " + strip.toString() + ", " + ports[i].toString());
      }
    }
  });

  it("what is behind a piece that decides about everyone is left out", () => {
    const build = cluster().compile();
    const passed = pieceForAnyone(build, ACTION_PASS);
    const denied = pieceForAnyone(build, ACTION_DENY);
    expect<u32>(internRow(build, denied, passed, passed)).toBe(internRow(build, denied, PIECE_NONE, PIECE_NONE));
    expect<u32>(internRow(build, passed, denied, passed)).toBe(internRow(build, passed, denied, PIECE_NONE));
    expect<u32>(internRow(build, passed, passed, denied)).not.toBe(internRow(build, passed, passed, PIECE_NONE));
    expect<u32>(internRow(build, denied, PIECE_NONE, PIECE_NONE)).not.toBe(
      internRow(build, PIECE_NONE, PIECE_NONE, PIECE_NONE),
    );
  });

  it("intervals that come to one row are one", () => {
    const build = cluster().compile();
    const record = recordOfStrips(build, STRIP_NONE, STRIP_NONE, STRIP_NONE);
    const records = build.portRecords.words.data;
    expect<u32>(rowAt(build, record, 65535)).toBe(1);
    expect<u32>(intervalOfPort(records, build.portLists.words.data, record, 65535)).toBe(0);
  });

  it("are kept by their strips", () => {
    const build = cluster().compile();
    const strip = stripCutAt(build, [80], pieceForAnyone(build, ACTION_DENY));
    const record = recordOfStrips(build, strip, STRIP_NONE, STRIP_NONE);
    const stacks = tupleCount(build.stacks);
    expect<u32>(recordOfStrips(build, strip, STRIP_NONE, STRIP_NONE)).toBe(record);
    expect<u32>(tupleCount(build.stacks)).toBe(stacks);
    expect<u32>(recordOfStrips(build, STRIP_NONE, STRIP_NONE, strip)).not.toBe(record);
  });
});
