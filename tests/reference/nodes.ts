/** What addresses nodes have: told by the Node, by the pods that run there, by the host-network pods that share them. */
import { type Address, parseAddress } from "./address.ts";
import type { Node, Pod } from "./objects.ts";
import { hostAddressesOf, loadedPod } from "./pods.ts";

/** Maps node names to their addresses, the preferred one first: InternalIP, ExternalIP, then what pods imply. */
export function nodeAddresses(nodes: readonly Node[], livePods: readonly Pod[]): Map<string, Address[]> {
  const table = new Map<string, Address[]>();
  const add = (name: string, addresses: readonly Address[]): void => {
    const known = table.get(name) ?? [];
    table.set(name, [...known, ...addresses.filter((address) => !known.some((other) => sameAddress(address, other)))]);
  };
  for (const node of nodes) {
    for (const type of ["InternalIP", "ExternalIP"]) {
      const ofType = (node.status?.addresses ?? []).filter((address) => address.type === type);
      add(
        node.metadata.name,
        ofType.map(({ address }) => parseAddress(address)).filter((address) => address !== undefined),
      );
    }
  }
  for (const pod of livePods) {
    const name = pod.spec?.nodeName;
    if (!name) continue;
    add(name, hostAddressesOf(pod));
    if (pod.spec?.hostNetwork === true) add(name, loadedPod(pod, "").addresses);
  }
  return table;
}

/** Whether two addresses are one. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}
