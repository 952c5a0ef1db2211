/** Peers of a policy of the ordered tiers. */
import { egress, inBeta, policyOf, times, toPeer } from "../tier-policies.ts";
import type { TierRow } from "./row.ts";

const CNP = "ClusterNetworkPolicy";
const ANP = "AdminNetworkPolicy";
const BANP = "BaselineAdminNetworkPolicy";
const PEER = `{"namespaces": {}}`;
const networks = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, i) => `10.0.${i}.0/24`));
const domains = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, i) => `a${i}.b`));
const ACCEPT = `{"action": "Accept", "from": [${PEER}]}`;

export const TIER_PEER_ROWS: readonly TierRow[] = [
  [
    "from is required",
    "required",
    "spec.ingress[0].from",
    policyOf(CNP, `"ingress": [▶{"action": "Deny"}]`),
    policyOf(CNP, `"ingress": [${ACCEPT}]`),
  ],
  ["there is no empty list for anybody", "required", "spec.egress[0].to", egress(`▶"to": []`), toPeer(PEER)],
  [
    "25 peers at most",
    "too-many",
    "spec.egress[0].to",
    egress(`▶"to": ${times(26, PEER)}`),
    egress(`"to": ${times(25, PEER)}`),
  ],
  [
    "100 peers of the predecessor at most",
    "too-many",
    "spec.egress[0].to",
    egress(`▶"to": ${times(101, PEER)}`, BANP),
    egress(`"to": ${times(100, PEER)}`, BANP),
  ],
  ["a peer has a field", "required", "spec.egress[0].to[0]", toPeer("▶{}"), toPeer(PEER)],
  [
    "a peer has one field",
    "forbidden",
    "spec.egress[0].to[0]",
    toPeer(`▶{"namespaces": {}, "networks": ["10.0.0.0/8"]}`),
    toPeer(`{"networks": ["10.0.0.0/8"]}`),
  ],
  [
    "a known field beside an unknown one is one too many",
    "unknown-field",
    "spec.egress[0].to[0].services",
    toPeer(`{"namespaces": {}, ▶"services": {}}`),
    toPeer(`{"services": {}}`),
  ],
  [
    "podSelector is required",
    "required",
    "spec.egress[0].to[0].pods.podSelector",
    toPeer(`{▶"pods": {}}`),
    toPeer(`{"pods": {"podSelector": {}}}`),
  ],
  [
    "the predecessors require namespaceSelector",
    "required",
    "spec.egress[0].to[0].pods.namespaceSelector",
    toPeer(`{▶"pods": {"podSelector": {}}}`, ANP),
    toPeer(`{"pods": {"podSelector": {}, "namespaceSelector": {}}}`, ANP),
  ],
  [
    "a selector is a mapping",
    "invalid-type",
    "spec.egress[0].to[0].namespaces",
    toPeer(`{"namespaces": ▶"a"}`),
    toPeer(PEER),
  ],
  [
    "a selector has no other keys",
    "unknown-field",
    "spec.egress[0].to[0].namespaces.app",
    toPeer(`{"namespaces": {▶"app": "a"}}`),
    toPeer(`{"namespaces": {"matchLabels": {"app": "a"}}}`),
  ],
  [
    "an operator is required",
    "required",
    "spec.egress[0].to[0].nodes.matchExpressions[0].operator",
    toPeer(`{"nodes": {"matchExpressions": [▶{"key": "a"}]}}`),
    toPeer(`{"nodes": {"matchExpressions": [{"key": "a", "operator": "Exists"}]}}`),
  ],
  [
    "types count in a selector that is invalid too",
    "invalid-type",
    "spec.egress[0].to[0].nodes.matchLabels",
    toPeer(`{"nodes": {"matchLabels": {"a": ▶1}, "matchExpressions": [{"key": "a", "operator": "In"}]}}`),
    toPeer(`{"nodes": {"matchLabels": {"a": "1"}, "matchExpressions": [{"key": "a", "operator": "In"}]}}`),
  ],
  // networks and domains
  [
    "networks has an item",
    "required",
    "spec.egress[0].to[0].networks",
    toPeer(`{▶"networks": []}`),
    toPeer(`{"networks": ["::/0"]}`),
  ],
  [
    "25 networks at most",
    "too-many",
    "spec.egress[0].to[0].networks",
    toPeer(`{▶"networks": ${networks(26)}}`),
    toPeer(`{"networks": ${networks(25)}}`),
  ],
  [
    "a network is a CIDR",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[1]",
    toPeer(`{"networks": ["10.0.0.0/8", ▶"10.0.0.1"]}`),
    toPeer(`{"networks": ["10.0.0.0/8", "10.0.0.1/32"]}`),
  ],
  [
    "a network of v1beta1 has no bits beyond its prefix length",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    inBeta(toPeer(`{"networks": [▶"10.1.2.3/8"]}`)),
    inBeta(toPeer(`{"networks": ["10.0.0.0/8"]}`)),
  ],
  [
    "a network has no leading zeros",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"10.0.00.0/8"]}`),
    toPeer(`{"networks": ["10.0.0.0/8"]}`),
  ],
  [
    "a prefix length has no leading zeros",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"10.0.0.0/08"]}`),
    toPeer(`{"networks": ["0.0.0.0/0"]}`),
  ],
  [
    "a network is no IPv4-mapped IPv6",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"::ffff:10.0.0.0/104"]}`),
    toPeer(`{"networks": ["fd00::/8"]}`),
  ],
  [
    "nor one of less than 96 bits",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"::ffff:10.0.0.0/90"]}`),
    toPeer(`{"networks": ["::/90"]}`),
  ],
  [
    "a network has 43 characters at most",
    "invalid-cidr",
    "spec.egress[0].to[0].networks[0]",
    toPeer(`{"networks": [▶"0000:0000:0000:0000:0000:ffff:255.255.255.255/128"]}`),
    toPeer(`{"networks": ["2001:0db8:0000:0000:0000:0000:0000:0001/128"]}`),
  ],
  [
    "a domain's name has its form",
    "invalid-name",
    "spec.egress[0].to[0].domainNames[0]",
    toPeer(`{"domainNames": [▶"a.*.example.com"]}`),
    toPeer(`{"domainNames": ["*.Example.com."]}`),
  ],
  [
    "a domain has two labels",
    "invalid-name",
    "spec.egress[0].to[0].domainNames[0]",
    toPeer(`{"domainNames": [▶"localhost"]}`),
    toPeer(`{"domainNames": ["a.b"]}`),
  ],
  [
    "a network once",
    "forbidden",
    "spec.egress[0].to[0].networks[2]",
    toPeer(`{"networks": ["10.0.0.0/8", "::/0", ▶"10.0.0.0/8"]}`),
    toPeer(`{"networks": ["10.0.0.0/8", "::/0", "10.0.0.0/9"]}`),
  ],
  [
    "a domain once",
    "forbidden",
    "spec.egress[0].to[0].domainNames[1]",
    toPeer(`{"domainNames": ["a.b", ▶"a.b"]}`),
    // A set's items are compared as they are written.
    toPeer(`{"domainNames": ["a.b", "A.b"]}`),
  ],
  [
    "25 domains at most",
    "too-many",
    "spec.egress[0].to[0].domainNames",
    toPeer(`{▶"domainNames": ${domains(26)}}`),
    toPeer(`{"domainNames": ${domains(25)}}`),
  ],
  [
    "no domain beside Deny",
    "forbidden",
    "spec.egress[0].to[0].domainNames",
    policyOf(CNP, `"egress": [{"action": "Deny", "to": [{▶"domainNames": ["a.b"]}]}]`),
    toPeer(`{"domainNames": ["a.b"]}`),
  ],
  [
    "no domain beside Pass",
    "forbidden",
    "spec.egress[0].to[0].domainNames",
    policyOf(ANP, `"egress": [{"action": "Pass", "to": [{▶"domainNames": ["a.b"]}]}]`),
    toPeer(`{"domainNames": ["a.b"]}`, ANP),
  ],

  // what is gone
  [
    "sameLabels is gone",
    "unknown-field",
    "spec.egress[0].to[0].namespaces.sameLabels",
    toPeer(`{"namespaces": {▶"sameLabels": ["team"]}}`, ANP),
    toPeer(`{"namespaces": {"matchLabels": {"team": "a"}}}`, ANP),
  ],
  [
    "notSameLabels of pods is gone",
    "unknown-field",
    "spec.egress[0].to[0].pods.namespaces.notSameLabels",
    toPeer(`{"pods": {"namespaces": {▶"notSameLabels": ["team"]}, "podSelector": {}}}`, ANP),
    toPeer(`{"pods": {"namespaceSelector": {"matchLabels": {"team": "a"}}, "podSelector": {}}}`, ANP),
  ],
  [
    "sameLabels is no peer of an unknown kind",
    "unknown-field",
    "spec.egress[0].to[0].sameLabels",
    toPeer(`{▶"sameLabels": ["team"]}`),
    toPeer(`{"other": ["team"]}`),
  ],
];
