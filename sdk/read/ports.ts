/** Port numbers, port names and protocols, which rules, containers and Services share. */
import type { Fields } from "./fields.ts";
import { portNameFault } from "./names.ts";
import type { TransportProtocol } from "./objects.ts";

/** What is wrong with a port number, if anything. */
export function portNumberFault(port: number): string | undefined {
  return port >= 1 && port <= 65535 ? undefined : `the port ${port} is not between 1 and 65535`;
}

/** Reports a port name that is none. */
export function readPortName(fields: Fields, key: string, name: string): void {
  const fault = portNameFault(name);
  if (fault !== undefined) fields.fail("invalid-port-name", `the port name \`${name}\` ${fault}`, key);
}

/**
 * `protocol`, exact in case; undefined where it is absent or wrong. In a rule it is a pointer, so an empty text is wrong;
 * elsewhere an empty text is absent.
 */
export function readProtocol(fields: Fields, value: unknown, where: "rule" | "object"): TransportProtocol | undefined {
  const protocol = fields.string(value, "protocol");
  if (protocol === undefined || (protocol === "" && where === "object")) return undefined;
  if (protocol === "TCP" || protocol === "UDP" || protocol === "SCTP") return protocol;
  const message = `the protocol \`${protocol}\` is not \`TCP\`, \`UDP\` or \`SCTP\``;
  return fields.fail("unsupported-value", message, "protocol");
}
