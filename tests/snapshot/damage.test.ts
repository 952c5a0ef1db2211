import { beforeAll, describe, expect, it } from "vitest";
import {
  ARENA_ROW_STRIDE_OFFSET,
  ARENA_SECTION_BYTES,
  ARENA_SECTIONS_OFFSET,
  SECTION_CLASS_INFO,
  SECTION_CLASS_PORTS,
} from "../../assembly/abi.ts";
import {
  evaluate,
  type IssueCode,
  loadSnapshot,
  loadState,
  NetverdictError,
  type SnapshotOptions,
  snapshot,
} from "../../bindings/inline.ts";
import {
  CHECKSUM_OFFSET,
  HEADER_BYTES,
  readHeader,
  SNAPSHOT_VERSION,
  SNAPSHOT_VERSION_WITH_SOURCES,
} from "../../sdk/snapshot/format.ts";
import { SHOP } from "../core/core.ts";
import { makeRandom } from "../fuzz/random.ts";

const FLOW = { from: "shop/web", to: "shop/db", port: 5432 };
let good: Uint8Array<ArrayBuffer>;
beforeAll(() => {
  good = snapshot(loadState(SHOP));
});

function refusal(bytes: Uint8Array, options?: SnapshotOptions): IssueCode | "loaded" {
  try {
    loadSnapshot(bytes, options);
    return "loaded";
  } catch (error) {
    if (error instanceof NetverdictError) return error.code;
    throw error;
  }
}

function withWord(offset: number, value: number): Uint8Array {
  const bytes = good.slice();
  new DataView(bytes.buffer).setUint32(offset, value, true);
  return bytes;
}

describe("loadSnapshot refuses", () => {
  it.each([0, 3, 4, 63, 64, 100, 5000])("what is cut off after %i bytes", (length) => {
    expect(refusal(good.subarray(0, length))).toBe("invalid-snapshot");
  });

  it("what has lost its last byte or has one more", () => {
    expect(refusal(good.subarray(0, good.length - 1))).toBe("invalid-snapshot");
    const longer = new Uint8Array(good.length + 1);
    longer.set(good);
    expect(refusal(longer)).toBe("invalid-snapshot");
  });

  it("what is altered by one bit, wherever it is", () => {
    const random = makeRandom(11);
    for (let i = 0; i < 300; i++) {
      const bytes = good.slice();
      // Every byte of the header, then bytes anywhere.
      const at = i < HEADER_BYTES ? i : random.below(good.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      expect(["invalid-snapshot", "unsupported-snapshot"], `byte ${at}`).toContain(refusal(bytes));
    }
  });

  it("what has two stretches exchanged", () => {
    const bytes = good.slice();
    const [first, second] = [good.slice(640, 704), good.slice(6400, 6464)];
    first.fill(7, 0, 4);
    bytes.set(second, 640);
    bytes.set(first, 6400);
    expect(refusal(bytes)).toBe("invalid-snapshot");
  });

  it("other versions of the format and of the tables, before it looks at the rest", () => {
    expect(refusal(withWord(4, SNAPSHOT_VERSION_WITH_SOURCES + 1))).toBe("unsupported-snapshot");
    expect(refusal(withWord(8, 99))).toBe("unsupported-snapshot");
    expect(refusal(withWord(4, SNAPSHOT_VERSION_WITH_SOURCES + 1).subarray(0, 64))).toBe("unsupported-snapshot");
  });

  it("bytes of anything else", () => {
    expect(refusal(new TextEncoder().encode(SHOP))).toBe("invalid-snapshot");
    expect(refusal(new Uint8Array(1_000_000))).toBe("invalid-snapshot");
    expect(refusal("NVS" as unknown as Uint8Array)).toBe("invalid-snapshot");
  });

  it("what claims more bytes than it has, before memory is asked for", () => {
    // 4 GB in the header's own words: nothing could hold them, so an allocation would fail in another way.
    for (const [offset, value] of [
      [12, 0xffffffff],
      [20, 0xffffff00],
      [28, 0xffffffff],
      [36, 0xfffffff0],
      [44, 0x80000000],
    ] as const) {
      expect(refusal(withWord(offset, value), { verify: false }), `word at ${offset}`).toBe("invalid-snapshot");
    }
  });
});

describe("of tables that fit their checksum, loadSnapshot refuses", () => {
  it.each([0, 0x7fffffff, 0x80000001, 0xffffffff])("rows of %i chunks", (stride) => {
    const { arena } = readHeader(good);
    expect(refusal(withWord(arena.offset + ARENA_ROW_STRIDE_OFFSET, stride), { verify: false })).toBe(
      "invalid-snapshot",
    );
  });
});

describe("of tables that fit their checksum, loadSnapshot refuses too", () => {
  it.each([
    ["ports", SECTION_CLASS_PORTS],
    ["facts", SECTION_CLASS_INFO],
  ])("classes without their %s", (_, section) => {
    const { arena } = readHeader(good);
    const bytes = arena.offset + ARENA_SECTIONS_OFFSET + section * ARENA_SECTION_BYTES + 4;
    expect(refusal(withWord(bytes, 0), { verify: false })).toBe("invalid-snapshot");
  });
});

describe("options of loadSnapshot that are none", () => {
  it.each([[null], [{ verfy: false }], [{ verify: 5 }]])("%j is an error", (options) => {
    expect(refusal(good, options as unknown as SnapshotOptions)).toBe("invalid-option");
  });
});

describe("of a snapshot with its sources, loadSnapshot refuses", () => {
  const sources = (): Uint8Array<ArrayBuffer> => snapshot(loadState(SHOP), { explain: true });

  it("what is cut off, wherever it is, and what is altered in its last section", () => {
    const whole = sources();
    const random = makeRandom(12);
    for (let i = 0; i < 100; i++) {
      expect(refusal(whole.subarray(0, random.below(whole.length)))).toBe("invalid-snapshot");
      const bytes = whole.slice();
      const at = good.length + random.below(whole.length - good.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      expect(refusal(bytes), `byte ${at}`).toBe("invalid-snapshot");
    }
  });

  it("one that says it has none, one without them that says it has, and sources of another length", () => {
    const whole = sources();
    new DataView(whole.buffer).setUint32(4, SNAPSHOT_VERSION, true);
    expect(refusal(whole, { verify: false })).toBe("invalid-snapshot");
    expect(refusal(withWord(4, SNAPSHOT_VERSION_WITH_SOURCES), { verify: false })).toBe("invalid-snapshot");
    for (const length of [0, 1, 0x7fffffff, 0xffffffff]) {
      const bytes = sources();
      new DataView(bytes.buffer).setUint32(good.length, length, true);
      expect(refusal(bytes, { verify: false }), `${length}`).toBe("invalid-snapshot");
    }
  });
});

describe("the checksum", () => {
  it("depends on each of its 16 bytes, and is left out on demand", () => {
    for (let i = 0; i < 16; i++) {
      const bytes = good.slice();
      bytes[CHECKSUM_OFFSET + i] = (bytes[CHECKSUM_OFFSET + i] ?? 0) ^ 1;
      expect(refusal(bytes)).toBe("invalid-snapshot");
      expect(evaluate(loadSnapshot(bytes, { verify: false }), FLOW).verdict).toBe("allow");
    }
  });

  it("takes no notice of where the bytes come from: a view in the midst of others loads", () => {
    const around = new Uint8Array(good.length + 7);
    around.set(good, 5);
    expect(evaluate(loadSnapshot(around.subarray(5, 5 + good.length)), FLOW).verdict).toBe("allow");
  });
});
