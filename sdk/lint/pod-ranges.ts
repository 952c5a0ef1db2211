/** Where pods get their addresses from, as far as that is known. */
import { parsePrefix } from "../address.ts";
import type { Prefix } from "../read/objects.ts";
import type { LintContext } from "./context.ts";
import { compareText } from "./order.ts";

/** The option `podCIDRs`, or else the ranges of the Nodes. */
export function podRanges({ full: { options, objects } }: LintContext): readonly Prefix[] {
  return [...new Set(options.podCIDRs ?? objects.nodes.flatMap(({ podCIDRs }) => podCIDRs))]
    .sort(compareText)
    .flatMap((text) => parsePrefix(text) ?? []);
}
