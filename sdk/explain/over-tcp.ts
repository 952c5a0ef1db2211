/** What the policies mean for TCP where a flow without ports was asked: whoever tests with ping mostly wants to know that. */

import { SLOT_TCP } from "../../assembly/abi.ts";
import type { ModelPolicy } from "../model/model.ts";
import { LAST_PORT } from "../ports.ts";
import type { ContainerPort } from "../read/objects.ts";
import type { FullState } from "../state.ts";
import { decodeAnswer } from "../wasm/decode.ts";
import type { PairFlow } from "../wasm/engine.ts";
import type { AllowedPorts } from "./types.ts";

/**
 * The TCP ports on which the same two ends are allowed, in their order, asked of the core: answers change only where a range of a
 * policy begins or ends.
 *
 * @param policies all that select one of the ends
 * @param ports the destination's, for rules that name them
 */
export function allowedOverTCP(
  { builder }: FullState,
  { source, destination, family, distinct }: PairFlow,
  policies: readonly ModelPolicy[],
  ports: readonly ContainerPort[],
): readonly AllowedPorts[] {
  const starts = [...new Set([1, ...policies.flatMap((policy) => boundsOf(policy, ports))])]
    .filter((port) => port >= 1 && port <= LAST_PORT)
    .sort((a, b) => a - b);
  const allowed: AllowedPorts[] = [];
  for (const [index, first] of starts.entries()) {
    const bits = builder.engine.evaluatePair(source, destination, family, SLOT_TCP, first, distinct);
    if (decodeAnswer(bits).verdict !== "allow") continue;
    const last = (starts[index + 1] ?? LAST_PORT + 1) - 1;
    const before = allowed.at(-1);
    if (before?.last === first - 1) allowed[allowed.length - 1] = { first: before.first, last };
    else allowed.push({ first, last });
  }
  return allowed;
}

function boundsOf({ rules }: ModelPolicy, ports: readonly ContainerPort[]): readonly number[] {
  return rules.flatMap((rule) =>
    rule.ports.flatMap((port) => {
      if (!("name" in port)) return [port.first, port.last + 1];
      const numbers = ports.filter(({ name }) => name === port.name).map(({ containerPort }) => containerPort);
      return numbers.flatMap((number) => [number, number + 1]);
    }),
  );
}
