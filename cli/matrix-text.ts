/** Matrices and port sets in words. */
import type { MatrixCounts, PodGroup, PortSet, Ports } from "../bindings/inline.ts";

/** Names on a line before the rest is only counted. */
const NAMED = 3;

/** `a, b, c and 12 more`. */
export function namesText(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(", ")} and ${more} more` : names.join(", ");
}

/** `TCP 80, 8000-8099; UDP all`, then what is open. */
export function portsText({ allowed, undetermined }: PortSet): string {
  const open = protocolsText(undetermined);
  return [protocolsText(allowed), open && `undetermined: ${open}`].filter(Boolean).join("  ");
}

const LAST = 65535;

function protocolsText(ports: Ports): string {
  const said = (["TCP", "UDP", "SCTP"] as const).flatMap((protocol) => {
    const text = rangesText(ports[protocol]);
    return text === "" ? [] : [`${protocol} ${text}`];
  });
  if (said.length === 3 && said.every((text) => text.endsWith(" all")) && ports.portless) return "all";
  return [...said, ...(ports.portless ? ["ICMP"] : [])].join("; ");
}

function rangesText(ranges: readonly (readonly [number, number])[]): string {
  const [only] = ranges;
  if (ranges.length === 1 && only?.[0] === 1 && only[1] === LAST) return "all";
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

export function countsText({ allowed, denied, undetermined, withoutFamily }: MatrixCounts): string {
  const total = allowed + denied + undetermined + withoutFamily;
  const open = undetermined === 0 ? "" : `, ${undetermined} undetermined`;
  const apart = withoutFamily === 0 ? "" : `, ${withoutFamily} without a common address family`;
  return `${allowed} of ${total} pairs allowed${open}${apart}\n`;
}

export function totalText(groups: readonly PodGroup[]): string {
  const pods = groups.reduce((sum, { size }) => sum + size, 0);
  return `${pods} ${pods === 1 ? "pod" : "pods"} in ${groups.length} ${groups.length === 1 ? "group" : "groups"} that policies tell apart\n`;
}
