/** Addresses that no host has as its own: RFC 1122 and RFC 4291 say what they are for. */
import { type Address, formatAddress } from "../address.ts";
import type { Path } from "../errors.ts";
import { flowError } from "./flow-error.ts";

/**
 * Link-local addresses are not among them: a metadata service and a node's DNS cache listen there, and are judged as any other
 * address.
 */
type SpecialAddress = "loopback" | "unspecified" | "multicast" | "broadcast";

/** Undefined for what a host can have. */
function specialAddress({ family, bytes }: Address): SpecialAddress | undefined {
  const [first = 0] = bytes;
  if (family === 4) {
    if (first === 127) return "loopback";
    if (first >= 224 && first < 240) return "multicast";
    if (bytes.every((byte) => byte === 0)) return "unspecified";
    return bytes.every((byte) => byte === 255) ? "broadcast" : undefined;
  }
  if (first === 255) return "multicast";
  if (bytes.subarray(0, 15).some((byte) => byte !== 0)) return undefined;
  return bytes[15] === 0 ? "unspecified" : bytes[15] === 1 ? "loopback" : undefined;
}

/** Whether many hosts receive what is sent to it. */
export function isForMany(address: Address): boolean {
  const special = specialAddress(address);
  return special === "multicast" || special === "broadcast";
}

/**
 * Refuses an address as the end of a flow: what is sent to a loopback address never leaves the host, and no packet between
 * hosts comes from any of these. Multicast and broadcast are destinations.
 *
 * @throws NetverdictError `invalid-flow`
 */
export function refuseSpecial(address: Address, side: "from" | "to", path: Path): void {
  const special = specialAddress(address);
  if (special === undefined || (side === "to" && isForMany(address))) return;
  const text = formatAddress(address.bytes);
  throw flowError("invalid-flow", path, `\`${text}\` ${REASONS[special]}`);
}

const REASONS: Readonly<Record<SpecialAddress, string>> = {
  loopback:
    "is a loopback address: what is sent to or from it never leaves the pod or node, so no policy can stop it. Name the pod, or give an address that it has on the network",
  unspecified: "is the unspecified address, which stands for none: give one that a host has",
  multicast: "is a multicast address, which no packet comes from: give one that a host has",
  broadcast: "is the broadcast address, which no packet comes from: give one that a host has",
};
