/** Pods that were named without their namespace: an error that says which one was probably meant. */
import { type FlowEnd, NetverdictError, type State } from "../bindings/inline.ts";
import { parseAddress } from "../sdk/address.ts";
import { didYouMean } from "../sdk/flow/suggest.ts";
import { internalsOf } from "../sdk/state.ts";
import { issue } from "./issues.ts";

/** @throws NetverdictError `invalid-flow` for every end that is neither `namespace/pod` nor an address */
export function refuseBareNames(state: State, { from, to }: { readonly from: FlowEnd; readonly to?: FlowEnd }): void {
  const issues = Object.entries({ from, to }).flatMap(([field, end]) => {
    if (typeof end !== "string" || end.includes("/") || parseAddress(end) !== undefined) return [];
    const message = `\`${end}\` is neither namespace/pod nor an address${didYouMean(end, endsOf(state))}`;
    return [issue("invalid-flow", message, [field])];
  });
  if (issues.length > 0) throw new NetverdictError(issues);
}

/** Pods, then workloads, as the command line writes them. */
function* endsOf(state: State): Iterable<string> {
  const { directory } = internalsOf(state);
  for (const namespace of directory.podNamespaces()) {
    for (const { display, representative } of directory.podsIn(namespace)) {
      if (!representative) yield display;
    }
  }
  for (const workload of directory.workloadNames()) yield `workload:${workload}`;
}
