/** Ports of a NetworkPolicy (semantics 2.2). */
import { long, type Row } from "./row.ts";

export const PORT_ROWS: readonly Row[] = [
  [
    "a protocol is TCP, UDP or SCTP",
    "unsupported-value",
    "spec.ingress[0].ports[0].protocol",
    `{"ingress": [{"ports": [{"protocol": ▶"ICMP"}]}]}`,
  ],
  [
    "a protocol is upper case",
    "unsupported-value",
    "spec.egress[0].ports[0].protocol",
    `{"egress": [{"ports": [{"protocol": ▶"tcp", "port": 1}]}]}`,
  ],
  [
    "an empty protocol is none",
    "unsupported-value",
    "spec.ingress[0].ports[0].protocol",
    `{"ingress": [{"ports": [{"protocol": ▶""}]}]}`,
  ],
  ["a port is at least 1", "invalid-port", "spec.ingress[0].ports[0].port", `{"ingress": [{"ports": [{"port": ▶0}]}]}`],
  [
    "a port is at most 65535",
    "invalid-port",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶65536}]}]}`,
  ],
  [
    "a port is a whole number",
    "invalid-type",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶80.5}]}]}`,
  ],
  [
    "a port is no boolean",
    "invalid-type",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶true}]}]}`,
  ],
  [
    "a number in quotes is a port name, and needs a letter",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"80"}]}]}`,
  ],
  [
    "a port name is not empty",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶""}]}]}`,
  ],
  [
    "a port name has at most 15 characters",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"${long(16)}"}]}]}`,
  ],
  [
    "a port name is lower case",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"Http"}]}]}`,
  ],
  [
    "a port name has no underscore",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"a_b"}]}]}`,
  ],
  [
    "a port name has no double dash",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"a--b"}]}]}`,
  ],
  [
    "a port name does not start with a dash",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"-a"}]}]}`,
  ],
  [
    "a port name does not end with a dash",
    "invalid-port-name",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶"a-"}]}]}`,
  ],
  [
    "endPort is not below port",
    "invalid-port-range",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": 80, "endPort": ▶79}]}]}`,
  ],
  [
    "endPort is at most 65535",
    "invalid-port",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": 80, "endPort": ▶65536}]}]}`,
  ],
  [
    "endPort is at least 1",
    "invalid-port",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": 80, "endPort": ▶0}]}]}`,
  ],
  [
    "endPort is a number",
    "invalid-type",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": 80, "endPort": ▶"90"}]}]}`,
  ],
  [
    "endPort needs a port that is no name",
    "forbidden",
    "spec.ingress[0].ports[0].endPort",
    `{"ingress": [{"ports": [{"port": "http", "endPort": ▶90}]}]}`,
  ],
  [
    "endPort needs a port",
    "forbidden",
    "spec.egress[0].ports[0].endPort",
    `{"egress": [{"ports": [{"endPort": ▶90}]}]}`,
  ],
  [
    "endPort beside a port of a wrong type is no second problem",
    "invalid-type",
    "spec.ingress[0].ports[0].port",
    `{"ingress": [{"ports": [{"port": ▶true, "endPort": 90}]}]}`,
  ],
  ["ports is a list", "invalid-type", "spec.ingress[0].ports", `{"ingress": [{▶"ports": {"port": 80}}]}`],
  ["a list has no null items", "invalid-type", "spec.ingress[0].ports[0]", `{"ingress": [{"ports": [▶null]}]}`],
];
