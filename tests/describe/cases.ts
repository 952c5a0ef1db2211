/** Policies whose descriptions by the real kubectl are in `outputs/`, under the name of each. */
import type { StoredPolicy } from "./kubectl.ts";

export interface DescribeCase {
  readonly policy: StoredPolicy;
  /** Default: UTC. */
  readonly timeZone?: string;
}

const CREATED = "2026-01-02T03:04:05Z";
const SUMMER = "2025-07-14T15:16:17Z";

function policy(name: string, spec: object, metadata: object = {}): StoredPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: "shop", creationTimestamp: CREATED, ...metadata },
    spec: spec as StoredPolicy["spec"],
  };
}

const EVERY_POD = { podSelector: {} };
const APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

const PLAIN: readonly StoredPolicy[] = [
  policy(
    "allow-all",
    { ...EVERY_POD, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] },
    { annotations: { [APPLIED]: '{"x":1}\n' } },
  ),
  policy("default-deny-all", { ...EVERY_POD, policyTypes: ["Ingress", "Egress"] }),
  policy("default-deny-ingress", { ...EVERY_POD, policyTypes: ["Ingress"] }),
  policy("egress-only", {
    podSelector: { matchLabels: { app: "web" } },
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "10.2.0.0/16"] } }] }],
  }),
  policy("ipblock-no-except", {
    ...EVERY_POD,
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ ipBlock: { cidr: "2001:db8::/32" } }] }],
  }),
  policy(
    "selectors",
    {
      podSelector: {
        matchLabels: { id2: "app2", id1: "app1" },
        matchExpressions: [
          { key: "tier", operator: "NotIn", values: ["z", "a"] },
          { key: "env", operator: "In", values: ["prod", "dev"] },
          { key: "has", operator: "Exists" },
          { key: "hasnot", operator: "DoesNotExist" },
        ],
      },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [
            { podSelector: {} },
            { namespaceSelector: {} },
            { namespaceSelector: { matchLabels: { a: "b" } }, podSelector: { matchLabels: { c: "d" } } },
          ],
          ports: [
            { protocol: "TCP", port: 80 },
            { protocol: "UDP", port: 8000, endPort: 9000 },
            { protocol: "TCP", port: "web" },
            { protocol: "SCTP" },
          ],
        },
        {},
      ],
    },
    { labels: { z: "1", a: "2" }, annotations: { note: "short", multi: "line one\nline two" } },
  ),
  policy("no-types", EVERY_POD),
  policy("no-types-egress", { ...EVERY_POD, egress: [{ ports: [{ port: 53, protocol: "UDP" }, { port: 53 }] }] }),
  policy("no-types-empty-lists", { ...EVERY_POD, policyTypes: [], ingress: [], egress: [] }),
  policy("types-twice", { ...EVERY_POD, policyTypes: ["Egress", "Egress"] }),
  policy("types-reversed", { ...EVERY_POD, policyTypes: ["Egress", "Ingress"], egress: [{ to: [], ports: [] }] }),
  policy("rules-without-effect", { ...EVERY_POD, policyTypes: ["Ingress"], egress: [{}] }),
  policy("ports", {
    ...EVERY_POD,
    ingress: [
      { ports: [{ port: 1 }, { port: 65535, protocol: "SCTP" }, { port: 80, endPort: 80 }, {}, { protocol: "UDP" }] },
      { ports: [{ port: "http-metrics" }, { port: "dns", protocol: "UDP" }, { port: 32000, endPort: 32768 }] },
    ],
  }),
  policy("same-key", {
    podSelector: {
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "app", operator: "NotIn", values: ["old"] },
        { key: "app", operator: "In", values: ["web"] },
        { key: "app", operator: "Exists" },
      ],
    },
  }),
  policy("keys-in-order", {
    podSelector: {
      matchLabels: {
        "a.b/c": "1",
        a: "",
        A: "x",
        "a-b": "y",
        "10": "ten",
        "9": "nine",
        "app.kubernetes.io/name": "web",
      },
      matchExpressions: [{ key: "app_x", operator: "In", values: ["b", "B", "10", "9", "", "a"] }],
    },
    ingress: [
      { from: [{ namespaceSelector: { matchExpressions: [{ key: "x", operator: "NotIn", values: ["only"] }] } }] },
    ],
  }),
  policy("many-rules", {
    podSelector: { matchLabels: { app: "db" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      { from: [{ podSelector: { matchLabels: { app: "web" } } }, { podSelector: { matchLabels: { app: "api" } } }] },
      { ports: [{ port: 9100 }], from: [{ namespaceSelector: { matchLabels: { team: "ops" } } }] },
      { from: [{ ipBlock: { cidr: "192.168.0.0/16", except: ["192.168.3.0/24"] } }, { ipBlock: { cidr: "::/0" } }] },
    ],
    egress: [
      { to: [{ ipBlock: { cidr: "10.1.2.3/8", except: [] } }], ports: [{ port: 443 }] },
      { to: [{ namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }] },
      {},
    ],
  }),
  policy("no-time", EVERY_POD, { creationTimestamp: null }),
  policy("fraction", EVERY_POD, { creationTimestamp: "2026-01-02T03:04:05.120300Z" }),
  policy("other-offset", EVERY_POD, { creationTimestamp: "2026-01-02T03:04:05+05:30" }),
  policy("annotations", EVERY_POD, {
    labels: { empty: "", "app.kubernetes.io/part-of": "shop" },
    annotations: {
      [APPLIED]: '{"apiVersion":"networking.k8s.io/v1"}\n',
      empty: "",
      "line-feed": "\n",
      trailing: "one\n\n",
      blank: "one\n\ntwo\n",
      long: "x".repeat(140),
      "fits-just": "y".repeat(140 - 2 - "fits-just".length),
      "does-not-fit": "y".repeat(140 - 1 - "does-not-fit".length),
      "long-lines": `${"a".repeat(138)}\n${"b".repeat(139)}\nshort`,
      "cut-inside-a-character": `${"a".repeat(137)}é and more`,
      umlauts: "ü".repeat(60),
      "escape-and-return": "\u001b[31mred\u001b[0m\r\nand\rmore",
      tabs: "a\tb\tc",
      "tabs-below": "longer cell\tb",
      vertical: "a\vb",
      feed: "a\fb",
      tabbed: "one\ttwo\nlonger one\ttwo\tthree\nx",
      wide: "日本語\ttwo",
    },
  }),
  policy("one-hidden-annotation-and-another", EVERY_POD, { annotations: { [APPLIED]: "{}", other: "x" } }),
];

