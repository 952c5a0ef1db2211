/** Host-network pods and the pods on their own nodes: the pairs that groups cannot answer for. */
import { addTo } from "../add-to.ts";
import { familyBetween, type Group, type Grouping } from "./grouping.ts";

/** One such pair, by place. */
export interface OwnNodePair {
  readonly from: number;
  readonly to: number;
  readonly source: Group;
  readonly destination: Group;
  readonly family: 4 | 6;
}

/** All pairs of a host-network pod and a pod on its node that share a family. */
export function* ownNodePairs({ hostOf, nodeOf, groupOf, groups }: Grouping): Generator<OwnNodePair, void, undefined> {
  const hosts = new Map<number, number[]>();
  hostOf.forEach((node, place) => {
    if (node >= 0) addTo(hosts, node, place);
  });
  if (hosts.size === 0) return;
  for (let to = 0; to < nodeOf.length; to++) {
    const destination = groups[groupOf[to] ?? 0];
    for (const from of hosts.get(nodeOf[to] ?? -1) ?? []) {
      const source = groups[groupOf[from] ?? 0];
      if (source === undefined || destination === undefined) continue;
      const family = familyBetween(source, destination.segment);
      if (family !== undefined) yield { from, to, source, destination, family };
    }
  }
}
