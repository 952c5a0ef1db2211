/** Runs of the command whose JSON, together, shows every member of every schema. */
import { readdirSync } from "node:fs";
import { CLUSTER } from "../cli/cluster.ts";

const SHOP = "examples/shop/manifests";
const STOREFRONT = "shop/storefront-7b6d5f4c9-9qvxn";
const PAYMENTS = "shop/payments-7c9b6d8f5-4ftgk";
const FUTURE = JSON.stringify({
  namespace: "shop",
  labels: { app: "web" },
  ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
  ips: ["10.1.0.99"],
  node: "node-a",
});

/** Files beside the examples, in a folder of their own. */
export const FILES: Readonly<Record<string, string>> = {
  "cluster.yaml": CLUSTER,
  "quarantine.yaml": `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: quarantine }
spec:
  tier: Admin
  priority: 5
  subject: { namespaces: {} }
  egress:
    - { action: Deny, to: [{ networks: [10.0.0.0/8] }, { nodes: { matchLabels: { kubernetes.io/os: linux } } }] }
`,
  "calico.yaml": `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: default-deny }
spec: {}
`,
  "cilium.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: cilium-config, namespace: kube-system }
data: { enable-policy: never, policy-audit-mode: perhaps }
`,
  "open.yaml": `apiVersion: v1
kind: Pod
metadata: { name: pending, namespace: shop, labels: { app: pending } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: pending, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ ipBlock: { cidr: 10.2.0.0/16 } }] }] }
`,
  "broken.yaml": CLUSTER.replace("port: 5432\n", "port: 70000\n"),
  "alias.yaml": `apiVersion: v1
kind: Service
metadata: { name: base, namespace: shop }
spec: { type: ExternalName, externalName: db.shop.svc.cluster.local }
`,
  "nodes.yaml": `apiVersion: v1
