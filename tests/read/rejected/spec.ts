/** Types and keys of a NetworkPolicy (semantics 2.7). */
import type { Row } from "./row.ts";

export const SPEC_ROWS: readonly Row[] = [
  // policyTypes (2.7).
  [
    "there are at most two policyTypes",
    "too-many",
    "spec.policyTypes",
    `{▶"policyTypes": ["Ingress", "Egress", "Ingress"]}`,
  ],
  [
    "a policyType is Ingress or Egress",
    "unsupported-value",
    "spec.policyTypes[1]",
    `{"policyTypes": ["Ingress", ▶"egress"]}`,
  ],
  ["a policyType is a string", "invalid-type", "spec.policyTypes[0]", `{"policyTypes": [▶1]}`],
  ["policyTypes is a list", "invalid-type", "spec.policyTypes", `{"policyTypes": ▶"Ingress"}`],

  // Unknown keys fail closed.
  ["the spec has no unknown keys", "unknown-field", "spec.ingres", `{▶"ingres": []}`],
  [
    "an ingress rule has no `to`",
    "unknown-field",
    "spec.ingress[0].to",
    `{"ingress": [{▶"to": [{"podSelector": {}}]}]}`,
  ],
  [
    "an egress rule has no `from`",
    "unknown-field",
    "spec.egress[0].from",
    `{"egress": [{▶"from": [{"podSelector": {}}]}]}`,
  ],
  [
    "a misspelt `from` does not mean from everywhere",
    "unknown-field",
    "spec.ingress[0].form",
    `{"ingress": [{▶"form": [{"podSelector": {}}]}]}`,
  ],
  ["an egress rule has no `_from`", "unknown-field", "spec.egress[0]._from", `{"egress": [{▶"_from": []}]}`],
  [
    "a peer has no unknown keys",
    "unknown-field",
    "spec.ingress[0].from[0].podselector",
    `{"ingress": [{"from": [{▶"podselector": {}}]}]}`,
  ],
  [
    "a port has no unknown keys",
    "unknown-field",
    "spec.ingress[0].ports[0].endport",
    `{"ingress": [{"ports": [{"port": 80, ▶"endport": 90}]}]}`,
  ],
  [
    "an ipBlock has no unknown keys",
    "unknown-field",
    "spec.ingress[0].from[0].ipBlock.expect",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", ▶"expect": []}}]}]}`,
  ],
  [
    "a selector has no unknown keys",
    "unknown-field",
    "spec.podSelector.matchLabel",
    `{"podSelector": {▶"matchLabel": {"a": "b"}}}`,
  ],
  [
    "a selector's labels stand under matchLabels",
    "unknown-field",
    "spec.podSelector.app",
    `{"podSelector": {▶"app": "web"}}`,
  ],
  [
    "an expression has no unknown keys",
    "unknown-field",
    "spec.podSelector.matchExpressions[0].value",
    `{"podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists", ▶"value": "x"}]}}`,
  ],
  ["the key __proto__ is unknown like any other", "unknown-field", "spec.__proto__", `{▶"__proto__": {}}`],
  [
    "the key constructor is unknown like any other",
    "unknown-field",
    "spec.ingress[0].constructor",
    `{"ingress": [{▶"constructor": {}}]}`,
  ],
  [
    "_from and from do not stand together",
    "forbidden",
    "spec.ingress[0]._from",
    `{"ingress": [{"from": [], ▶"_from": []}]}`,
  ],
];
