/** Bytes of whole cache lines that `bytes` take. */
export function inLines(bytes: usize): usize {
  return (bytes + 63) & ~63;
}
