/** What clusters have beside their applications (DNS, caches, charts' templates, system namespaces), as more cases of `sound.ts`. */
import { clusterPolicy, namespace, pod, policy, service } from "../../docs/objects.ts";
import { dns, egress, type MoreCases, peer, select } from "./cluster.ts";

const system = select({ "kubernetes.io/metadata.name": "kube-system" });
const toSystem = (port: number): object => ({
  to: [{ namespaceSelector: system }],
  ports: [
    { port, protocol: "UDP" },
    { port, protocol: "TCP" },
  ],
});
const dnsPorts = (number: number): object[] => [
  { name: "dns", containerPort: number, protocol: "UDP" },
  { name: "dns-tcp", containerPort: number, protocol: "TCP" },
];
/** DNS pods that listen elsewhere than on 53, and their Service. */
const dns8053 = pod("kube-system/dns", { labels: { "k8s-app": "kube-dns" }, ips: ["10.0.2.1"], ports: dnsPorts(8053) });
const dnsOf = (targetPort: number | string): object =>
  service("kube-system/kube-dns", {
    clusterIP: "10.96.0.10",
    selector: { "k8s-app": "kube-dns" },
    ports: [
      { name: "dns", port: 53, protocol: "UDP", targetPort },
      { name: "dns-tcp", port: 53, protocol: "TCP", targetPort },
    ],
  });
const openshift = [
  namespace("openshift-dns"),
  pod("openshift-dns/dns-default-1", {
    labels: { "dns.operator.openshift.io/daemonset-dns": "default" },
    ips: ["10.0.3.1"],
    ports: dnsPorts(5353),
  }),
];
const ownZone = (dnsPolicy: string): object[] => {
  const made = pod("shop/web-2", { labels: { zone: "own" }, ips: ["10.0.0.7"] }) as { spec: object };
  const out = {
    podSelector: select({ zone: "own" }),
    policyTypes: ["Egress"],
    egress: [{ to: [{ podSelector: {} }] }],
  };
  return [{ ...made, spec: { ...made.spec, dnsPolicy } }, policy("shop/web-2", out)];
};

const toDnsAddress = { ipBlock: { cidr: "10.96.0.10/32" } };
const nodeCache = pod("kube-system/node-local-dns", {
  labels: { "k8s-app": "node-local-dns" },
  hostNetwork: true,
  ips: ["192.0.2.1"],
});
const dbService = service("shop/db", {
  clusterIP: "10.96.0.5",
  selector: { app: "db" },
  ports: [{ port: 80, targetPort: 5432 }],
});
const toDbAddress = { ipBlock: { cidr: "10.96.0.5/32" } };
const toDbPods = { podSelector: select({ app: "db" }) };
const everywhere = egress({ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] });
const noMetadata = (subject: object): object =>
  clusterPolicy("no-metadata", "Admin", 1, {
    subject: { pods: { namespaceSelector: {}, podSelector: subject } },
    egress: [{ action: "Deny", to: [{ networks: ["169.254.169.254/32"] }] }],
  });

/** A Service of pods that do not run yet. */
const later = [
  service("shop/later", { clusterIP: "10.96.0.6", selector: { app: "later" }, ports: [{ port: 80 }] }),
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: "shop", name: "later" },
    spec: {
      selector: { matchLabels: { app: "later" } },
      template: { metadata: { labels: { app: "later" } }, spec: { containers: [{ name: "c" }] } },
    },
  },
];
const toLaterAddress = { ipBlock: { cidr: "10.96.0.6/32" } };

const serviceRange = {
  apiVersion: "networking.k8s.io/v1",
  kind: "ServiceCIDR",
  metadata: { name: "kubernetes" },
  spec: { cidrs: ["10.96.0.0/12"] },
};

const toServices = { ipBlock: { cidr: "10.96.0.0/16" } };

const apiServer = (flag: string): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "kube-system", name: "kube-apiserver-n1" },
  spec: { hostNetwork: true, containers: [{ name: "kube-apiserver", command: ["kube-apiserver", "--v=2", flag] }] },
  status: { podIPs: [{ ip: "192.0.2.10" }], hostIPs: [{ ip: "192.0.2.10" }] },
});

const hostDns = pod("kube-system/dns", {
  labels: { "k8s-app": "kube-dns" },
  hostNetwork: true,
  node: "a",
  ips: ["192.0.2.53"],
  hostIP: "192.0.2.53",
});

