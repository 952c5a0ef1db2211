/** Protocols and port numbers, as all that asks of them has them. */
import { SLOT_PORTLESS, SLOT_SCTP, SLOT_TCP, SLOT_UDP } from "../assembly/abi.ts";
import type { Protocol } from "./types.ts";

export const LAST_PORT = 65_535;

/** Whether a value is a port that traffic can go to. */
export function isPort(port: unknown): port is number {
  return typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= LAST_PORT;
}

/** The slot of each protocol; those without ports share one. */
export const SLOTS: Readonly<Record<Protocol, number>> = {
  TCP: SLOT_TCP,
  UDP: SLOT_UDP,
  SCTP: SLOT_SCTP,
  ICMP: SLOT_PORTLESS,
  ICMPv6: SLOT_PORTLESS,
};
