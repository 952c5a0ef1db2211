/** Addresses that no host has: semantics.md, "Ends". */
import type { FlowEnd } from "../../sdk/types.ts";
import { type Prefix, parseAddress, parsePrefix, width } from "./address.ts";
import { FlowError } from "./flow-error.ts";

/** No end at all. */
const NOBODY = ["127.0.0.0/8", "0.0.0.0/32", "::/127"].map(parsePrefix);
/** Destinations alone. */
const MANY = ["224.0.0.0/4", "255.255.255.255/32", "ff00::/8"].map(parsePrefix);

/** Refuses ends that are such addresses, and pods to come that would have them. */
export function refuseSpecial(end: FlowEnd, isSource: boolean): void {
  if (isSpecial(end, isSource)) throw new FlowError("invalid-flow", `no host has ${JSON.stringify(end)}`);
}

/** Whether an end is refused for its address. */
export function isSpecial(end: FlowEnd, isSource: boolean): boolean {
  if (typeof end === "number") return false;
  if (typeof end === "string") return isHeld(end, isSource);
  if ("namespace" in end) return (end.ips ?? []).some((ip) => isHeld(ip, true));
  return "ip" in end && isHeld(end.ip, isSource);
}

function isHeld(text: string, isSource: boolean): boolean {
  return [...NOBODY, ...(isSource ? MANY : [])].some((prefix) => holds(prefix, text));
}

function holds({ family, first, length }: Prefix, text: string): boolean {
  const address = parseAddress(text);
  if (address?.family !== family) return false;
  const hostBits = BigInt(width(family) - length);
  return address.value >> hostBits === first >> hostBits;
}
