/** What bytes are, by how they begin. */

/** The first word of a snapshot, little-endian: `NVS` and a byte that no text has. */
export const SNAPSHOT_MAGIC = 0x1a53564e;

export function isSnapshot(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) === SNAPSHOT_MAGIC;
}

export function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

/** The byte order mark of UTF-16, in either order. */
export function isUTF16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}
