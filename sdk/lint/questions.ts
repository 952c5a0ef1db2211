/** Questions that rules ask the core: would this pod's side, or that one's, let a flow pass. */
import { SLOT_PORTLESS } from "../../assembly/abi.ts";
import type { LivePodEntry } from "../model/directory.ts";
import type { Direction, ModelRulePort } from "../model/model.ts";
import { LAST_PORT, SLOTS } from "../ports.ts";
import type { TransportProtocol } from "../read/objects.ts";
import type { Side } from "../types.ts";
import { type Answer, decodeAnswer } from "../wasm/decode.ts";
import type { LintContext } from "./context.ts";

/** A port to ask about: one of abi's SLOT_…, and its number. */
export interface AskedPort {
  readonly slot: number;
  readonly port: number;
}

/** As in `5432/TCP`. */
export function portText({ slot, port }: AskedPort): string {
  if (slot === SLOT_PORTLESS) return "protocols without ports";
  return `${port}/${Object.entries(SLOTS).find(([, one]) => one === slot)?.[0]}`;
}

/** What the core says of two endpoints in one family. */
export function ask(
  { internals }: LintContext,
  from: number,
  to: number,
  family: 4 | 6,
  { slot, port }: AskedPort,
  distinct = false,
): Answer {
  return decodeAnswer(internals.engine.evaluatePair(from, to, family, slot, port, distinct));
}

export function sideOf(answer: Answer, direction: Direction): Side {
  return direction === "egress" ? answer.egress : answer.ingress;
}

type Families = Pick<LivePodEntry, "families">;

/** The families in which two ends can talk. */
export function sharedFamilies(from: Families, to: Families): readonly (4 | 6)[] {
  return from.families.filter((family) => to.families.includes(family));
}

/**
 * Enough ports of a rule to know whether any of them passes: what the policies of a state say changes only at the ports
 * that they name. Undefined where that would be more than `most`.
 */
export function samplePorts(
  ports: readonly ModelRulePort[],
  to: LivePodEntry,
  bounds: readonly number[],
  most: number,
): readonly AskedPort[] | undefined {
  const asked = new Map<number, AskedPort>();
  const add = (slot: number, port: number): void => {
    asked.set(slot * (LAST_PORT + 1) + port, { slot, port });
  };
  const addRange = (protocol: TransportProtocol, first: number, last: number): void => {
    const low = Math.max(first, 1);
    add(SLOTS[protocol], low);
    const own = to.ports.map(({ containerPort }) => containerPort);
    for (const port of [...bounds, ...own]) {
      // A named port ends where another one may begin.
      for (const one of [port, port + 1]) if (one > low && one <= last) add(SLOTS[protocol], one);
    }
  };
  if (ports.length === 0) {
    for (const protocol of ["TCP", "UDP", "SCTP"] as const) addRange(protocol, 1, LAST_PORT);
    add(SLOT_PORTLESS, 0);
  }
  for (const port of ports) {
    if (!("name" in port)) addRange(port.protocol, port.first, port.last);
    else
      for (const { name, protocol, containerPort } of to.ports)
        if (name === port.name && protocol === port.protocol) add(SLOTS[protocol], containerPort);
  }
  return asked.size > most ? undefined : [...asked.values()];
}

/** The ports at which what the policies say may change: where a range begins, and the one after its end. */
export function portBounds({ policies }: LintContext): readonly number[] {
  const bounds = new Set<number>();
  for (const { policy } of policies) {
    for (const { ports } of policy.rules) {
      for (const port of ports) {
        if ("name" in port) continue;
        bounds.add(port.first);
        if (port.last < LAST_PORT) bounds.add(port.last + 1);
      }
    }
  }
  return [...bounds].sort((a, b) => a - b);
}
