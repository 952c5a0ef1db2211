/**
 * IP addresses and CIDR prefixes: text to bytes and back, in plain loops without regular expressions.
 *
 * IPv4-mapped IPv6 (`::ffff:10.0.0.1`) is IPv4 everywhere, as in Go's net package. Zone ids are rejected.
 */
import type { Prefix } from "./read/objects.ts";

/** A parsed address: 4 or 16 bytes in network order. */
export interface Address {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/**
 * Parses dotted IPv4 to its unsigned 32-bit number without allocating, or -1. A leading zero in an octet is refused
 * (some parsers read it as octal), unless `leadingZeros` asks for the API server's older reading, which is decimal.
 */
export function parseIPv4(text: string, leadingZeros = false): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) {
      if (octet < 0) octet = digit;
      else {
        if (octet === 0 && !leadingZeros) return -1;
        octet = octet * 10 + digit;
        if (octet > 255) return -1;
      }
    } else if (digit === -2 && octet >= 0 && dots < 3) {
      value = value * 256 + octet;
      octet = -1;
      dots++;
    } else return -1;
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

const COLON = 58;

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The 16 bytes of an IPv6 address (IPv4-mapped ones included), or undefined. In `bytes`, where the caller has some. */
export function parseIPv6(
  text: string,
  leadingZeros = false,
  bytes: Uint8Array = new Uint8Array(16),
): Uint8Array | undefined {
  const { length } = text;
  let filled = 0;
  let ellipsis = -1;
  let i = 0;
  if (text.charCodeAt(0) === COLON && text.charCodeAt(1) === COLON) {
    ellipsis = 0;
    i = 2;
  }
  while (i < length) {
    if (filled >= 16) return undefined;
    const start = i;
    let group = 0;
    for (let digit = hexDigit(text.charCodeAt(i)); digit >= 0; digit = i < length ? hexDigit(text.charCodeAt(i)) : -1) {
      group = group * 16 + digit;
      if (group > 0xffff || (!leadingZeros && i - start >= 4)) return undefined;
      i++;
    }
    if (i === start) return undefined;
    if (text.charCodeAt(i) === 46) {
      // The last 32 bits may be written as IPv4.
      if (filled > 12 || (ellipsis < 0 && filled !== 12)) return undefined;
      const tail = parseIPv4(text.slice(start), leadingZeros);
      if (tail < 0) return undefined;
      writeIPv4(bytes, filled, tail);
      filled += 4;
      break;
    }
    bytes[filled++] = group >> 8;
    bytes[filled++] = group & 0xff;
    if (i === length) break;
    if (text.charCodeAt(i) !== COLON) return undefined;
    i++;
    if (i === length) return undefined;
    if (text.charCodeAt(i) === COLON) {
      if (ellipsis >= 0) return undefined;
      ellipsis = filled;
      i++;
    }
  }
  if (ellipsis < 0) return filled === 16 ? bytes : undefined;
  if (filled === 16) return undefined; // "::" must stand for at least one group
  // What follows "::" goes to the end. In a loop: calls to do it take longer than the rest of the parsing.
  let to = 16;
  while (filled > ellipsis) bytes[--to] = bytes[--filled]!;
  while (to > ellipsis) bytes[--to] = 0;
  return bytes;
}

function writeIPv4(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = (value >>> 16) & 0xff;
  bytes[at + 2] = (value >>> 8) & 0xff;
  bytes[at + 3] = value & 0xff;
}

/** Whether 16 bytes are `::ffff:0:0/96`. */
function isMapped(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

function parseBytes(text: string, leadingZeros: boolean): Uint8Array | undefined {
  if (text.includes(":")) return parseIPv6(text, leadingZeros);
  const value = parseIPv4(text, leadingZeros);
  if (value < 0) return undefined;
  const bytes = new Uint8Array(4);
  writeIPv4(bytes, 0, value);
  return bytes;
}

/** Parses an IPv4 or IPv6 address; undefined where it is none, has a zone id, or an IPv4 octet has a leading zero. */
export function parseAddress(text: string): Address | undefined {
  const bytes = parseBytes(text, false);
  if (bytes === undefined) return undefined;
  if (bytes.length === 4) return { family: 4, bytes };
  return isMapped(bytes) ? { family: 4, bytes: bytes.slice(12) } : { family: 6, bytes };
}

/** Formats 4 or 16 bytes: dotted IPv4, or IPv6 as RFC 5952 has it (lower case, the first longest run of zeros as `::`). */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  if (isMapped(bytes)) return `::ffff:${formatAddress(bytes.subarray(12))}`;
  const zeros = zeroRun(bytes);
  let text = "";
  for (let group = 0; group < 8; ) {
    if (group === zeros >> 4) {
      text += "::";
      group += zeros & 15;
      continue;
    }
    if (text !== "" && !text.endsWith(":")) text += ":";
    text += groupOf(bytes, group++).toString(16);
  }
  return text;
}

/** The groups of zeros that `::` stands for: 16 times the first, and how many; -1 where there are no two together. */
function zeroRun(bytes: Uint8Array): number {
  let run = -1;
  let longest = 1; // a single zero group is written out
  for (let group = 0; group < 8; ) {
    let end = group;
    while (end < 8 && groupOf(bytes, end) === 0) end++;
    if (end - group > longest) {
      longest = end - group;
      run = group * 16 + longest;
    }
    group = end + 1;
  }
  return run;
}

function groupOf(bytes: Uint8Array, group: number): number {
  return (bytes[group * 2]! << 8) | bytes[group * 2 + 1]!;
}

