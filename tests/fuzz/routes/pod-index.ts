/** Pods named by their index: the same decision as by name, from `evaluate` and from `allows`, of flows and of their parts. */
import { isDeepStrictEqual } from "node:util";
import { allows, evaluate } from "../../../bindings/inline.ts";
import type { Decision, Flow, FlowEnd } from "../../../sdk/types.ts";
import { answerOf, attempt, type EngineAnswer, type State } from "../compare.ts";
import type { Route } from "./route.ts";

export const podIndex: Route = {
  name: "pod-index",
  ask: ({ state, random }, flows) => {
    const indexOf = indices(state);
    return flows.map((flow): EngineAnswer | undefined => {
      if (!random.chance(0.3)) return undefined;
      const from = random.chance(0.8) ? indexOf(flow.from) : undefined;
      const to = random.chance(0.8) ? indexOf(flow.to) : undefined;
      if (from === undefined && to === undefined) return undefined;
      return askBoth(state, flow, { ...flow, from: from ?? flow.from, to: to ?? flow.to });
    });
  },
};

function askBoth(state: State, named: Flow, numbered: Flow): EngineAnswer {
  const byIndex = attempt(() => evaluate(state, numbered));
  const byName = attempt(() => evaluate(state, named));
  if (!isDeepStrictEqual(byIndex, byName)) return { crash: `by name: ${JSON.stringify([byName, byIndex])}` };
  const ofParts = attempt(() => inParts(state, numbered));
  if (!isDeepStrictEqual(ofParts ?? byIndex, byIndex))
    return { crash: `in parts: ${JSON.stringify([ofParts, byIndex])}` };
  const allowed = attempt(() => allows(state, numbered));
  if (!("verdict" in byIndex)) return isDeepStrictEqual(allowed, byIndex) ? byIndex : differ(allowed, byIndex);
  if (allowed !== (byIndex.verdict === "allow")) return differ(allowed, byIndex);
  return answerOf(byIndex);
}

/** The decision on a flow in parts, where they are of the same verdict; nothing where it cannot be said in parts. */
function inParts(state: State, { from, to, port, protocol, family }: Flow): Decision | undefined {
  if (typeof from === "object") return undefined;
  const decision = evaluate(state, from, to, port, protocol, family);
  if (allows(state, from, to, port, protocol, family) === (decision.verdict === "allow")) return decision;
  throw new Error("allows and evaluate differ in parts");
}

function differ(allowed: unknown, decision: unknown): EngineAnswer {
  return { crash: `allows and evaluate differ: ${JSON.stringify([allowed, decision])}` };
}

/** Gives the index of a pod that a flow names, each looked up once; undefined for any other end. */
export function indices(state: State): (end: FlowEnd) => number | undefined {
  const known = new Map<string, number | undefined>();
  return (end) => {
    const text = typeof end === "string" ? end : typeof end === "object" && "pod" in end ? end.pod : undefined;
    if (text === undefined || !text.includes("/")) return undefined;
    if (!known.has(text)) known.set(text, lookUp(state, text));
    return known.get(text);
  };
}

function lookUp(state: State, text: string): number | undefined {
  const [namespace = "", name = ""] = text.split("/");
  const index = attempt(() => state.podIndex(namespace, name));
  return typeof index === "number" ? index : undefined;
}
