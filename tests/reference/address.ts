/** IP addresses and prefixes from text, as numbers. */

export type Family = 4 | 6;

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** `first` is the network address: host bits are cleared, as Go's `ParseCIDR` does (semantics 1.4). */
export interface Prefix {
  readonly family: Family;
  readonly first: bigint;
  readonly length: number;
}

const MAPPED = 0xffffn;

/** Parses an IP literal; an IPv4-mapped IPv6 address is IPv4 (semantics 1.4). Gives undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const address = text.includes(":") ? parseIPv6(text) : parseIPv4(text, false);
  if (address?.family === 6 && address.value >> 32n === MAPPED) {
    return { family: 4, value: address.value & 0xffffffffn };
  }
  return address;
}

/**
 * Parses a CIDR of a policy. Host bits and leading zeros pass: strict validation is off by default (semantics 2.4).
 * A prefix inside `::ffff:0:0/96` is the IPv4 prefix; a shorter one stays IPv6 (semantics 1.4, Go's `IPNet.Contains`).
 *
 * @throws Error for text that the API server rejects
 */
export function parsePrefix(text: string): Prefix {
  const slash = text.indexOf("/");
  const address = text.includes(":") ? parseIPv6(text.slice(0, slash)) : parseIPv4(text.slice(0, slash), true);
  const length = Number(text.slice(slash + 1));
  if (slash < 0 || address === undefined || !/^\d+$/.test(text.slice(slash + 1)) || length > width(address.family)) {
    throw new Error(`not a CIDR: ${text}`);
  }
  if (address.family === 6 && length >= 96 && address.value >> 32n === MAPPED) {
    return prefix(4, address.value & 0xffffffffn, length - 96);
  }
  return prefix(address.family, address.value, length);
}

/** Number of bits in an address of a family. */
export function width(family: Family): number {
  return family === 4 ? 32 : 128;
}

/** The whole address space of a family. */
export function everything(family: Family): Prefix {
  return { family, first: 0n, length: 0 };
}

function prefix(family: Family, value: bigint, length: number): Prefix {
  const hostBits = BigInt(width(family) - length);
  return { family, first: (value >> hostBits) << hostBits, length };
}

function parseIPv4(text: string, leadingZeros: boolean): Address | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    const wellFormed = leadingZeros ? /^\d+$/.test(part) : /^(0|[1-9]\d{0,2})$/.test(part);
    if (!wellFormed || Number(part) > 255) return undefined;
    value = value * 256n + BigInt(Number(part));
  }
  return { family: 4, value };
}

function parseIPv6(text: string): Address | undefined {
  // A dotted tail stands for the last two groups.
  const lastColon = text.lastIndexOf(":");
  const tail = text.slice(lastColon + 1);
  if (tail.includes(".")) {
    const dotted = parseIPv4(tail, false);
    if (dotted === undefined) return undefined;
    const groups = `${(dotted.value >> 16n).toString(16)}:${(dotted.value & 0xffffn).toString(16)}`;
    return parseIPv6(text.slice(0, lastColon + 1) + groups);
  }
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, rest] = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (head === undefined) return undefined;
  const groups = [...head];
  if (rest !== undefined) {
    const missing = 8 - head.length - rest.length;
    if (missing < 1) return undefined;
    groups.push(...Array<string>(missing).fill("0"), ...rest);
  }
  if (groups.length !== 8 || groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return { family: 6, value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) };
}
