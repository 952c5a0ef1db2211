/** Verdicts, as callers ask for them: ordinary flows are answered by the core at once, all others in full. */

import { LOOK_CLOSER, VERDICT_ALLOW } from "../assembly/abi.ts";
import type { NetverdictError } from "./errors.ts";
import { flowError } from "./flow/flow-error.ts";
import { allowsBetween, answerBetween, isOrdinary } from "./flow/ordinary.ts";
import { plainFlow } from "./flow/plain-flow.ts";
import { evaluateInFull } from "./flow/resolved-flow.ts";
import { frozen } from "./frozen.ts";
import { inQuestion } from "./settle.ts";
import { type Internals, internalsOf, type State } from "./state.ts";
import type { Decision, Flow, FlowEnd, Protocol } from "./types.ts";

/**
 * Decides whether a flow would pass: the source's egress and the destination's ingress must both let it.
 *
 * A verdict says what the policies mean; enforcing them is the CNI plugin's part. Who asks often gives the flow in parts: names
 * or indices (`state.podIndex`) of pods, the port and the protocol, which cost no object.
 *
 * @throws NetverdictError for flows that no verdict can be given on: `invalid-flow`, `unknown-pod`, `finished-pod`,
 * `unknown-workload`, `no-pods`, `unknown-service`, `unknown-service-port`, `no-backend`, `unknown-node`, `unknown-port`,
 * `no-common-family`, `limit-exceeded`
 * @example
 * const decision = evaluate(state, { from: "shop/web-0", to: "shop/db-0", port: 5432 });
 * decision.verdict; // "allow" | "deny" | "undetermined"
 */
export function evaluate(
  state: State,
  from: string | number,
  to: FlowEnd,
  port?: Flow["port"],
  protocol?: Protocol,
  family?: Flow["family"],
): Decision;
export function evaluate(state: State, flow: Flow): Decision;
export function evaluate(
  state: State,
  flow: Flow | string | number,
  to?: FlowEnd,
  port?: Flow["port"],
  protocol?: Protocol,
  family?: Flow["family"],
): Decision {
  const internals = internalsOf(state);
  if (typeof flow === "string" || typeof flow === "number") {
    if (family === undefined) return evaluateParts(internals, flow, to, port, protocol);
    return evaluateWhole(internals, { ...wholeFlow(flow, to, port, protocol), family });
  }
  if (to !== undefined) throw notBoth();
  return isOrdinary(flow)
    ? evaluateParts(internals, flow.from, flow.to, flow.port, flow.protocol)
    : evaluateWhole(internals, flow);
}

/** Of a flow that has no more than these; each was read once. */
function evaluateParts(
  internals: Internals,
  from: FlowEnd | undefined,
  to: FlowEnd | undefined,
  port: Flow["port"],
  protocol: Flow["protocol"],
): Decision {
  const bits = answerBetween(internals, from, to, port, protocol);
  const decision = internals.decisions.get(bits);
  if (decision !== undefined && internals.unmodelled.length === 0 && internals.enforcement === undefined)
    return decision;
  return decide(internals, bits, wholeFlow(from, to, port, protocol));
}

/** What `evaluateParts` leaves: a flow that is not ordinary, the first one with its answer, and one of which there is more to say. */
function decide(internals: Internals, bits: number, flow: Flow): Decision {
  if (bits === LOOK_CLOSER || internals.unmodelled.length > 0) return evaluateWhole(internals, flow);
  const decision = internals.decisions.get(bits) ?? keepDecision(internals, bits, flow);
  return withEnforced(internals, flow, decision);
}

/**
 * Whether a flow would pass for certain: `evaluate(state, flow).verdict === "allow"`. For two pods, by name or by index, it
 * allocates nothing; in parts, as `evaluate` takes them too, it is at its fastest.
 *
 * @throws NetverdictError as `evaluate`
 * @example
 * const [web, db] = [state.podIndex("shop", "web-0"), state.podIndex("shop", "db-0")];
 * allows(state, web, db, 5432); // true | false
 */
export function allows(
  state: State,
  from: string | number,
  to: FlowEnd,
  port?: Flow["port"],
  protocol?: Protocol,
  family?: Flow["family"],
): boolean;
export function allows(state: State, flow: Flow): boolean;
export function allows(
  state: State,
  flow: Flow | string | number,
  to?: FlowEnd,
  port?: Flow["port"],
  protocol?: Protocol,
  family?: Flow["family"],
): boolean {
  const internals = internalsOf(state);
  if (typeof flow === "string" || typeof flow === "number") {
    if (family === undefined) return allowsParts(internals, flow, to, port, protocol);
    return askInFull(internals, plainFlow({ ...wholeFlow(flow, to, port, protocol), family })).verdict === "allow";
  }
  if (to !== undefined) throw notBoth();
  return isOrdinary(flow)
    ? allowsParts(internals, flow.from, flow.to, flow.port, flow.protocol)
    : askInFull(internals, plainFlow(flow)).verdict === "allow";
}

function allowsParts(
  internals: Internals,
  from: FlowEnd | undefined,
  to: FlowEnd | undefined,
  port: Flow["port"],
  protocol: Flow["protocol"],
): boolean {
  const allowed = allowsBetween(internals, from, to, port, protocol);
  if (allowed !== LOOK_CLOSER) return allowed === VERDICT_ALLOW;
  return askInFull(internals, plainFlow(wholeFlow(from, to, port, protocol))).verdict === "allow";
}

function notBoth(): NetverdictError {
  return flowError("invalid-flow", [], "a flow comes as one object or in parts: both were given");
}

/** A flow of its parts; what is missing is left to be refused. */
function wholeFlow(
  from: FlowEnd | undefined,
  to: FlowEnd | undefined,
  port: Flow["port"],
  protocol: Flow["protocol"],
): Flow {
  return { from, to, port, protocol } as Flow;
}

// Each in a function of its own: a closure in the functions above would cost every call the room for what it holds.
function askInFull(internals: Internals, flow: Flow): Decision {
  return frozen(inQuestion(internals, () => evaluateInFull(internals, flow)));
}

function evaluateWhole(internals: Internals, flow: Flow): Decision {
  const plain = plainFlow(flow);
  return withEnforced(internals, plain, askInFull(internals, plain));
}

function keepDecision(internals: Internals, bits: number, flow: Flow): Decision {
  const decision = askInFull(internals, flow);
  internals.decisions.keep(bits, decision);
  return decision;
}

function withEnforced(internals: Internals, flow: Flow, decision: Decision): Decision {
  const { enforcement } = internals;
  if (enforcement === undefined) return decision;
  const enforced = inQuestion(internals, () => enforcement.enforce(internals, flow, decision));
  return frozen({ ...decision, enforced });
}
