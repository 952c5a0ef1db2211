import {
  ANSWER_FAMILY_DIFFERS,
  ANSWER_FAMILY_WAS_IPV6,
  ANSWER_OTHER_VERDICT_SHIFT,
  ANSWER_VERDICT_MASK,
  LOOK_CLOSER,
  NONE,
  REASON_SAME_POD,
  SLOT_PORTLESS,
  SLOT_TCP,
  SLOT_UDP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { allowsPods, evaluatePods } from "../evaluate-pods";
import { answer, egressReasonOf, external } from "./ask";
import { addLate, pod } from "./input";
import { APP, everySort, familyOf, NODE, PODS, TEN, WEB } from "./named-pods";

describe("flows between named pods", () => {
  it("are answered as in full, or not at all", () => {
    const build = everySort();
    const ports: u32[] = [1, 7, 53, 79, 80, 81, 90, 91];
    let wrong: u32 = 0;
    let answered: u32 = 0;
    for (let source: u32 = 0; source < PODS; ++source)
      for (let destination: u32 = 0; destination < PODS; ++destination)
        for (let i = 0; i < ports.length; ++i)
          for (let slot: u32 = SLOT_TCP; slot <= <u32>SLOT_PORTLESS; ++slot) {
            const family = familyOf(source, destination);
            const port = slot == SLOT_PORTLESS ? 0 : ports[i];
            const short = evaluatePods(build.arena, source, destination, slot, port);
            const allowed = allowsPods(build.arena, source, destination, slot, port);
            if (family == 0 || slot == SLOT_PORTLESS) {
              if (short != <u32>LOOK_CLOSER || allowed != <u32>LOOK_CLOSER) ++wrong;
              continue;
            }
            const full = answer(build, source, destination, port, slot, family);
            if (allowed != <u32>((full & ANSWER_VERDICT_MASK) == VERDICT_ALLOW)) ++wrong;
            if (short == <u32>LOOK_CLOSER) continue;
            ++answered;
            // What is said of the other family comes on top.
            if ((short & 0xffffff) != full) ++wrong;
          }
    expect<u32>(wrong).toBe(0);
    expect<u32>(answered).toBeGreaterThan(1000);
  });

  it("a pod reaches itself", () => {
    const bits = evaluatePods(everySort().arena, 1, 1, SLOT_TCP, 80);
    expect<u32>(egressReasonOf(bits)).toBe(REASON_SAME_POD);
  });

  it("another family that would be answered differently is told", () => {
    const build = everySort();
    // The block holds the IPv6 address of 6, and no other pod's.
    expect<u32>(answer(build, 4, 6, 53, SLOT_UDP, 4) & ANSWER_VERDICT_MASK).toBe(VERDICT_DENY);
    expect<u32>(answer(build, 4, 6, 53, SLOT_UDP, 6) & ANSWER_VERDICT_MASK).toBe(VERDICT_ALLOW);
    const told = (VERDICT_ALLOW << ANSWER_OTHER_VERDICT_SHIFT) | ANSWER_FAMILY_DIFFERS;
    expect<u32>(evaluatePods(build.arena, 4, 6, SLOT_UDP, 53)).toBe(answer(build, 4, 6, 53, SLOT_UDP, 4) | told);
    // 10 prefers IPv6, where no rule of 3 lets it in; over IPv4 the block does.
    const back = (VERDICT_ALLOW << ANSWER_OTHER_VERDICT_SHIFT) | ANSWER_FAMILY_DIFFERS | ANSWER_FAMILY_WAS_IPV6;
    expect<u32>(evaluatePods(build.arena, 10, 3, SLOT_UDP, 53)).toBe(answer(build, 10, 3, 53, SLOT_UDP, 6) | back);
    expect<u32>(evaluatePods(build.arena, 4, 3, SLOT_UDP, 53)).toBe(answer(build, 4, 3, 53, SLOT_UDP, 4));
  });

  it("a protocol without ports, and numbers that mean nothing, ask for a closer look", () => {
    const arena = everySort().arena;
    const slots: u32[] = [SLOT_PORTLESS, 4, <u32>-1, SLOT_TCP, SLOT_TCP, SLOT_TCP];
    const ports: u32[] = [80, 80, 80, 0, 0x10000, <u32>-1];
    for (let i = 0; i < slots.length; ++i) {
      expect<u32>(evaluatePods(arena, 1, 2, slots[i], ports[i])).toBe(LOOK_CLOSER);
      expect<u32>(allowsPods(arena, 1, 2, slots[i], ports[i])).toBe(LOOK_CLOSER);
    }
    expect<u32>(evaluatePods(arena, 1, 2, SLOT_TCP, 0xffff)).not.toBe(LOOK_CLOSER);
    expect<u32>(allowsPods(arena, 1, 2, SLOT_TCP, 1)).not.toBe(LOOK_CLOSER);
  });

  it("ends that are no pods, have no name, or do not exist ask for a closer look", () => {
    const build = everySort();
    const late = addLate(build, pod(0, [APP, WEB]).at4(TEN + 50));
    const strangers: u32[] = [NODE, late, external(build), late + 1, NONE, 0xffffffff];
    for (let i = 0; i < strangers.length; ++i) {
      expect<u32>(evaluatePods(build.arena, strangers[i], 1, SLOT_TCP, 80)).toBe(LOOK_CLOSER);
      expect<u32>(evaluatePods(build.arena, 1, strangers[i], SLOT_TCP, 80)).toBe(LOOK_CLOSER);
      expect<u32>(allowsPods(build.arena, strangers[i], 1, SLOT_TCP, 80)).toBe(LOOK_CLOSER);
      expect<u32>(allowsPods(build.arena, 1, strangers[i], SLOT_TCP, 80)).toBe(LOOK_CLOSER);
    }
  });
});
