/** Which policies select a pod: from the same profiles that its verdicts come from. */

import { SELECTS_EGRESS_SHIFT, SELECTS_INGRESS_SHIFT, SELECTS_MASK } from "../../assembly/abi.ts";
import { resolveEnd } from "../flow/ends.ts";
import { flowError } from "../flow/flow-error.ts";
import { parseEnd } from "../flow/parse-flow.ts";
import { plainEnd } from "../flow/plain-flow.ts";
import { frozen } from "../frozen.ts";
import { placeOf, tierOf } from "../places.ts";
import type { Inspection } from "../runtime.ts";
import { inQuestion } from "../settle.ts";
import { endByName, type FullInternals, inFull } from "../snapshot/restore.ts";
import { internalsOf, type State } from "../state.ts";
import type { FlowEnd } from "../types.ts";
import { placeOfPolicy } from "../update/ledger.ts";
import type { PodSelection } from "./types.ts";

const YES = 2;
const SHIFTS = { ingress: SELECTS_INGRESS_SHIFT, egress: SELECTS_EGRESS_SHIFT } as const;
const DIRECTIONS = ["ingress", "egress"] as const;

/** @throws NetverdictError `needs-full-state`, and as `evaluate` for an end that is no pod */
export function selectingPoliciesWith(
  { core, inspect }: Inspection,
  state: State,
  end: FlowEnd,
): readonly PodSelection[] {
  const asked = internalsOf(state);
  const given = plainEnd(end);
  const internals = inFull(core, asked);
  const named = internals === asked ? given : endByName(asked, given, "from");
  if (typeof named === "object" && named !== null && "service" in named) {
    throw flowError("invalid-flow", ["from"], "a Service is no pod: name the pods behind it");
  }
  return inQuestion(internals, () => selectionsOf(inspect, internals, named)).map(frozen);
}

function selectionsOf(inspect: Inspection["inspect"], internals: FullInternals, end: FlowEnd): readonly PodSelection[] {
  const { full } = internals;
  const { candidates } = resolveEnd(internals, parseEnd(end, "from"), "from");
  const { builder } = full;
  const selects: number[] = [];
  const endpoints = candidates.map(({ pod, display }) => {
    if (pod === undefined) throw flowError("invalid-flow", ["from"], `\`${display}\` is no pod: policies select pods`);
    builder.selecting(inspect, pod.endpoint).forEach((byte, policy) => {
      selects[policy] = joined(selects[policy] ?? 0, byte);
    });
    return pod.endpoint;
  });
  // One without rules has no direction to be found by.
  const withoutRules = (number: number): number =>
    Math.max(...endpoints.map((endpoint) => builder.selected(inspect, number, endpoint + 1)[endpoint] ?? 0));
  const place = placeOfPolicy(full.ledger);
  // The builder keeps those that an update has taken away.
  const live = full.ledger && new Set(full.ledger.policyNumbers.values());
  const isLive = (number: number): boolean => live?.has(number) ?? true;
  const found = selects
    .map((byte, number) => ({ byte, number }))
    .sort((a, b) => place(a.number) - place(b.number))
    .flatMap(({ byte, number }) => {
      const policy = builder.policy(number);
      if (policy === undefined || !isLive(number)) return [];
      const directions = DIRECTIONS.filter((direction) => matchOf(byte, direction) > 0);
      const matches =
        policy.directions.length === 0
          ? [withoutRules(number)]
          : directions.map((direction) => matchOf(byte, direction));
      if (matches.every((match) => match === 0)) return [];
      const certain = matches.every((match) => match === YES);
      return { ...placeOf(full, policy, []), tier: tierOf(policy), certain, directions };
    });
  const isNetworkPolicy = ({ policy }: PodSelection): boolean => policy.kind === "NetworkPolicy";
  return [...found.filter(isNetworkPolicy), ...found.filter((one) => !isNetworkPolicy(one))];
}

/** Of several pods that an end stands for: what selects one of them selects. */
function joined(a: number, b: number): number {
  return DIRECTIONS.reduce(
    (byte, direction) => byte | (Math.max(matchOf(a, direction), matchOf(b, direction)) << SHIFTS[direction]),
    0,
  );
}

const matchOf = (byte: number, direction: "ingress" | "egress"): number => (byte >>> SHIFTS[direction]) & SELECTS_MASK;
