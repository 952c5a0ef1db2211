/** Clusters to measure on: pods in namespaces, and policies of the usual forms, from a seed. */

export interface Size {
  readonly name: string;
  readonly pods: number;
  readonly namespaces: number;
  readonly policies: number;
}

export const SIZES: readonly Size[] = [
  { name: "S", pods: 100, namespaces: 5, policies: 20 },
  { name: "M", pods: 1_000, namespaces: 20, policies: 200 },
  { name: "L", pods: 10_000, namespaces: 100, policies: 2_000 },
  { name: "XL", pods: 100_000, namespaces: 1_000, policies: 10_000 },
];

const PORTS = ["http", 80, 443, 5432, 6379, 8080, 9090];

/** Whole numbers below `bound`, from a xorshift generator. */
export type Random = (bound: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** A cluster's objects; pods of a namespace are of some of its eight applications. */
export function makeCluster(size: Size, random: Random): { objects: object[]; podNames: string[] } {
  const namespaces = Array.from({ length: size.namespaces }, (_, n) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: `ns-${n}`, labels: { team: `team-${n % 17}`, env: n % 3 === 0 ? "dev" : "prod" } },
  }));
  const pods = Array.from({ length: size.pods }, (_, i) => makePod(i, size, random));
  const policies = Array.from({ length: size.policies }, (_, i) => makePolicy(i, size, random));
  return {
    objects: [...namespaces, ...pods, ...policies],
    podNames: pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  };
}

function makePod(i: number, size: Size, random: Random) {
  const namespace = random(size.namespaces);
  const app = (namespace + random(8)) % 40;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `app-${app}-${i}`,
      namespace: `ns-${namespace}`,
      labels: { app: `app-${app}`, tier: app % 2 === 0 ? "front" : "back", "pod-template-hash": `h${random(5000)}` },
    },
    spec: {
      nodeName: `node-${random(Math.max(3, size.pods / 100))}`,
      containers: [{ name: "main", ports: [{ name: "http", containerPort: app % 5 === 0 ? 8081 : 8080 }] }],
    },
    status: { phase: "Running", podIPs: [{ ip: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}` }] },
  };
}

function makePolicy(i: number, size: Size, random: Random): object {
  const namespace = random(size.namespaces);
  const app = (): string => `app-${(namespace + random(8)) % 40}`;
  const peers = Array.from({ length: 1 + random(3) }, () => {
    switch (random(4)) {
      case 0:
        return { podSelector: { matchLabels: { app: app() } } };
      case 1:
        return {
          namespaceSelector: { matchLabels: { team: `team-${random(17)}` } },
          podSelector: { matchLabels: { tier: "front" } },
        };
      case 2:
        // As the docs ask for: addresses outside the cluster, but for one in eight.
        return {
          ipBlock: { cidr: random(8) === 0 ? `10.${random(2)}.0.0/17` : `172.${16 + random(16)}.${random(64)}.0/24` },
        };
      default:
        return { namespaceSelector: { matchLabels: { env: "prod" } } };
    }
  });
  const ports =
    random(20) === 0 ? [{ port: 9_000, endPort: 9_000 + random(200) }] : [{ port: PORTS[random(PORTS.length)] }];
  const rules = random(2) === 0 ? { ingress: [{ from: peers, ports }] } : { egress: [{ to: peers, ports }] };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `policy-${i}`, namespace: `ns-${namespace}` },
    spec: {
      podSelector: random(5) === 0 ? {} : { matchLabels: { app: app() } },
      policyTypes: ["ingress" in rules ? "Ingress" : "Egress"],
      ...rules,
    },
  };
}
