/** Where pods live: namespaces and nodes. */
import { nodeCount, type Size } from "./size.ts";

export function makeNamespaces({ namespaces }: Size): object[] {
  return Array.from({ length: namespaces }, (_, n) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: `ns-${n}`, labels: namespaceLabels(n) },
  }));
}

function namespaceLabels(n: number): Record<string, string> {
  const env = n % 3 === 0 ? "dev" : "prod";
  return { team: `team-${n % 17}`, env, ...(n % 10 === 0 ? { "monitoring.example.com/scrape": "true" } : {}) };
}

/** Each node has a /24 and a /64 for its pods. */
export function makeNodes(size: Size): object[] {
  return Array.from({ length: nodeCount(size) }, (_, n) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: `node-${n}`, labels: { "topology.kubernetes.io/zone": `zone-${n % 3}` } },
    spec: { podCIDRs: [`${podNetwork4(n)}.0/24`, `${podNetwork6(n)}::/64`] },
    status: { addresses: [{ type: "InternalIP", address: `192.168.${n >> 8}.${n & 255}` }] },
  }));
}

/** The first three bytes of the addresses of a node's pods. */
export function podNetwork4(node: number): string {
  return `10.${node >> 8}.${node & 255}`;
}

/** The first four groups of the IPv6 addresses of a node's pods. */
export function podNetwork6(node: number): string {
  return `fd00:10:${(node >> 8).toString(16)}:${(node & 255).toString(16)}`;
}
