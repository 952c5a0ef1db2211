/** Addresses as numbers: the IPv4 ones, and after them the IPv6 ones. */
import type { Address } from "../../address.ts";
import type { IPBlock, Prefix } from "../../read/objects.ts";
import { type Range, type Ranges, without } from "./ranges.ts";

const IPV6_BASE = 1n << 32n;

export const ANY_ADDRESS: Ranges = [{ first: 0n, last: IPV6_BASE + (1n << 128n) - 1n }];

export function addressesOf({ cidr, except }: IPBlock): Ranges {
  return withoutPrefixes([rangeOf(cidr)], except);
}

export function withoutPrefixes(ranges: Ranges, prefixes: readonly Prefix[]): Ranges {
  return prefixes.reduce<Ranges>((left, prefix) => without(left, [rangeOf(prefix)]), ranges);
}

export function rangeOf({ family, address, length }: Prefix): Range {
  const first = numberOf({ family, bytes: address });
  const bits = family === 4 ? 32 : 128;
  return { first, last: first + (1n << BigInt(bits - length)) - 1n };
}

function numberOf({ family, bytes }: Address): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n) + (family === 4 ? 0n : IPV6_BASE);
}
