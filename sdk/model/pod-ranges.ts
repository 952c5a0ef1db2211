/**
 * What pods get their addresses from: the option `podCIDRs`, which is taken as it is, or the `spec.podCIDRs` of the Nodes. Those
 * say it of the pods that they cover: not of a node that has none, and of nobody where some plugin's own ranges are in use.
 */
import { containsAddress, parseAddress, parsePrefix } from "../address.ts";
import type { NodeObject, PodObject, Prefix } from "../read/objects.ts";

/** What is looked at of a pod. */
export type PlacedPod = Pick<PodObject, "finished" | "hostNetwork" | "nodeName" | "ips">;

/** How a live pod tells that Nodes do not say where all pods are. */
export type Objection = "elsewhere" | "outside";

export class PodRanges {
  readonly prefixes: readonly Prefix[];
  /** By node; undefined where the option says it all. */
  readonly #ofNodes: ReadonlyMap<string, readonly Prefix[]> | undefined;
  readonly #pods: readonly PlacedPod[];
  #objections: ReadonlySet<Objection> | undefined;

  /** `pods`: those that there were when the state was loaded; looked at when it first matters. */
  constructor(option: readonly string[] | undefined, nodes: readonly NodeObject[], pods: readonly PlacedPod[]) {
    this.#pods = pods;
    if (option !== undefined) {
      this.prefixes = parsed(option);
      return;
    }
    this.#ofNodes = new Map(nodes.map(({ name, podCIDRs }) => [name, parsed(podCIDRs)]));
    this.prefixes = [...this.#ofNodes.values()].flat();
  }

  /** Whether the address of a pod on a node, or of one that may come to run on any, is in one of the prefixes. */
  areKnownOn(node: string | undefined): boolean {
    if (this.prefixes.length === 0) return false;
    if (this.#ofNodes === undefined) return true;
    this.#objections ??= this.#collect(this.#ofNodes);
    if (this.#objections.has("outside")) return false;
    return node === undefined ? !this.#objections.has("elsewhere") : (this.#ofNodes.get(node)?.length ?? 0) > 0;
  }

  /** `elsewhere`: it runs on a node that has no ranges. `outside`: its address is in none of its node's. */
  objectionOf({ finished, hostNetwork, nodeName, ips }: PlacedPod): Objection | undefined {
    if (this.#ofNodes === undefined || this.prefixes.length === 0 || finished || nodeName === undefined)
      return undefined;
    const ranges = this.#ofNodes.get(nodeName) ?? [];
    if (ranges.length === 0) return "elsewhere";
    return !hostNetwork && ips.some((ip) => !isInside(ip, ranges)) ? "outside" : undefined;
  }

  #collect(ofNodes: ReadonlyMap<string, readonly Prefix[]>): ReadonlySet<Objection> {
    const found = new Set<Objection>();
    for (const ranges of ofNodes.values()) if (ranges.length === 0) found.add("elsewhere");
    for (const pod of this.#pods) {
      const objection = this.objectionOf(pod);
      if (objection !== undefined) found.add(objection);
      if (objection === "outside") break;
    }
    return found;
  }
}

const parsed = (cidrs: readonly string[]): Prefix[] =>
  cidrs.map(parsePrefix).filter((prefix): prefix is Prefix => prefix !== undefined);

function isInside(ip: string, ranges: readonly Prefix[]): boolean {
  const address = parseAddress(ip);
  return (
    address !== undefined &&
    ranges.some((range) => range.family === address.family && containsAddress(range, address.bytes))
  );
}
