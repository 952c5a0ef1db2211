/** IP addresses and CIDRs of objects other than policies. */
import { canonicalAddress, parsePrefix } from "../address.ts";
import type { Fields } from "./fields.ts";

/** An address as canonical text; reports what is none. */
export function readIP(fields: Fields, text: string, step: string | number): string | undefined {
  return canonicalAddress(text) ?? fields.fail("invalid-address", `\`${text}\` is not an IP address`, step);
}

/** Adds an address as canonical text to a list that has each once; reports what is none. */
export function pushAddress(into: string[], fields: Fields, text: string, step: string | number): void {
  const address = readIP(fields, text, step);
  if (address !== undefined && !into.includes(address)) into.push(address);
}

/** A CIDR as it is written; reports what is none. */
export function readRange(fields: Fields, text: string, step: string | number): string | undefined {
  return parsePrefix(text) === undefined ? fields.fail("invalid-cidr", `\`${text}\` is not a CIDR`, step) : text;
}
