/** `ipBlock`: CIDRs as the API server reads them, and what about their spelling other readers take differently. */
import { containsPrefix, formatPrefix, readPrefix, type WrittenPrefix } from "../address.ts";
import type { Path } from "../errors.ts";
import type { Caveat } from "../types.ts";
import type { Fields, Raw } from "./fields.ts";
import type { IPBlock, Prefix } from "./objects.ts";

const IP_BLOCK_KEYS: ReadonlySet<string> = new Set(["cidr", "except"]);
const NO_EXCEPTS: readonly Prefix[] = [];

/** An `ipBlock`, which has been entered. */
export function readIPBlock(fields: Fields, block: Raw, caveats: Caveat[]): IPBlock | undefined {
  fields.onlyKnown(block, IP_BLOCK_KEYS);
  const text = fields.requiredString(block.cidr, "cidr");
  const cidr = text === undefined ? undefined : readCidr(fields, text, caveats, "cidr");
  const list = fields.list(block.except, "except");
  if (list.length === 0) return cidr && { cidr: cidr.prefix, except: NO_EXCEPTS };
  const except: Prefix[] = [];
  fields.enter("except");
  for (let i = 0; i < list.length; i++) {
    const exceptText = fields.text(list[i], i);
    const inner = exceptText === undefined ? undefined : readCidr(fields, exceptText, caveats, i);
    if (inner === undefined || cidr === undefined) continue;
    // The API server compares the lengths as written, which differ from the real ones for IPv4-mapped IPv6.
    if (!containsPrefix(cidr.prefix, inner.prefix) || cidr.writtenLength >= inner.writtenLength) {
      fields.fail("invalid-except", `\`${exceptText}\` is not a strict subset of \`${text}\``, i);
    } else except.push(inner.prefix);
  }
  fields.leave();
  return cidr && { cidr: cidr.prefix, except };
}

/** One CIDR, which lies at `step`; what is odd about its spelling becomes a caveat. */
export function readCidr(
  fields: Fields,
  text: string,
  caveats: Caveat[],
  step: Path[number],
): WrittenPrefix | undefined {
  const written = readPrefix(text);
  if (written === undefined) {
    const hint = text.includes("/") ? "" : "; one address is `/32` (IPv6 `/128`)";
    const message = `\`${text}\` is not a CIDR such as \`10.9.8.0/24\` or \`2001:db8::/64\`${hint}`;
    return fields.fail("invalid-cidr", message, step);
  }
  if (written.hostBits || written.leadingZeros || written.mapped) noteOddities(fields, text, written, caveats, step);
  return written;
}

function noteOddities(
  fields: Fields,
  text: string,
  written: WrittenPrefix,
  caveats: Caveat[],
  step: Path[number],
): void {
  const oddities: string[] = [];
  if (written.hostBits) oddities.push("has bits set beyond the prefix length");
  if (written.leadingZeros) oddities.push("has leading zeros");
  if (written.mapped) oddities.push("is IPv4-mapped IPv6");
  const source = fields.source(step);
  caveats.push({
    code: "ambiguous-cidr",
    message: `\`${text}\` ${oddities.join(" and ")}: read as \`${formatPrefix(written.prefix)}\`, as the API server does`,
    objects: [fields.reference],
    ...(source && { source }),
  });
}
