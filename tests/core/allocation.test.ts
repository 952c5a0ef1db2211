import { describe, expect, it } from "vitest";
import {
  BATCH_DONE,
  BATCH_NEEDS_ROOM,
  COLUMN_IPV4,
  COLUMNS_FAMILY,
  COLUMNS_FROM,
  COLUMNS_FROM_KIND,
  COLUMNS_OUT,
  COLUMNS_PORT,
  COLUMNS_PROTOCOL,
  COLUMNS_ROOM,
  COLUMNS_ROOM_BYTES,
  COLUMNS_TO,
  COLUMNS_TO_KIND,
  COLUMNS_WORDS,
} from "../../assembly/abi.ts";
import { generateCase } from "../fuzz/generate.ts";
import { type Core, debugCore, loadModel, modelOfCase, pairsOf, releaseCore, write } from "./core.ts";

/** The place of the next allocation: asking takes one block, so that two askings without work between lie this far apart. */
function strideOf(core: Core): number {
  const first = core.allocate(16) >>> 0;
  return (core.allocate(16) >>> 0) - first;
}

describe("evaluating", () => {
  it.each<[string, () => Core, number]>([
    ["release", releaseCore, 100_000],
    ["debug", debugCore, 20_000],
  ])("allocates nothing in the %s build, whatever is asked", (_name, newCore, evaluations) => {
    const model = modelOfCase(generateCase(11, 0));
    const { core, arena } = loadModel(newCore(), model);
    const pairs = pairsOf(model);
    expect(pairs.length).toBeGreaterThan(50);
    const six = write(core, [0xfd000000, 0, 0, 1]);
    const stride = strideOf(core);
    const pages = core.memory.buffer.byteLength;
    const before = core.allocate(16) >>> 0;

    const seen = new Set<number>();
    for (let i = 0; i < evaluations; i++) {
      const { source, destination, family } = pairs[i % pairs.length]!;
      seen.add(core.evaluate(arena, source, destination, family, i % 4, (i * 31) % 9000, i & 1));
      if (i % 10 === 0) {
        core.endpointOf4(arena, (i * 2654435761) | 0);
        core.endpointOf6(arena, six);
      }
    }

    expect(seen.size).toBeGreaterThan(4);
    expect((core.allocate(16) >>> 0) - before).toBe(stride);
    expect(core.memory.buffer.byteLength).toBe(pages);
  });

  it.each<[string, () => Core]>([
    ["release", releaseCore],
    ["debug", debugCore],
  ])(
    "columns allocates nothing in the %s build: the host gives the room, and tables are made in it",
    (_name, newCore) => {
      const { core, arena } = loadModel(newCore(), modelOfCase(generateCase(11, 0)));
      const roomBytes = core.batchRoom(arena) >>> 0;
      const room = core.allocate(roomBytes) >>> 0;
      const count = 300;
      const ends = write(core, new Array<number>(count).fill(0x0a000001));
      const ports = write(core, new Array<number>(count / 2).fill(0x00500050));
      const protocols = write(core, new Array<number>(count / 4).fill(0x06110684));
      const out = core.allocate(count) >>> 0;
      const columns = new Array<number>(COLUMNS_WORDS).fill(0);
      columns[COLUMNS_FROM_KIND] = COLUMN_IPV4;
      columns[COLUMNS_TO_KIND] = COLUMN_IPV4;
      columns[COLUMNS_FROM] = ends;
      columns[COLUMNS_TO] = ends;
      columns[COLUMNS_PORT] = ports;
      columns[COLUMNS_PROTOCOL] = protocols;
      columns[COLUMNS_OUT] = out;
      columns[COLUMNS_FAMILY] = 4;
      const none = write(core, columns);
      columns[COLUMNS_ROOM] = room;
      columns[COLUMNS_ROOM_BYTES] = roomBytes;
      const given = write(core, columns);
      const stride = strideOf(core);
      const pages = core.memory.buffer.byteLength;
      const before = core.allocate(16) >>> 0;

      expect(core.evaluateColumns(arena, none, count)).toBe(BATCH_NEEDS_ROOM);
      for (let i = 0; i < 20; i++) expect(core.evaluateColumns(arena, given, count)).toBe(BATCH_DONE);

      expect((core.allocate(16) >>> 0) - before).toBe(stride);
      expect(core.memory.buffer.byteLength).toBe(pages);
    },
  );

  it("changes no byte of the query arena", () => {
    const model = modelOfCase(generateCase(11, 7));
    const { core, arena } = loadModel(releaseCore(), model);
    const [, , bytes = 0] = new Uint32Array(core.memory.buffer, arena, 3);
    const before = new Uint8Array(core.memory.buffer, arena, bytes).slice();
    for (const { source, destination, family } of pairsOf(model)) {
      for (const port of [0, 80, 65535]) core.evaluate(arena, source, destination, family, port % 3, port, port & 1);
    }
    expect(Buffer.compare(before, new Uint8Array(core.memory.buffer, arena, bytes))).toBe(0);
  });
});
