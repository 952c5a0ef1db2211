/**
 * A checksum of 128 bits, against damage and not against forgery: whoever changes a snapshot can make it anew.
 *
 * Four accumulators of four lanes take 64 bytes a step. A step can be undone when the bytes are known, so any change of
 * the bytes of one step changes the state after it; each accumulator takes in its neighbour's lanes, so all of them soon do.
 */

/** Odd, with its bits well spread: a product by it loses nothing. */
const FACTOR: i32 = 0x9e3779b1;

/** Bytes of one step; they are a multiple of it, the header that the state starts from included. */
const STEP: usize = 64;

/** Writes 16 bytes to `out`, made of the `bytes` bytes at `start` but for the 16 bytes at 48, which are the checksum's own place. */
export function checksumOf(start: usize, bytes: u32, out: usize): void {
  let a = v128.load(start);
  let b = v128.load(start, 16);
  let c = v128.load(start, 32);
  let d = i32x4.splat(FACTOR);
  const end = start + <usize>bytes;
  for (let at = start + STEP; at < end; at += STEP) {
    a = i32x4.add(mix(a, v128.load(at)), turned(d));
    b = i32x4.add(mix(b, v128.load(at, 16)), turned(a));
    c = i32x4.add(mix(c, v128.load(at, 32)), turned(b));
    d = i32x4.add(mix(d, v128.load(at, 48)), turned(c));
  }
  v128.store(out, mix(mix(mix(a, turned(b)), c), turned(d)));
}

function mix(state: v128, bytes: v128): v128 {
  const product = i32x4.mul(v128.xor(state, bytes), i32x4.splat(FACTOR));
  return v128.xor(product, i32x4.shr_u(product, 15));
}

function turned(lanes: v128): v128 {
  return v128.shuffle<i32>(lanes, lanes, 1, 2, 3, 0);
}