const ZONES = {
  "America/New_York": ["new-york-winter", "new-york-summer"],
  "Europe/Berlin": ["berlin-winter", "berlin-summer"],
  "Asia/Kolkata": ["kolkata"],
  "Asia/Kathmandu": ["kathmandu"],
  "Asia/Karachi": ["karachi"],
  "Asia/Tashkent": ["tashkent"],
  "America/Sao_Paulo": ["sao-paulo"],
  "America/St_Johns": ["st-johns-winter", "st-johns-summer"],
  "Australia/Lord_Howe": ["lord-howe-summer", "lord-howe-winter"],
  "Pacific/Chatham": ["chatham"],
  "Etc/GMT+5": ["gmt-plus-5"],
} as const;

export const CASES: readonly DescribeCase[] = [
  ...PLAIN.map((one) => ({ policy: one })),
  ...Object.entries(ZONES).flatMap(([timeZone, [winter, summer]]) => [
    { policy: policy(winter, EVERY_POD), timeZone },
    ...(summer === undefined ? [] : [{ policy: policy(summer, EVERY_POD, { creationTimestamp: SUMMER }), timeZone }]),
  ]),
  {
    policy: policy("istanbul-2015", EVERY_POD, { creationTimestamp: "2015-07-01T00:00:00Z" }),
    timeZone: "Europe/Istanbul",
  },
  {
    policy: policy("istanbul-2018", EVERY_POD, { creationTimestamp: "2018-07-01T00:00:00Z" }),
    timeZone: "Europe/Istanbul",
  },
  { policy: policy("no-time-elsewhere", EVERY_POD, { creationTimestamp: null }), timeZone: "Asia/Tokyo" },
];
