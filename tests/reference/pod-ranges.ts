/** Where pods without an address may get one: `podCIDRs`, or those of the Nodes as far as these say it (docs/semantics, ends). */
import type { LoadOptions } from "../../sdk/types.ts";
import { type Prefix, parsePrefix } from "./address.ts";
import type { PodFacts } from "./endpoint.ts";
import type { Node } from "./objects.ts";
import { inBlock } from "./prefix.ts";

/** The ranges of a pod on a node, or, without one, of a pod that may come to run on any; undefined where nothing says them. */
export type PodRanges = (node: string | undefined) => readonly Prefix[] | undefined;

export function podRangesOf(options: LoadOptions, nodes: readonly Node[], live: readonly PodFacts[]): PodRanges {
  if (options.podCIDRs !== undefined) {
    const given = options.podCIDRs.map(parsePrefix);
    return () => (given.length > 0 ? given : undefined);
  }
  const texts = new Map(nodes.map((node) => [node.metadata.name, rangesOfNode(node)]));
  const all = [...texts.values()].flat().map(parsePrefix);
  const has = (node: string): boolean => (texts.get(node) ?? []).length > 0;
  const placed = live.filter(({ nodeName }) => nodeName !== undefined) as (PodFacts & { readonly nodeName: string })[];
  const strays = placed.some(
    ({ hostNetwork, nodeName, addresses }) =>
      !hostNetwork &&
      has(nodeName) &&
      addresses.some((at) => (texts.get(nodeName) ?? []).every((cidr) => inBlock({ cidr }, { at }) === "no")),
  );
  if (all.length === 0 || strays) return () => undefined;
  const everywhere = [...texts.keys(), ...placed.map(({ nodeName }) => nodeName)].every(has);
  return (node) => ((node === undefined ? everywhere : has(node)) ? all : undefined);
}

/** The newer field, a range for each family, says more than the older one, its first item. */
function rangesOfNode({ spec }: Node): readonly string[] {
  return spec?.podCIDRs?.length ? spec.podCIDRs : spec?.podCIDR ? [spec.podCIDR] : [];
}