kind: Node
metadata: { name: node-a, labels: { kubernetes.io/os: linux } }
status: { addresses: [{ type: InternalIP, address: 10.9.0.1 }] }
`,
};

export interface Run {
  readonly schema: string;
  readonly args: readonly string[];
  readonly input?: string;
}

const flow = (from: string, to: string, ...rest: readonly string[]) => ["--from", from, "--to", to, ...rest];
const recipes = readdirSync("examples/recipes", { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** `@` stands for the folder of `FILES`. */
export const RUNS: readonly Run[] = [
  { schema: "check", args: ["check", SHOP, ...flow(STOREFRONT, "service:shop/catalog", "--port", "80")] },
  {
    schema: "check",
    args: [
      "check",
      SHOP,
      ...flow("pod:shop/cart-6f5b8d9c74-hh7rk", "ip:10.96.0.10", "--port", "53/UDP", "--family", "4"),
    ],
  },
  {
    schema: "check",
    args: [
      "check",
      SHOP,
      ...flow("workload:shop/CronJob/nightly-report", "shop/search-79c8f6d5b-zn4vq", "--port", "http"),
    ],
  },
  { schema: "check", args: ["check", SHOP, ...flow("node:node-c", "data/sessions-0", "--protocol", "ICMP")] },
  {
    schema: "check",
    args: [
      "check",
      "@cluster.yaml",
      "@calico.yaml",
      "@cilium.yaml",
      "--cni",
      "auto",
      ...flow(FUTURE, "shop/db-0", "--port", "5432"),
    ],
  },
  ...["cilium", "weave", "calico", "aws-vpc-cni", "kube-router"].map((cni) => ({
    schema: "check",
    args: ["check", "@cluster.yaml", "--cni", cni, ...flow("shop/web-0", "shop/db-0", "--protocol", "ICMP")],
  })),
  { schema: "check", args: ["check", "@broken.yaml", ...flow("shop/web-0", "shop/db-0", "--port", "1")] },
  { schema: "matrix", args: ["matrix", SHOP, "--port", "5432", "--family", "4"] },
  { schema: "matrix", args: ["matrix", SHOP, "--family", "4"] },
  { schema: "matrix", args: ["matrix", "@cluster.yaml", "@open.yaml", "--port", "80/UDP"] },
  { schema: "matrix", args: ["matrix", "@cluster.yaml", "@open.yaml"] },
  { schema: "matrix", args: ["matrix", "@broken.yaml"] },
  { schema: "check", args: ["check", "@cluster.yaml", "--form", "shop/web-0"] },
  {
    schema: "check-flows",
    args: ["check", SHOP, "--flows", "-"],
    input: [
      { from: STOREFRONT, to: { service: "shop/catalog" }, port: 80 },
      {
        from: { workload: "shop/CronJob/nightly-report" },
        to: { pod: "shop/search-79c8f6d5b-zn4vq" },
        port: "http",
        protocol: "TCP",
        family: 4,
      },
      { from: { ip: "198.51.100.7" }, to: { node: "node-a" }, port: 22 },
      { from: JSON.parse(FUTURE), to: PAYMENTS, port: 8080 },
      { from: "shop/nobody", to: PAYMENTS, port: 1 },
      { form: "shop/nobody" },
    ]
      .map((line) => JSON.stringify(line))
      .join("\n"),
  },
  ...["cilium", "weave", "aws-vpc-cni", "kube-router"].map((cni) => ({
    schema: "check-flows",
    args: ["check", "@cluster.yaml", "@calico.yaml", "--cni", cni, "--flows", "-"],
    input: "from,to,port,protocol\nshop/web-0,shop/db-0,,ICMP\nshop/web-0,shop/db-0,5432,\n",
  })),
  { schema: "check-flows", args: ["check", "@broken.yaml", "--flows", "-"], input: "" },
  { schema: "explain", args: ["explain", SHOP, ...flow(STOREFRONT, "service:shop/catalog", "--port", "80")] },
  { schema: "explain", args: ["explain", SHOP, ...flow(STOREFRONT, "data/orders-db-0", "--port", "5432")] },
  {
    schema: "explain",
    args: ["explain", "@cluster.yaml", "@alias.yaml", ...flow("shop/web-0", "service:shop/base", "--port", "15432")],
  },
  {
    schema: "explain",
    args: [
      "explain",
      SHOP,
      ...flow(
        "workload:shop/CronJob/nightly-report",
        "pod:shop/search-79c8f6d5b-zn4vq",
        "--port",
        "http",
        "--family",
        "4",
      ),
    ],
  },
  { schema: "explain", args: ["explain", SHOP, ...flow("ip:198.51.100.7", "node:node-a", "--protocol", "ICMP")] },
  {
    schema: "explain",
    args: ["explain", "@cluster.yaml", ...flow("shop/web-0", "shop/db-0", "--port", "5432"), "--cni", "cilium"],
  },
  ...["cilium", "weave", "aws-vpc-cni", "kube-router"].map((cni) => ({
    schema: "explain",
    args: [
      "explain",
      "@cluster.yaml",
      "@calico.yaml",
      "--cni",
      cni,
      ...flow(FUTURE, "shop/db-0", "--protocol", "ICMP"),
    ],
  })),
  {
    schema: "explain",
    args: ["explain", "@cluster.yaml", "@open.yaml", ...flow("203.0.113.9", "shop/db-0", "--port", "5432")],
  },
  { schema: "explain", args: ["explain", "@broken.yaml", ...flow("shop/web-0", "shop/db-0", "--port", "1")] },
  ...recipes.map(({ name }) => ({ schema: "lint", args: ["lint", `examples/recipes/${name}`, "--fail-on", "never"] })),
  { schema: "lint", args: ["lint", SHOP, "--suppress", "unprotected-pods=a demo"] },
  { schema: "lint", args: ["lint", "examples/lint"] },
  { schema: "lint", args: ["lint", "@broken.yaml"] },
  { schema: "lint", args: ["lint", SHOP, "--format", "text,json"] },
  { schema: "describe", args: ["describe", SHOP, "--in-state"] },
  { schema: "describe", args: ["describe", "@broken.yaml"] },
  { schema: "describe", args: ["describe", SHOP, "--policy", "data/nobody"] },
  { schema: "who", args: ["who", SHOP, "--pod", "data/orders-db-0"] },
  { schema: "who", args: ["who", SHOP, "--policy", "data/orders-db"] },
  {
    schema: "who",
    args: ["who", "@cluster.yaml", "@nodes.yaml", "@quarantine.yaml", "--policy", "ClusterNetworkPolicy/quarantine"],
  },
  { schema: "who", args: ["who", "@broken.yaml", "--policy", "shop/db"] },
  { schema: "cni", args: ["cni", "--of", "cilium@1.15.3,enable-sctp=true"] },
  { schema: "cni", args: ["cni", "@cilium.yaml"] },
  { schema: "cni", args: ["cni", "@cluster.yaml"] },
  { schema: "cni", args: ["cni", "--of", "cillium"] },
  { schema: "cni", args: ["cni", "@broken.yaml"] },
  { schema: "snapshot", args: ["snapshot", SHOP, "--out", "@shop.snapshot"] },
  { schema: "snapshot", args: ["snapshot", "@broken.yaml", "--out", "@broken.snapshot"] },
  { schema: "error", args: ["check", "@broken.yaml", ...flow("shop/web-0", "shop/db-0", "--port", "1")] },
  { schema: "error", args: ["lnt"] },
];
