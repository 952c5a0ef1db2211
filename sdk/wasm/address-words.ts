/** Addresses and prefixes as the input stream has them (`assembly/abi.ts`: ADDRESS_…, PREFIX_…). */
import { ADDRESS_KNOWN, ADDRESS_NONE, ADDRESS_OPEN } from "../../assembly/abi.ts";
import { parseIPv4, parseIPv6 } from "../address.ts";
import type { ModelAddress } from "../model/model.ts";
import type { Prefix } from "../read/objects.ts";
import type { Words } from "./words.ts";

/** State, then the address or the set's index. */
export function writeAddress4(array: Uint32Array, at: number, address: ModelAddress): void {
  array[at] = addressState(address);
  if (address === undefined) return;
  const value = typeof address === "string" ? parseIPv4(address) : address.set;
  // INVARIANT: the model holds canonical addresses only.
  if (value < 0) throw new RangeError(`${String(address)} is not an IPv4 address`);
  array[at + 1] = value;
}

/** The address that is written just now. */
const passing = /* @__PURE__ */ new Uint8Array(16);

/** State, then four words: the address, or the set's index and zeros. */
export function writeAddress6(array: Uint32Array, at: number, address: ModelAddress): void {
  array[at] = addressState(address);
  if (address === undefined) return;
  if (typeof address !== "string") {
    array[at + 1] = address.set;
    return;
  }
  const bytes = parseIPv6(address, false, passing);
  if (bytes === undefined) throw new RangeError(`${address} is not an IPv6 address`);
  for (let i = 0; i < 4; i++) array[at + 1 + i] = wordOf(bytes, i);
}

function addressState(address: ModelAddress): number {
  if (address === undefined) return ADDRESS_NONE;
  return typeof address === "string" ? ADDRESS_KNOWN : ADDRESS_OPEN;
}

/** Family, length, then four words of address. */
export function writePrefix(words: Words, prefix: Prefix): void {
  words.push(prefix.family);
  words.push(prefix.length);
  for (let i = 0; i < 4; i++) words.push(i * 4 < prefix.address.length ? wordOf(prefix.address, i) : 0);
}

/** The address's bits 32i to 32i+31, most significant first. */
export function wordOf(address: Uint8Array, i: number): number {
  const at = i * 4;
  return ((address[at]! << 24) | (address[at + 1]! << 16) | (address[at + 2]! << 8) | address[at + 3]!) >>> 0;
}
