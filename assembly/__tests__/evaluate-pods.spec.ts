import {
  ANSWER_FAMILY_DIFFERS,
  ANSWER_FAMILY_WAS_IPV6,
  ANSWER_OTHER_VERDICT_SHIFT,
  ANSWER_VERDICT_MASK,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  LOOK_CLOSER,
  NONE,
  REASON_SAME_POD,
  SLOT_PORTLESS,
  SLOT_TCP,
  SLOT_UDP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { Build } from "../build";
import { allowsPods, evaluatePods } from "../evaluate-pods";
import { answer, egressReasonOf, external } from "./ask";
import { addLate, Endpoint, Input, ip4, isIn, nodeAddress, pod, prefix4, prefix6, range } from "./input";

const APP: u32 = 11;
const WEB: u32 = 101;
const DB: u32 = 102;
const TEN = ip4(10, 0, 0, 0);

/** Loaded pods of every sort: one family, both, IPv6 first, an address that is open, in a namespace whose labels are. */
function cluster(): Build {
  const input = new Input();
  const shop = input.namespace([APP, 5]);
  const unknown = input.namespace([], true);
  const node = input.node();
  const set = input.addressSet([prefix4(TEN, 8)]);
  const dbs = input.selector([isIn(APP, [DB])]);
  input.networkPolicy(shop, dbs, DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [input.podsIn(shop, input.selector([isIn(APP, [WEB])]))], [range(SLOT_TCP, 80, 90)]);
  input.allow(DIRECTION_INGRESS, [input.ipBlock(prefix4(TEN + 4, 30))], [range(SLOT_UDP, 53, 53)]);
  input.allow(DIRECTION_INGRESS, [input.podsBy(input.selector([isIn(APP, [5])]))], [range(SLOT_TCP, 7, 7)]);
  input.networkPolicy(shop, input.selector([isIn(APP, [WEB])]), DIRECTION_EGRESS);
  input.allow(DIRECTION_EGRESS, [input.ipBlock(prefix6(0xfd000000, 0, 0, 0, 120))]);
  input.allow(DIRECTION_EGRESS, [input.podsIn(shop, dbs)], [range(SLOT_TCP, 80, 80)]);
  for (let i: u32 = 0; i < 3; ++i) input.add(named4(shop, i % 2 == 0 ? WEB : DB, i));
  for (let i: u32 = 3; i < 6; ++i) input.add(named4(shop, i % 2 == 0 ? WEB : DB, i).at6(0xfd000000, 0, 0, i * 100));
  input.add(named4(shop, WEB, 6).at6(0xfd000000, 0, 0, 6).prefers6());
  input.add(pod(shop, [APP, DB]).at6(0xfd000000, 0, 0, 7).prefers6().named());
  input.add(pod(shop, [APP, WEB]).oneOf4(set).named());
  input.add(named4(unknown, WEB, 9));
  input.add(named4(shop, DB, 7).at6(0xfd000000, 0, 0, 1000).prefers6());
  input.add(
    nodeAddress(node)
      .at4(ip4(192, 168, 0, 1))
      .named(),
  );
  return input.compile();
}
const PODS: u32 = 11;
const NODE: u32 = 11;

function named4(namespace: u32, app: u32, i: u32): Endpoint {
  return pod(namespace, [APP, app])
    .at4(TEN + i)
    .named();
}

function hasIPv6(pod: u32): bool {
  return (pod >= 3 && pod <= 7) || pod == 10;
}

/** The family that a pair uses, by how `cluster` has made its pods; 0 for none. */
function familyOf(source: u32, destination: u32): u32 {
  const has4 = source != 7 && destination != 7;
  const has6 = hasIPv6(source) && hasIPv6(destination);
  return has6 && (source == 6 || source == 7 || source == 10 || !has4) ? 6 : has4 ? 4 : 0;
}

describe("flows between named pods", () => {
  it("are answered as in full, or not at all", () => {
    const build = cluster();
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
    const bits = evaluatePods(cluster().arena, 1, 1, SLOT_TCP, 80);
    expect<u32>(egressReasonOf(bits)).toBe(REASON_SAME_POD);
  });

  it("another family that would be answered differently is told", () => {
    const build = cluster();
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
    const arena = cluster().arena;
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
    const build = cluster();
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
