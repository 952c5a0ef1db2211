/** `ipBlock`: CIDRs as the API server reads them, and what about their spelling other readers take differently. */
import { containsPrefix, formatPrefix, readPrefix, type WrittenPrefix } from "../address.ts";
import type { Caveat } from "../types.ts";
import type { Fields } from "./fields.ts";
import type { IPBlock, Prefix } from "./objects.ts";

const IP_BLOCK_KEYS: ReadonlySet<string> = new Set(["cidr", "except"]);

export function readIPBlock(block: Fields, caveats: Caveat[]): IPBlock | undefined {
  block.onlyKnown(IP_BLOCK_KEYS);
  const text = block.requiredString("cidr");
  const cidr = text === undefined ? undefined : readCidr(block, text, caveats, "cidr");
  const except: Prefix[] = [];
  block.strings("except", (exceptText, i) => {
    const inner = readCidr(block, exceptText, caveats, "except", i);
    if (inner === undefined || cidr === undefined) return;
    // The API server compares the lengths as written, which differ from the real ones for IPv4-mapped IPv6.
    if (!containsPrefix(cidr.prefix, inner.prefix) || cidr.writtenLength >= inner.writtenLength) {
      block.fail("invalid-except", `\`${exceptText}\` is not a strict subset of \`${text}\``, "except", i);
    } else except.push(inner.prefix);
  });
  return cidr && { cidr: cidr.prefix, except };
}

function readCidr(
  block: Fields,
  text: string,
  caveats: Caveat[],
  ...steps: (string | number)[]
): WrittenPrefix | undefined {
  const written = readPrefix(text);
  if (written === undefined) {
    const hint = text.includes("/") ? "" : "; one address is `/32` (IPv6 `/128`)";
    return block.fail(
      "invalid-cidr",
      `\`${text}\` is not a CIDR such as \`10.9.8.0/24\` or \`2001:db8::/64\`${hint}`,
      ...steps,
    );
  }
  const oddities: string[] = [];
  if (written.hostBits) oddities.push("has bits set beyond the prefix length");
  if (written.leadingZeros) oddities.push("has leading zeros");
  if (written.mapped) oddities.push("is IPv4-mapped IPv6");
  if (oddities.length > 0) {
    const source = block.source(...steps);
    caveats.push({
      code: "ambiguous-cidr",
      message: `\`${text}\` ${oddities.join(" and ")}: read as \`${formatPrefix(written.prefix)}\`, as the API server does`,
      objects: [block.subject.reference],
      ...(source && { source }),
    });
  }
  return written;
}
