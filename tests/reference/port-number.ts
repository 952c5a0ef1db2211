/** The destination port of a flow. */
import type { End } from "./ends.ts";

/** Whether a value is a port that traffic can go to. */
export function isPortNumber(port: unknown): port is number {
  return typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** The number that a named port has on a pod: of the first container that declares it for the protocol. */
export function portOnEnd(end: End, name: string, protocol: string): number | undefined {
  if (end.kind !== "pod") return undefined;
  return end.pod.ports.find((port) => port.name === name && port.protocol === protocol)?.number;
}
