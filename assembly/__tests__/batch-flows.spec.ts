import { VERDICT_ALLOW, VERDICT_DENY, VERDICT_UNDETERMINED } from "../abi";
import { firstNotBelow, readPorts, settleSelves } from "../batch-flows";
import { ANSWER_SINGLY } from "../pair-table";

const SIZES: u32[] = [1, 7, 15, 16, 17, 31, 32, 40, 128];

describe("the flows of a block", () => {
  it("have the slots of their protocols, and their ports biased; every port is one where there are none", () => {
    const protocols = heap.alloc(256);
    const ports = heap.alloc(512);
    const slots = heap.alloc(256);
    const biased = heap.alloc(512);
    for (let i: usize = 0; i < 256; ++i) {
      store<u8>(protocols + i, <u8>i);
      store<u16>(ports + (i << 1), <u16>(i * 257 + 1));
    }
    let wrong: u32 = 0;
    for (let k = 0; k < SIZES.length; ++k) {
      for (let first: u32 = 0; first + SIZES[k] <= 256; first += SIZES[k]) {
        expect<u32>(readPorts(protocols + first, ports + (first << 1), SIZES[k], slots, biased)).toBe(SIZES[k]);
        for (let i: u32 = 0; i < SIZES[k]; ++i) {
          const protocol = first + i;
          const slot: u32 = protocol == 6 ? 0 : protocol == 17 ? 1 : protocol == 132 ? 2 : 3;
          if (load<u8>(slots + i) != <u8>(slot << 5)) ++wrong;
          const port = (protocol * 257 + 1) | <u32>(slot == 3);
          if (load<u16>(biased + (i << 1)) != <u16>(port ^ 0x8000)) ++wrong;
        }
      }
    }
    expect<u32>(wrong).toBe(0);
  });

  it("are wrong from the first on whose protocol needs a port and has none", () => {
    const room = heap.alloc(1024);
    for (let k = 0; k < SIZES.length; ++k) {
      const size = SIZES[k];
      for (let at: u32 = 0; at < size; ++at) {
        memory.fill(room, 6, size);
        memory.fill(room + 128, 1, size << 1);
        store<u16>(room + 128 + (at << 1), 0);
        store<u16>(room + 128 + ((size - 1) << 1), 0);
        expect<u32>(readPorts(room, room + 128, size, room + 384, room + 512)).toBe(at);
        memory.fill(room, 1, size);
        expect<u32>(readPorts(room, room + 128, size, room + 384, room + 512)).toBe(size);
      }
    }
  });

  it("are wrong from the first end on that is not below the number of ends", () => {
    const room = heap.alloc(512);
    for (let k = 0; k < SIZES.length; ++k) {
      const size = SIZES[k];
      for (let i: u32 = 0; i < size; ++i) store<u32>(room + (i << 2), i);
      expect<u32>(firstNotBelow(room, size, size)).toBe(size);
      for (let at: u32 = 0; at < size; ++at) {
        expect<u32>(firstNotBelow(room, size, at)).toBe(at);
        store<u32>(room + (at << 2), 0xffffffff);
        expect<u32>(firstNotBelow(room, size, size)).toBe(at);
        store<u32>(room + (at << 2), at);
      }
    }
  });

  it("reach themselves where they are pods, unless they are to be looked at singly", () => {
    const room = heap.alloc(1280);
    const answers: u32[] = [VERDICT_DENY, VERDICT_ALLOW, VERDICT_UNDETERMINED, ANSWER_SINGLY, ANSWER_SINGLY | 1];
    const pods: u32 = 50;
    let wrong: u32 = 0;
    for (let k = 0; k < SIZES.length; ++k) {
      const size = SIZES[k];
      for (let i: u32 = 0; i < size; ++i) {
        store<u32>(room + 128 + (i << 2), i);
        store<u32>(room + 640 + (i << 2), i % 3 == 0 ? i : i + 1);
        store<u8>(room + i, <u8>answers[i % 5]);
      }
      for (let group: u32 = 0; group < size; group += 16) {
        const marked = settleSelves(room, room + 128, room + 640, pods, group, size);
        for (let i = group; i < min<u32>(group + 16, size); ++i) {
          const answer = answers[i % 5];
          const singly = answer >= ANSWER_SINGLY;
          if (((marked >> (i - group)) & 1) != <u32>singly) ++wrong;
          const expected = i % 3 == 0 && i >= pods && !singly ? VERDICT_ALLOW : answer;
          if (load<u8>(room + i) != <u8>expected) ++wrong;
        }
      }
    }
    expect<u32>(wrong).toBe(0);
  });
});
