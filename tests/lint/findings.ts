/** Findings of every sort, for what is made of them: with and without places, suppressed, with fixes, with odd characters. */
import { type Finding, lint, loadState } from "../../bindings/inline.ts";

const policies = (name: string, annotations = "{}"): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop, annotations: ${annotations} }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  egress:
    - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}-open, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
    - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
`;

/** The text behind those with places. */
export const POLICIES: string = policies("p");

const CLUSTER = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
`;

export const ODD_FILE = 'a b/#?%[1],c:d&"<é>.yaml';
export const ODD_REASON =
  'a reason with <tags> & "quotes", ]]>, ::error::, %0A,\ttabs,\nlines, \u0001\u001b[31m, \ud800 and 🙂';

const of = (input: Parameters<typeof loadState>[0], suppress = {}): readonly Finding[] =>
  lint(loadState(input), { suppress });

export const SORTS: Readonly<Record<string, readonly Finding[]>> = {
  none: of([CLUSTER]),
  "with places": of([CLUSTER, { file: "manifests/p.yaml", text: POLICIES }]),
  "of text without a name": of([CLUSTER, policies("p")]),
  "without places": of([
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "p", namespace: "shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress"], egress: [{}] },
    },
  ]),
  suppressed: of(
    [CLUSTER, { file: "p.yaml", text: policies("p", '{ netverdict.dev/suppress.dead-rules: "later" }') }],
    {
      "metadata-address": "an egress gateway cuts it",
    },
  ),
  "with odd characters": of(
    [CLUSTER, { file: ODD_FILE, text: policies("p", "{ netverdict.dev/suppress.nothing: x }") }],
    {
      "metadata-address": ODD_REASON,
    },
  ).map((finding) => ({ ...finding, message: `${finding.message} ${ODD_REASON}` })),
  "of files by absolute paths": of([CLUSTER, { file: "/srv/a b/p.yaml", text: policies("p") }]),
};
