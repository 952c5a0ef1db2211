/** Port numbers, port names and protocols, which rules, containers and Services share. */
import { type Fields, isAbsent } from "./fields.ts";
import { portNameFault } from "./names.ts";
import type { TransportProtocol } from "./objects.ts";

/** Whether a number is one of a port; reports one that is not. */
export function checkPortNumber(fields: Fields, port: number, key: string): boolean {
  if (port >= 1 && port <= 65535) return true;
  fields.fail("invalid-port", `the port ${port} is not between 1 and 65535`, key);
  return false;
}

/** A required port number. */
export function readPortNumber(fields: Fields, value: unknown, key: string): number | undefined {
  if (isAbsent(value)) return fields.fail("required", `\`${key}\` is required`, key);
  const port = fields.integer(value, key);
  return port !== undefined && checkPortNumber(fields, port, key) ? port : undefined;
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
