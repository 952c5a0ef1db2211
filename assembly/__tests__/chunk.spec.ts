import { CHUNK_BYTES } from "../abi";
import { chunkCount, Chunks, newChunks, release, retain, retainBits } from "../chunk";
import { addressOf } from "../vec";

/** Bits that say `value` and nothing else. */
function bits(value: u32): usize {
  const at = heap.alloc(CHUNK_BYTES);
  memory.fill(at, 0, CHUNK_BYTES);
  store<u32>(at, value, 8);
  return at;
}

function started(): Chunks {
  const chunks = newChunks();
  retainBits(chunks, bits(0));
  retainBits(chunks, bits(0xffffffff));
  return chunks;
}

function says(chunks: Chunks, id: u32): u32 {
  return load<u32>(addressOf(chunks.words, id * 16), 8);
}

describe("chunks", () => {
  it("have one number for the same bits, another for others", () => {
    const chunks = started();
    const one = retainBits(chunks, bits(1));
    expect<u32>(retainBits(chunks, bits(1))).toBe(one);
    expect<bool>(retainBits(chunks, bits(2)) == one).toBe(false);
    expect<u32>(says(chunks, one)).toBe(1);
  });

  it("keep their number for as long as one use is left", () => {
    const chunks = started();
    const one = retainBits(chunks, bits(1));
    retain(chunks, one);
    release(chunks, one);
    expect<u32>(retainBits(chunks, bits(1))).toBe(one);
    expect<u32>(chunkCount(chunks)).toBe(3);
  });

  it("give their number back with the last use, and it comes to say something else", () => {
    const chunks = started();
    const one = retainBits(chunks, bits(1));
    release(chunks, one);
    const two = retainBits(chunks, bits(2));
    expect<u32>(two).toBe(one);
    expect<u32>(says(chunks, two)).toBe(2);
    expect<bool>(retainBits(chunks, bits(1)) == two).toBe(false);
  });

  it("0 and 1 are never given back", () => {
    const chunks = started();
    for (let i = 0; i < 5; ++i) {
      release(chunks, 0);
      release(chunks, 1);
    }
    expect<u32>(retainBits(chunks, bits(0))).toBe(0);
    expect<u32>(retainBits(chunks, bits(0xffffffff))).toBe(1);
  });

  it("are found again whatever was given back around them", () => {
    const chunks = started();
    const ids = new StaticArray<u32>(3000);
    for (let i: u32 = 0; i < 3000; ++i) ids[i] = retainBits(chunks, bits(1 + i));
    for (let i: u32 = 0; i < 3000; ++i) if (i % 3 != 1) release(chunks, ids[i]);
    for (let i: u32 = 1; i < 3000; i += 3) expect<u32>(retainBits(chunks, bits(1 + i))).toBe(ids[i]);
    for (let i: u32 = 0; i < 2000; ++i) retainBits(chunks, bits(100000 + i));
    for (let i: u32 = 1; i < 3000; i += 3) expect<u32>(retainBits(chunks, bits(1 + i))).toBe(ids[i]);
    expect<u32>(chunkCount(chunks)).toBe(3002, "numbers given back are used before new ones");
  });
});
