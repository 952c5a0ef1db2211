/** The pods that a matrix is asked about. */
import { type Issue, NetverdictError, type State } from "../bindings/inline.ts";
import { resolveEnd } from "../sdk/flow/ends.ts";
import { parseFlow } from "../sdk/flow/parse-flow.ts";
import { internalsOf } from "../sdk/state.ts";
import { refuseBareNames } from "./bare-names.ts";
import { parseEnd } from "./ends.ts";
import { failure } from "./issues.ts";

/** By their names in a matrix; undefined for all. */
export interface AskedPods {
  readonly from?: ReadonlySet<string>;
  readonly to?: ReadonlySet<string>;
}

interface AskedFlags {
  readonly from?: string;
  readonly to?: string;
  readonly namespace?: string;
}

/** @throws NetverdictError as `evaluate` of ends that are none; `invalid-option` for those that are no pods */
export function askedPods(state: State, { from, to, namespace }: AskedFlags): AskedPods {
  return {
    ...(from !== undefined && { from: namesOf(state, from, "from", namespace) }),
    ...(to !== undefined && { to: namesOf(state, to, "to", namespace) }),
  };
}

function namesOf(state: State, given: string, side: "from" | "to", namespace: string | undefined): ReadonlySet<string> {
  const issues: Issue[] = [];
  const end = parseEnd(given, side, issues, namespace);
  if (end === undefined) throw new NetverdictError(issues);
  if (typeof end === "object" && ("labels" in end || "service" in end || "node" in end)) throw noPod(given, side);
  // What stands for a workload's pods has no name that a flow could have.
  const asked = typeof end === "string" && end.split("/").length === 3 ? { workload: end } : end;
  const somewhere = "192.0.2.1";
  const flow = { from: somewhere, to: somewhere, [side]: asked, protocol: "ICMP" } as const;
  refuseBareNames(state, flow);
  const { candidates } = resolveEnd(internalsOf(state), parseFlow(flow)[side], side);
  return new Set(
    candidates.map(({ pod }) => {
      if (pod === undefined) throw noPod(given, side);
      return pod.display;
    }),
  );
}

function noPod(given: string, side: "from" | "to"): NetverdictError {
  const message = `\`${given}\` is no pod, and no workload that was loaded: of Services, nodes and addresses \`netverdict check\` tells`;
  return failure("invalid-option", message, [side]);
}