export const PLATFORM: Readonly<Record<string, MoreCases>> = {
  "dns-cut": {
    silent: {
      "DNS pods that listen where a Service translates 53 to": [dns8053, dnsOf("dns"), egress(toSystem(8053))],
      "DNS pods that listen elsewhere, by their ports' names": [dns8053, egress(toSystem(8053))],
      "pods with the name servers of their node": [dns, ...ownZone("Default")],
      "DNS on the host network, let in by its node's address": [
        hostDns,
        egress({ to: [{ ipBlock: { cidr: "192.0.2.53/32" } }], ports: [{ port: 53, protocol: "UDP" }] }),
      ],
      "DNS on the host network, of which the address is not known": [
        pod("kube-system/dns", { labels: { "k8s-app": "kube-dns" }, hostNetwork: true }),
        egress({ to: [{ ipBlock: { cidr: "192.0.2.0/24" } }] }),
      ],
      "pods with name servers of their own": [dns, ...ownZone("None")],
    },
    fires: {
      "53, which a Service translates": [
        [dns8053, dnsOf(8053), egress(toSystem(53))],
        /^`shop\/web` cannot reach `kube-system\/dns` on 8053\/UDP$/,
      ],
      "53 of OpenShift's DNS": [
        [...openshift, egress({ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: "UDP" }] })],
        /^`shop\/web` cannot reach `openshift-dns\/dns-default-1` on 5353\/UDP$/,
      ],
      "DNS on the host network": [
        [hostDns, egress(toSystem(53))],
        /^`shop\/web` cannot reach `kube-system\/dns` on 53\/UDP, which is on the host network, where no selector matches it$/,
      ],
      "DNS on the host network, on a port that a Service translates 53 to": [
        [
          hostDns,
          dnsOf(5353),
          egress({ to: [{ ipBlock: { cidr: "192.0.2.53/32" } }], ports: [{ port: 53, protocol: "UDP" }] }),
        ],
        /cannot reach `kube-system\/dns` on 5353\/UDP/,
      ],
      "pods that ask the cluster's first": [
        [dns, ...ownZone("ClusterFirst")],
        /^`shop\/web-2` cannot reach `kube-system\/dns` on 53\/UDP$/,
      ],
    },
  },
  "block-of-service": {
    silent: {
      "an address where the cache on each node listens": [
        dnsOf(53),
        dns,
        nodeCache,
        egress({ to: [toDnsAddress], ports: [{ port: 53, protocol: "UDP" }] }),
      ],
      "pods that reach what is behind it all the same": [dbService, egress({ to: [toDbAddress, toDbPods] })],
      "a range that holds only what they reach": [serviceRange, dbService, egress({ to: [toServices, toDbPods] })],
      "pods without addresses that another block may hold": [
        ...later,
        egress({ to: [toLaterAddress, { ipBlock: { cidr: "10.0.0.0/12" } }] }),
      ],
      "a block beside the range": [serviceRange, egress({ to: [{ ipBlock: { cidr: "198.51.100.0/24" } }] })],
      "a block around the range": [serviceRange, egress({ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] })],
      "an address of the API server": [
        serviceRange,
        service("default/kubernetes", { clusterIP: "10.96.0.1", ports: [{ port: 443 }] }),
        egress({ to: [{ ipBlock: { cidr: "10.96.0.1/32" } }] }),
      ],
      "a command line that says no range": [apiServer("--service-cluster-ip-range=all"), egress({ to: [toServices] })],
    },
    fires: {
      "a range that a ServiceCIDR has": [
        [serviceRange, egress({ to: [toServices] })],
        /^10\.96\.0\.0\/16 is in the Services' range 10\.96\.0\.0\/12, whose addresses no policy sees$/,
      ],
      "one address of it, of no Service that is known": [
        [serviceRange, egress({ to: [{ ipBlock: { cidr: "10.96.0.77/32" } }] })],
        /is in the Services' range 10\.96\.0\.0\/12/,
      ],
      "a range that the API server was told": [
        [apiServer("--service-cluster-ip-range=fd00:96::/112,10.96.0.0/12"), egress({ to: [toServices] })],
        /is in the Services' range 10\.96\.0\.0\/12/,
      ],
      "a range with a Service that they do not reach": [
        [serviceRange, dbService, egress({ to: [toServices] })],
        /^10\.96\.0\.0\/16 holds the address of Service `shop\/db`/,
      ],
      "pods without addresses": [
        [...later, egress({ to: [toLaterAddress] })],
        /holds the address of Service `shop\/later`/,
      ],
      "a port on which they do not": [
        [dbService, egress({ to: [toDbAddress, toDbPods], ports: [{ port: 80 }] })],
        /holds the address of Service `shop\/db`/,
      ],
      "an address of DNS without such a cache": [
        [dnsOf(53), dns, egress({ to: [toDnsAddress], ports: [{ port: 53, protocol: "UDP" }] })],
        /holds the address of Service `kube-system\/kube-dns`/,
      ],
      "a rule that denies": [
        [
          dbService,
          clusterPolicy("a", "Admin", 1, { egress: [{ action: "Deny", to: [{ networks: ["10.96.0.5/32"] }] }] }),
        ],
        /holds the address of Service `shop\/db`/,
      ],
    },
  },
  "metadata-address": {
    silent: { "a cluster-wide policy that denies it": [everywhere, noMetadata({})] },
    fires: { "one that denies it to others": [[everywhere, noMetadata(select({ app: "db" }))], /169\.254\.169\.254/] },
  },
  "unprotected-pods": {
    silent: { "a system namespace that nobody isolates": [dns, ...openshift, ...all("shop", "ops")] },
    fires: {
      "a system namespace where some are isolated": [
        [dns, policy("kube-system/p", { podSelector: select({ app: "x" }) }), ...all("shop", "ops")],
        /^no policy selects kube-system\/dns for ingress$/,
      ],
    },
  },
  "peer-matches-nothing": {
    silent: {
      "a label by which clients opt in, of none yet": [peer({ podSelector: select({ "db-client": "true" }) })],
    },
    fires: {
      "the same label of clients elsewhere": [
        [
          pod("ops/job", { labels: { "db-client": "true" }, ips: ["10.0.1.7"] }),
          peer({ podSelector: select({ "db-client": "true" }) }),
        ],
        /^no pod of `shop` has `db-client=true`; `ops\/job` is in another namespace$/,
      ],
      "one that a pod has with another value": [
        [
          pod("shop/job", { labels: { "db-client": "yes" }, ips: ["10.0.0.7"] }),
          peer({ podSelector: select({ "db-client": "true" }) }),
        ],
        /there is `db-client=yes`$/,
      ],
      "one that is spelt otherwise": [
        [
          pod("shop/job", { labels: { db_client: "true" }, ips: ["10.0.0.7"] }),
          peer({ podSelector: select({ "db-client": "true" }) }),
        ],
        /there is `db_client=true`$/,
      ],
    },
  },
};

function all(...namespaces: string[]): object[] {
  return namespaces.map((name) => policy(`${name}/all`, { podSelector: {} }));
}