/** Whether `formatAddress` would give this text for these 16 bytes, which are no IPv4; without making another. */
function isFormatted(text: string, bytes: Uint8Array): boolean {
  const zeros = zeroRun(bytes);
  let at = 0;
  for (let group = 0; group < 8; ) {
    if (group === zeros >> 4) {
      if (text.charCodeAt(at) !== COLON || text.charCodeAt(at + 1) !== COLON) return false;
      at += 2;
      group += zeros & 15;
      continue;
    }
    if (at > 0 && text.charCodeAt(at - 1) !== COLON && text.charCodeAt(at++) !== COLON) return false;
    const value = groupOf(bytes, group++);
    for (let shift = value > 0xfff ? 12 : value > 0xff ? 8 : value > 0xf ? 4 : 0; shift >= 0; shift -= 4) {
      const digit = (value >> shift) & 15;
      if (text.charCodeAt(at++) !== (digit < 10 ? 48 : 87) + digit) return false;
    }
  }
  return at === text.length;
}

/** An IPv6 address that is looked at and not kept. */
const passing = /* @__PURE__ */ new Uint8Array(16);

/** The family of an address in canonical text. */
export function familyOf(ip: string): 4 | 6 {
  return ip.includes(":") ? 6 : 4;
}

/** The canonical spelling of an address, or undefined where `text` is none. */
export function canonicalAddress(text: string): string | undefined {
  if (parseIPv4(text) >= 0) return text;
  const bytes = text.includes(":") ? parseIPv6(text, false, passing) : undefined;
  if (bytes === undefined) return undefined;
  if (isMapped(bytes)) return formatAddress(bytes.subarray(12));
  // The caller's own text where it is canonical: a new one would have to be kept beside it.
  return isFormatted(text, bytes) ? text : formatAddress(bytes);
}

/**
 * A number for an address in canonical text, to tell many apart by: one address has one number, and two addresses hardly
 * ever the same (of IPv4 never).
 */
export function addressNumber(text: string): number {
  const value = parseIPv4(text);
  if (value >= 0) return value;
  const bytes = parseIPv6(text, false, passing) ?? passing;
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (let group = 0; group < 8; group++) {
    high = Math.imul(high ^ groupOf(bytes, group), 0x9e3779b1);
    low = Math.imul(low ^ (high >>> 15), 0x85ebca6b);
  }
  return 2 ** 32 + (high >>> 0) * 2 ** 20 + (low >>> 12);
}

/** A CIDR as it was written: its canonical prefix, and in what its spelling differs from that. */
export interface WrittenPrefix {
  readonly prefix: Prefix;
  /** The number after the slash: 96 more than `prefix.length` for IPv4-mapped IPv6. */
  readonly writtenLength: number;
  /** Bits are set beyond the prefix length: other readers may take the address alone. */
  readonly hostBits: boolean;
  /** A number has leading zeros: read as decimal, where other readers may take it as octal. */
  readonly leadingZeros: boolean;
  /** IPv4 written as IPv4-mapped IPv6. */
  readonly mapped: boolean;
}

/**
 * Parses a CIDR as the API server's `ParseCIDRSloppy` does: leading zeros are decimal, host bits are cleared, and
 * IPv4-mapped IPv6 of 96 bits and more is the IPv4 prefix (Go's `IPNet.Contains`). Undefined where it is no CIDR.
 */
export function readPrefix(text: string): WrittenPrefix | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const written = text.slice(0, slash);
  const strict = parseBytes(written, false);
  const bytes = strict ?? parseBytes(written, true);
  if (bytes === undefined) return undefined;
  const digits = text.length - slash - 1;
  if (digits === 0) return undefined;
  let length = 0;
  for (let i = slash + 1; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    length = length * 10 + digit;
    if (length > bytes.length * 8) return undefined;
  }
  const mapped = bytes.length === 16 && length >= 96 && isMapped(bytes);
  const address = mapped ? bytes.slice(12) : bytes;
  const prefixLength = mapped ? length - 96 : length;
  const hostBits = clearHostBits(address, prefixLength);
  return {
    prefix: { family: address.length === 4 ? 4 : 6, address, length: prefixLength },
    writtenLength: length,
    hostBits,
    leadingZeros: strict === undefined || (digits > 1 && text.charCodeAt(slash + 1) === 48),
    mapped,
  };
}

/** Clears the bits beyond `length`; says whether any was set. */
function clearHostBits(bytes: Uint8Array, length: number): boolean {
  let any = false;
  for (let i = length >> 3; i < bytes.length; i++) {
    const keep = i === length >> 3 ? (0xff00 >> (length & 7)) & 0xff : 0;
    const kept = bytes[i]! & keep;
    if (kept !== bytes[i]) any = true;
    bytes[i] = kept;
  }
  return any;
}

/** Parses a CIDR to its canonical prefix, as {@link readPrefix}; undefined where it is none. */
export function parsePrefix(text: string): Prefix | undefined {
  return readPrefix(text)?.prefix;
}

/** The CIDR that holds an address alone. */
export function hostPrefix(address: string): string {
  return `${address}/${address.includes(":") ? 128 : 32}`;
}

/** Formats a prefix as `10.0.0.0/8`. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}

/** Whether an address of 4 or 16 bytes lies in a prefix. Families never mix: `::/0` holds no IPv4. */
export function containsAddress(prefix: Prefix, bytes: Uint8Array): boolean {
  const { address, length } = prefix;
  if (address.length !== bytes.length) return false;
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== bytes[i]) return false;
  const rest = length & 7;
  return rest === 0 || ((address[whole]! ^ bytes[whole]!) & 0xff) >> (8 - rest) === 0;
}

/** Whether every address of `inner` lies in `outer`; a prefix contains itself. */
export function containsPrefix(outer: Prefix, inner: Prefix): boolean {
  return outer.length <= inner.length && containsAddress(outer, inner.address);
}
