/** IP addresses and CIDRs of objects other than policies. */
import { canonicalAddress, parsePrefix } from "../address.ts";
import type { Fields } from "./fields.ts";

/** An address as canonical text; reports what is none. */
export function readIP(fields: Fields, text: string, step: string | number): string | undefined {
  return canonicalAddress(text) ?? fields.fail("invalid-address", `\`${text}\` is not an IP address`, step);
}

/** A CIDR as it is written; reports what is none. */
export function readRange(fields: Fields, text: string, step: string | number): string | undefined {
  return parsePrefix(text) === undefined ? fields.fail("invalid-cidr", `\`${text}\` is not a CIDR`, step) : text;
}
