/** Peers of a NetworkPolicy (semantics 2.3, 2.4). */
import type { Row } from "./row.ts";

export const PEER_ROWS: readonly Row[] = [
  [
    "an empty peer selects nothing and is refused",
    "required",
    "spec.ingress[0].from[0]",
    `{"ingress": [{"from": [▶{}]}]}`,
  ],
  [
    "a peer whose selectors are null is empty",
    "required",
    "spec.egress[0].to[1]",
    `{"egress": [{"to": [{"podSelector": {}}, ▶{"podSelector": null}]}]}`,
  ],
  [
    "ipBlock does not stand beside podSelector",
    "forbidden",
    "spec.ingress[0].from[0]",
    `{"ingress": [{"from": [▶{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]}]}`,
  ],
  [
    "ipBlock does not stand beside namespaceSelector",
    "forbidden",
    "spec.egress[0].to[0]",
    `{"egress": [{"to": [▶{"ipBlock": {"cidr": "10.0.0.0/8"}, "namespaceSelector": {}}]}]}`,
  ],
  ["a peer is a mapping", "invalid-type", "spec.ingress[0].from[0]", `{"ingress": [{"from": [▶"10.0.0.0/8"]}]}`],
  ["peers are a list", "invalid-type", "spec.ingress[0].from", `{"ingress": [{▶"from": {"podSelector": {}}}]}`],
  ["rules are a list", "invalid-type", "spec.ingress", `{▶"ingress": {}}`],
  ["a rule is a mapping, not null", "invalid-type", "spec.ingress[0]", `{"ingress": [▶null]}`],

  // ipBlock (2.4).
  [
    "ipBlock needs a cidr",
    "required",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{▶"ipBlock": {}}]}]}`,
  ],
  [
    "an empty cidr is none",
    "required",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶""}}]}]}`,
  ],
  [
    "a cidr is no bare address",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"10.0.0.1"}}]}]}`,
  ],
  [
    "an IPv4 prefix has at most 32 bits",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"10.0.0.0/33"}}]}]}`,
  ],
  [
    "an IPv6 prefix has at most 128 bits",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"::/129"}}]}]}`,
  ],
  [
    "an octet is at most 255",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"10.0.0.256/32"}}]}]}`,
  ],
  [
    "a cidr has no zone",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"fe80::%eth0/64"}}]}]}`,
  ],
  [
    "a cidr has no spaces",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶"10.0.0.0/8 "}}]}]}`,
  ],
  [
    "a cidr is a string",
    "invalid-type",
    "spec.ingress[0].from[0].ipBlock.cidr",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": ▶10}}]}]}`,
  ],
  [
    "an except is a CIDR",
    "invalid-cidr",
    "spec.ingress[0].from[0].ipBlock.except[1]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", ▶"10.2.0.0"]}}]}]}`,
  ],
  [
    "an except lies inside its cidr",
    "invalid-except",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": [▶"11.0.0.0/16"]}}]}]}`,
  ],
  [
    "an except equal to its cidr leaves nothing",
    "invalid-except",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": [▶"10.0.0.0/8"]}}]}]}`,
  ],
  [
    "an except is not wider than its cidr",
    "invalid-except",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": [▶"10.0.0.0/7"]}}]}]}`,
  ],
  [
    "an except is of its cidr's family",
    "invalid-except",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": [▶"2001:db8::/32"]}}]}]}`,
  ],
  [
    "an except is a string",
    "invalid-type",
    "spec.ingress[0].from[0].ipBlock.except[0]",
    `{"ingress": [{"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": [▶{}]}}]}]}`,
  ],
];
