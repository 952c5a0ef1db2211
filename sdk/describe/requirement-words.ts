/** Selectors, blocks and ports in plain words, in which AND and OR are always said. */
import { formatPrefix } from "../address.ts";
import type { NetworkPolicyPeer, NetworkPolicyPort, Requirement, Selector } from "../read/objects.ts";

/** `pods with app=web AND in namespaces with team=shop` */
export function peerWords(peer: NetworkPolicyPeer, namespace: string): string {
  if ("ipBlock" in peer) {
    const { cidr, except } = peer.ipBlock;
    const but = except.length === 0 ? "" : `, but not in ${except.map(formatPrefix).join(" and not in ")}`;
    return `addresses in ${formatPrefix(cidr)}${but}`;
  }
  const { podSelector = [], namespaceSelector } = peer;
  if (namespaceSelector === undefined) return podsOfWords(podSelector, namespace);
  const where = `in ${namespaceSelector.length === 0 ? "any namespace" : `namespaces with ${allOf(namespaceSelector)}`}`;
  if (podSelector.length === 0) return `every pod ${where}`;
  return `pods with ${allOf(podSelector)} AND ${where} (one item: both must hold)`;
}

/** `pods of namespace shop with app=db` */
export function podsOfWords(podSelector: Selector, namespace: string): string {
  if (podSelector.length === 0) return `every pod of namespace ${namespace}`;
  return `pods of namespace ${namespace} with ${allOf(podSelector)}`;
}

export function portWords(ports: readonly NetworkPolicyPort[]): string {
  if (ports.length === 0) return "every port of every protocol";
  return ports
    .map(({ protocol, port, endPort }) => {
      if (port === undefined) return `every ${protocol} port`;
      if (typeof port === "string") return `the ${protocol} port that the destination pod calls ${port}`;
      return endPort === undefined || endPort === port
        ? `${protocol} port ${port}`
        : `${protocol} ports ${port} to ${endPort}`;
    })
    .join(" OR ");
}

const allOf = (selector: Selector): string => selector.map(requirementWords).join(" AND ");

function requirementWords({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "In":
      return values.length === 1
        ? `${key}=${valueWords(values[0])}`
        : `${key} one of (${values.map(valueWords).join(", ")})`;
    case "NotIn":
      return `${key} missing or none of (${values.map(valueWords).join(", ")})`;
    case "Exists":
      return `${key} present`;
    case "DoesNotExist":
      return `${key} missing`;
  }
}

/** A label may have an empty value. */
const valueWords = (value = ""): string => (value === "" ? '""' : value);
