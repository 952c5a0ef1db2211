/** Memory that is never given back: the stub runtime's, whose end it does not watch. */

/** Bytes of nobody else's, at a multiple of 16. Past the last one that 32 bits reach the core stops. */
export function take(bytes: usize): usize {
  const place = heap.alloc(bytes);
  // The runtime adds up to 16 bytes, and goes on at the start of memory where the sum is past its end.
  if (place + bytes + 16 < place) unreachable();
  return place;
}
