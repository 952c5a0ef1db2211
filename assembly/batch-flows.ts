/**
 * A block's flows as the kernels read them, checked on the way: sixteen at a time, and the rest one by one.
 *
 * A check goes over the whole block and looks for the first wrong flow only where there is one.
 */
import {
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  SLOT_PORTLESS,
  SLOT_SCTP,
  SLOT_TCP,
  SLOT_UDP,
  VERDICT_ALLOW,
} from "./abi";
import { ANSWER_SINGLY } from "./pair-table";
import { BIAS } from "./port-record";

/** A slot's place is 32 bytes: see batch-room.ts. */
const SLOT_SHIFT: u32 = 5;
const PORTLESS: u32 = SLOT_PORTLESS << SLOT_SHIFT;

/** Writes slots and ports as batch-room.ts has them; gives the first index whose protocol needs a port and has none, else `size`. */
export function readPorts(protocols: usize, ports: usize, size: u32, slotsOut: usize, portsOut: usize): u32 {
  const bias = i16x8.splat(-0x8000);
  const one = i16x8.splat(1);
  const portless = i8x16.splat(<i8>PORTLESS);
  let lowest = i16x8.splat(0x7fff);
  let i: usize = 0;
  for (; i + 16 <= size; i += 16) {
    const protocol = v128.load(protocols + i);
    // Slots count upwards from TCP, portless is the last: what is missing to it.
    const tcp = v128.and(
      i8x16.eq(protocol, i8x16.splat(<i8>PROTOCOL_TCP)),
      i8x16.splat(<i8>((SLOT_PORTLESS - SLOT_TCP) << SLOT_SHIFT)),
    );
    const udp = v128.and(
      i8x16.eq(protocol, i8x16.splat(<i8>PROTOCOL_UDP)),
      i8x16.splat(<i8>((SLOT_PORTLESS - SLOT_UDP) << SLOT_SHIFT)),
    );
    const sctp = v128.and(
      i8x16.eq(protocol, i8x16.splat(<i8>PROTOCOL_SCTP)),
      i8x16.splat(<i8>((SLOT_PORTLESS - SLOT_SCTP) << SLOT_SHIFT)),
    );
    const slots = i8x16.sub(portless, v128.or(v128.or(tcp, udp), sctp));
    v128.store(slotsOut + i, slots);
    // Without ports every port is one, and 0 is below all bounds.
    const without = i8x16.eq(slots, portless);
    const low = v128.or(v128.load(ports + (i << 1)), v128.and(i16x8.extend_low_i8x16_s(without), one));
    const high = v128.or(v128.load(ports + (i << 1), 16), v128.and(i16x8.extend_high_i8x16_s(without), one));
    v128.store(portsOut + (i << 1), v128.xor(low, bias));
    v128.store(portsOut + (i << 1), v128.xor(high, bias), 16);
    lowest = i16x8.min_s(lowest, i16x8.min_s(v128.xor(low, bias), v128.xor(high, bias)));
  }
  let wrong = !i16x8.all_true(v128.xor(lowest, bias));
  for (; i < size; ++i) {
    const slot = slotOf(load<u8>(protocols + i));
    const port = <u32>load<u16>(ports + (i << 1)) | <u32>(slot == PORTLESS);
    store<u8>(slotsOut + i, <u8>slot);
    store<u16>(portsOut + (i << 1), <u16>(port ^ BIAS));
    if (port == 0) wrong = true;
  }
  if (!wrong) return size;
  for (i = 0; i < size; ++i) if (load<u16>(portsOut + (i << 1)) == <u16>BIAS) break;
  return <u32>i;
}

/** The first of `size` words that is not below `end`, else `size`. */
export function firstNotBelow(words: usize, size: u32, end: u32): u32 {
  let highest = i32x4.splat(0);
  let i: u32 = 0;
  for (; i + 4 <= size; i += 4) highest = i32x4.max_u(highest, v128.load(words + ((<usize>i) << 2)));
  if (v128.any_true(i32x4.ge_u(highest, i32x4.splat(end)))) i = 0;
  for (; i < size; ++i) if (load<u32>(words + ((<usize>i) << 2)) >= end) break;
  return i;
}

/**
 * Lets pods reach themselves (ends that are equal, from number `pods` on) where there is an answer, and gives the flows that
 * have none: bit i for flow `first` + i, of up to sixteen flows.
 */
export function settleSelves(
  answers: usize,
  sources: usize,
  destinations: usize,
  pods: u32,
  first: u32,
  size: u32,
): u32 {
  const out = answers + first;
  const from = sources + ((<usize>first) << 2);
  const to = destinations + ((<usize>first) << 2);
  if (first + 16 <= size) {
    const selves = i8x16.narrow_i16x8_s(
      i16x8.narrow_i32x4_s(selvesIn(from, to, pods), selvesIn(from + 16, to + 16, pods)),
      i16x8.narrow_i32x4_s(selvesIn(from + 32, to + 32, pods), selvesIn(from + 48, to + 48, pods)),
    );
    const found = v128.load(out);
    const open = i8x16.ge_s(found, i8x16.splat(<i8>ANSWER_SINGLY));
    v128.store(out, v128.bitselect(i8x16.splat(<i8>VERDICT_ALLOW), found, v128.andnot(selves, open)));
    return i8x16.bitmask(open);
  }
  let marked: u32 = 0;
  for (let i: u32 = 0; i < size - first; ++i) {
    const source = load<u32>(from + ((<usize>i) << 2));
    if (load<u8>(out + i) >= <u8>ANSWER_SINGLY) marked |= 1 << i;
    else if (source == load<u32>(to + ((<usize>i) << 2)) && source >= pods) store<u8>(out + i, VERDICT_ALLOW);
  }
  return marked;
}

function selvesIn(from: usize, to: usize, pods: u32): v128 {
  const sources = v128.load(from);
  return v128.and(i32x4.eq(sources, v128.load(to)), i32x4.ge_u(sources, i32x4.splat(pods)));
}

function slotOf(protocol: u32): u32 {
  if (protocol == PROTOCOL_TCP) return SLOT_TCP << SLOT_SHIFT;
  if (protocol == PROTOCOL_UDP) return SLOT_UDP << SLOT_SHIFT;
  return protocol == PROTOCOL_SCTP ? SLOT_SCTP << SLOT_SHIFT : PORTLESS;
}
