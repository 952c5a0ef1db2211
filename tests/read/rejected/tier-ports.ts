/** Protocols and ports of a policy of the ordered tiers. */
import { atPorts, egress, policyOf, times } from "../tier-policies.ts";
import type { TierRow } from "./row.ts";

const CNP = "ClusterNetworkPolicy";
const ANP = "AdminNetworkPolicy";
const BANP = "BaselineAdminNetworkPolicy";
const PEER = `{"namespaces": {}}`;
const NUMBER = `{"tcp": {"destinationPort": {"number": 1}}}`;

export const TIER_PORT_ROWS: readonly TierRow[] = [
  // protocols
  [
    "an empty list of protocols is none",
    "required",
    "spec.egress[0].protocols",
    atPorts("[]").replace(`"protocols"`, `▶"protocols"`),
    egress(`"to": [${PEER}], "protocols": null`),
  ],
  [
    "25 protocols at most",
    "too-many",
    "spec.egress[0].protocols",
    atPorts(times(26, NUMBER)).replace(`"protocols"`, `▶"protocols"`),
    atPorts(times(25, NUMBER)),
  ],
  ["a protocol has a field", "required", "spec.egress[0].protocols[0]", atPorts("[▶{}]"), atPorts(`[{"tcp": {}}]`)],
  [
    "a protocol has one field",
    "forbidden",
    "spec.egress[0].protocols[0]",
    atPorts(`[▶{"tcp": {}, "udp": {}}]`),
    atPorts(`[{"tcp": {}}, {"udp": {}}]`),
  ],
  [
    "a protocol is of a known field",
    "unknown-field",
    "spec.egress[0].protocols[0].icmp",
    atPorts(`[{▶"icmp": {}}]`),
    atPorts(`[{"sctp": {}}]`),
  ],
  [
    "a destination port has a field",
    "required",
    "spec.egress[0].protocols[0].tcp.destinationPort",
    atPorts(`[{"tcp": {▶"destinationPort": {}}}]`),
    atPorts(`[${NUMBER}]`),
  ],
  [
    "a destination port has one field",
    "forbidden",
    "spec.egress[0].protocols[0].udp.destinationPort",
    atPorts(`[{"udp": {▶"destinationPort": {"number": 1, "range": {"start": 1, "end": 2}}}}]`),
    atPorts(`[{"udp": {"destinationPort": {"range": {"start": 1, "end": 2}}}}]`),
  ],
  [
    "a number is at least 1",
    "invalid-port",
    "spec.egress[0].protocols[0].tcp.destinationPort.number",
    atPorts(`[{"tcp": {"destinationPort": {"number": ▶0}}}]`),
    atPorts(`[${NUMBER}]`),
  ],
  [
    "a number is at most 65535",
    "invalid-port",
    "spec.egress[0].protocols[0].tcp.destinationPort.number",
    atPorts(`[{"tcp": {"destinationPort": {"number": ▶65536}}}]`),
    atPorts(`[{"tcp": {"destinationPort": {"number": 65535}}}]`),
  ],
  [
    "a range has an end",
    "required",
    "spec.egress[0].protocols[0].tcp.destinationPort.range.end",
    atPorts(`[{"tcp": {"destinationPort": {▶"range": {"start": 1}}}}]`),
    atPorts(`[{"tcp": {"destinationPort": {"range": {"start": 1, "end": 65535}}}}]`),
  ],
  [
    "a range's start is less than its end",
    "invalid-port-range",
    "spec.egress[0].protocols[0].tcp.destinationPort.range.start",
    atPorts(`[{"tcp": {"destinationPort": {"range": {"start": ▶80, "end": 80}}}}]`),
    atPorts(`[{"tcp": {"destinationPort": {"range": {"start": 80, "end": 81}}}}]`),
  ],
  [
    "a named port has a name",
    "invalid-port-name",
    "spec.egress[0].protocols[0].destinationNamedPort",
    atPorts(`[{"destinationNamedPort": ▶""}]`),
    // The CRDs hold it to no grammar.
    atPorts(`[{"destinationNamedPort": "A name that no port has"}]`),
  ],
  // ports
  [
    "an empty list of ports is none",
    "required",
    "spec.egress[0].ports",
    atPorts("[]", ANP).replace(`"ports"`, `▶"ports"`),
    egress(`"to": [${PEER}]`, ANP),
  ],
  [
    "100 ports at most",
    "too-many",
    "spec.egress[0].ports",
    atPorts(times(101, `{"namedPort": "a"}`), ANP).replace(`"ports"`, `▶"ports"`),
    atPorts(times(100, `{"namedPort": "a"}`), ANP),
  ],
  [
    "a port has one field",
    "forbidden",
    "spec.egress[0].ports[0]",
    atPorts(`[▶{"namedPort": "a", "portNumber": {"port": 1}}]`, ANP),
    atPorts(`[{"portNumber": {"port": 1}}]`, ANP),
  ],
  [
    "a port has a field",
    "required",
    "spec.egress[0].ports[0]",
    atPorts("[▶{}]", BANP),
    atPorts(`[{"portNumber": {"port": 1}}]`, BANP),
  ],
  [
    "a port's protocol is TCP, UDP or SCTP",
    "unsupported-value",
    "spec.egress[0].ports[0].portNumber.protocol",
    atPorts(`[{"portNumber": {"port": 1, "protocol": ▶"tcp"}}]`, ANP),
    atPorts(`[{"portNumber": {"port": 1, "protocol": "SCTP"}}]`, ANP),
  ],
  [
    "a port's number is required",
    "required",
    "spec.egress[0].ports[0].portNumber.port",
    atPorts(`[{▶"portNumber": {}}]`, ANP),
    atPorts(`[{"portNumber": {"port": 1}}]`, ANP),
  ],
  [
    "an end is a port",
    "invalid-port",
    "spec.egress[0].ports[0].portRange.end",
    atPorts(`[{"portRange": {"start": 1, "end": ▶70000}}]`, ANP),
    atPorts(`[{"portRange": {"start": 7, "end": 7}}]`, ANP),
  ],
  // named ports
  [
    "no named port beside networks",
    "forbidden",
    "spec.egress[0].protocols",
    policyOf(
      CNP,
      `"egress": [{"action": "Deny", "to": [{"namespaces": {}}, {"networks": ["::/0"]}], ▶"protocols": [{"destinationNamedPort": "a"}]}]`,
    ),
    egress(`"to": [{"networks": ["::/0"]}], "protocols": [${NUMBER}]`),
  ],
  [
    "no named port beside nodes",
    "forbidden",
    "spec.egress[0].ports",
    policyOf(ANP, `"egress": [{"action": "Deny", "to": [{"nodes": {}}], ▶"ports": [{"namedPort": "a"}]}]`),
    egress(`"to": [{"nodes": {}}]`, ANP),
  ],
  [
    "no named port beside domains",
    "forbidden",
    "spec.egress[0].protocols",
    policyOf(
      CNP,
      `"egress": [{"action": "Accept", "to": [{"domainNames": ["a.b"]}], ▶"protocols": [${NUMBER}, {"destinationNamedPort": "a"}]}]`,
    ),
    atPorts(`[${NUMBER}, {"destinationNamedPort": "a"}]`),
  ],
];
