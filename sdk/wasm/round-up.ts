/** Bytes of a cache line, on which tables begin. */
export const LINE = 64;

/** The next multiple of a size. Addresses go up to 4 GiB, where 32-bit operators take them for negative numbers. */
export function roundUp(address: number, size: number): number {
  return Math.ceil(address / size) * size;
}
