/** Prefixes that nest, touch and overlap, and addresses on their edges: where a comparison goes wrong, it does so there. */
import type { Random } from "./random.ts";

export type Family = 4 | 6;

interface Prefix {
  readonly family: Family;
  readonly first: bigint;
  readonly length: number;
}

export interface AddressBook {
  /** A CIDR of the pool, now and then written in an odd but valid way. */
  cidr(family: Family): string;
  /** A CIDR with excepts that are strict subsets of it. */
  block(family: Family): { cidr: string; except?: string[] | null };
  /** An address on or next to an edge of the pool: anybody's. */
  nearby(family: Family): string;
  /** An address for a pod or a node, given out once. */
  take(family: Family): string;
  /** The same address in another spelling. */
  respell(address: string): string;
}

const WIDTH = { 4: 32n, 6: 128n } as const;
const BASE = { 4: 0x0a000000n, 6: 0xfd00n << 112n } as const;

/** Makes a pool; `breadth` is how many prefixes a family gets beside the fixed ones. */
export function makeAddressBook(random: Random, breadth: number): AddressBook {
  const pools = { 4: makePool(random, 4, breadth), 6: makePool(random, 6, breadth) };
  const taken = new Set<string>();

  const edge = (family: Family): bigint => {
    const { first, length } = random.pick(pools[family]);
    const size = 1n << (WIDTH[family] - BigInt(length));
    const inside = first + BigInt(random.below(Number(size < 65536n ? size : 65536n)));
    const value = random.pick([first, first - 1n, first + 1n, first + size - 1n, first + size, inside]);
    const last = (1n << WIDTH[family]) - 1n;
    return value < 0n ? 0n : value > last ? last : value;
  };

  return {
    cidr: (family) => spellCidr(random, random.pick(pools[family])),
    block: (family) => {
      const outer = random.pick(pools[family]);
      const mapped = family === 4 && random.chance(0.04);
      const write = (prefix: Prefix): string => (mapped ? mappedCidr(prefix) : spellCidr(random, prefix));
      const excepts = random.chance(0.4) ? random.list(1, 3, () => within(random, pools[family], outer)) : [];
      // An IPv4 block can have mapped excepts; as their lengths are longer, even one that leaves nothing of it is taken.
      if (family === 4 && !mapped && random.chance(0.01)) excepts.push(outer);
      const except = excepts
        .filter((prefix) => prefix !== undefined)
        .map((prefix) =>
          prefix === outer || (family === 4 && random.chance(0.04)) ? mappedCidr(prefix) : write(prefix),
        );
      if (except.length > 0) return { cidr: write(outer), except };
      return { cidr: write(outer), ...random.pick([{}, {}, {}, { except: [] }, { except: null }]) };
    },
    nearby: (family) => formatAddress(family, edge(family)),
    take: (family) => {
      for (let tries = 0; ; tries++) {
        // The pool's edges first; when they are all given out, anywhere near.
        const value = tries < 8 ? edge(family) : BASE[family] + BigInt(random.below(1 << 24));
        const text = formatAddress(family, value);
        if (taken.has(text) || !isAssignable(family, value)) continue;
        taken.add(text);
        return text;
      }
    },
    respell: (address) => {
      if (!address.includes(":")) return random.chance(0.5) ? `::ffff:${address}` : `::FFFF:${hexGroups(address)}`;
      return random.chance(0.5) ? address.toUpperCase() : expand(address);
    },
  };
}

function makePool(random: Random, family: Family, breadth: number): Prefix[] {
  const width = Number(WIDTH[family]);
  const lengths = family === 4 ? [24, 25, 26, 28, 30, 31, 32] : [48, 63, 64, 65, 120, 126, 127, 128];
  const pool: Prefix[] = [
    cut(family, 0n, 0),
    cut(family, BASE[family], family === 4 ? 24 : 64),
    cut(family, BASE[family], family === 4 ? 8 : 8),
  ];
  if (random.chance(0.3)) pool.push(cut(family, 0n, 1), cut(family, 1n << (WIDTH[family] - 1n), 1));
  for (let made = 0; made < breadth; made++) {
    // Shift a known prefix by a few of its own sizes, or cut a part out of it: neighbours, halves, nested.
    const parent = random.pick(pool.slice(1));
    const length = Math.max(1, random.chance(0.3) ? parent.length : Math.min(width, random.pick(lengths)));
    const size = 1n << BigInt(width - length);
    const value = parent.first + size * BigInt(random.below(breadth > 20 ? 4000 : 4));
    pool.push(cut(family, value & ((1n << WIDTH[family]) - 1n), length));
  }
  return pool;
}

/** A strict subset of `outer`: from the pool where one fits, else cut out of it. */
function within(random: Random, pool: readonly Prefix[], outer: Prefix): Prefix | undefined {
  const width = Number(WIDTH[outer.family]);
  if (outer.length >= width) return undefined;
  const fitting = pool.filter(
    ({ first, length, family }) => length > outer.length && cut(family, first, outer.length).first === outer.first,
  );
  if (fitting.length > 0 && random.chance(0.7)) return random.pick(fitting);
  const length = Math.min(width, outer.length + 1 + random.below(3));
  const size = 1n << BigInt(width - length);
  return cut(outer.family, outer.first + size * BigInt(random.below(2 ** (length - outer.length))), length);
}

function cut(family: Family, value: bigint, length: number): Prefix {
  const host = WIDTH[family] - BigInt(length);
  return { family, first: (value >> host) << host, length };
}

/** Host bits may be set (they mean nothing), IPv4 may be written as mapped IPv6. */
function spellCidr(random: Random, prefix: Prefix): string {
  const { family, first, length } = prefix;
  const host = Number(WIDTH[family]) - length;
  const noise = random.chance(0.1) && host > 0 ? BigInt(random.below(2 ** Math.min(host, 16))) : 0n;
  return `${formatAddress(family, first + noise)}/${length}`;
}

function mappedCidr({ first, length }: Prefix): string {
  return `::ffff:${formatAddress(4, first)}/${96 + length}`;
}

/** No address that hosts can't have: loopback, multicast, unspecified, mapped. */
function isAssignable(family: Family, value: bigint): boolean {
  const top = value >> (WIDTH[family] - 8n);
  if (family === 4) return top > 0n && top < 224n && top !== 127n;
  return top > 0n && top < 0xfen;
}

/** Writes an address as Kubernetes does: RFC 5952 for IPv6. */
export function formatAddress(family: Family, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  // The longest run of zero groups becomes `::`.
  const zeros = [...groups.join(":").matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map(([run]) => run);
  const longest = zeros.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return groups.join(":");
  return groups.join(":").replace(longest, "::").replace(":::", "::");
}

function expand(address: string): string {
  const [head = "", tail] = address.split("::");
  if (tail === undefined) return address;
  const count = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const missing = 8 - count(head).length - count(tail).length;
  return [...count(head), ...Array<string>(missing).fill("0"), ...count(tail)].join(":");
}

function hexGroups(address: string): string {
  const [a, b, c, d] = address.split(".").map(Number) as [number, number, number, number];
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
