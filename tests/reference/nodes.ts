/** What addresses nodes have: told by the Node, by the pods that run there, by the host-network pods that share them. */
import { type Address, parseAddress } from "./address.ts";
import type { Node, Pod } from "./objects.ts";
import { hostAddressesOf, loadedPod } from "./pods.ts";

/**
 * Maps node names to their addresses, the preferred one first: InternalIP, ExternalIP, then what pods imply, in an order that
 * that of the pods has no part in: by the first place in any pod's list, then IPv4 first, then by text.
 */
export function nodeAddresses(nodes: readonly Node[], livePods: readonly Pod[]): Map<string, Address[]> {
  const table = new Map<string, Address[]>();
  const ofType = (node: Node, type: string): Address[] =>
    (node.status?.addresses ?? [])
      .filter((address) => address.type === type)
      .flatMap(({ address }) => parseAddress(address) ?? []);
  // An ExternalIP that another node has too says nothing of who comes from it.
  const isOfAnother = (address: Address, node: Node): boolean =>
    nodes.some(
      (other) =>
        other !== node &&
        ["InternalIP", "ExternalIP"].some((type) => ofType(other, type).some((one) => sameAddress(one, address))),
    );
  const add = (name: string, addresses: readonly Address[]): void => {
    const known = table.get(name) ?? [];
    table.set(name, [...known, ...addresses.filter((address) => !known.some((other) => sameAddress(address, other)))]);
  };
  for (const node of nodes) {
    for (const type of ["InternalIP", "ExternalIP"]) {
      add(
        node.metadata.name,
        ofType(node, type).filter((address) => type === "InternalIP" || !isOfAnother(address, node)),
      );
    }
  }
  const told = new Map([...table].map(([name, addresses]) => [name, addresses.length]));
  const places = new Map<string, number>();
  for (const pod of livePods) {
    const name = pod.spec?.nodeName;
    if (!name) continue;
    const lists = [hostAddressesOf(pod), ...(pod.spec?.hostNetwork === true ? [loadedPod(pod, "").addresses] : [])];
    for (const list of lists) {
      list.forEach((address, place) => {
        const text = textOf(address);
        places.set(text, Math.min(place, places.get(text) ?? place));
      });
      add(name, list);
    }
  }
  const rank = (address: Address): string => `${places.get(textOf(address))} ${address.family} ${textOf(address)}`;
  for (const [name, addresses] of table) {
    const own = told.get(name) ?? 0;
    const implied = addresses.slice(own).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
    table.set(name, [...addresses.slice(0, own), ...implied]);
  }
  return table;
}

/** The addresses of type ExternalIP that no InternalIP is. */
export function externalAddresses(nodes: readonly Node[]): Address[] {
  const ofType = (wanted: string): Address[] =>
    nodes
      .flatMap((node) => node.status?.addresses ?? [])
      .flatMap(({ type, address }) => (type === wanted ? (parseAddress(address) ?? []) : []));
  const internal = ofType("InternalIP");
  return ofType("ExternalIP").filter((address) => !internal.some((other) => sameAddress(address, other)));
}

/** As the URL standard and Go spell it. */
function textOf({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - i * 16)) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

/** Whether two addresses are one. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}
