/** Ends that were named without their namespace, or a workload without its kind: an error that says which one was probably meant. */
import { type FlowEnd, NetverdictError, type State } from "../bindings/inline.ts";
import { parseAddress } from "../sdk/address.ts";
import { suggestAnywhere } from "../sdk/flow/suggest.ts";
import type { Directory } from "../sdk/model/directory.ts";
import { didMean, didYouMean, nearest } from "../sdk/read/nearest.ts";
import { internalsOf } from "../sdk/state.ts";
import { issue } from "./issues.ts";

/** @throws NetverdictError `invalid-flow` for every end that is neither `namespace/pod` nor an address, or not all of a name */
export function refuseBareNames(state: State, { from, to }: { readonly from: FlowEnd; readonly to?: FlowEnd }): void {
  const { directory } = internalsOf(state);
  const issues = Object.entries({ from, to }).flatMap(([field, end]) => {
    const message = end === undefined ? undefined : complaint(directory, end, field);
    return message === undefined ? [] : [issue("invalid-flow", message, [field])];
  });
  if (issues.length > 0) throw new NetverdictError(issues);
}

function complaint(directory: Directory, end: FlowEnd, field: string): string | undefined {
  if (typeof end === "string") {
    if (end.includes("/") || parseAddress(end) !== undefined) return undefined;
    const pods = [...directory.podNamespaces()].flatMap((namespace) =>
      directory.podsIn(namespace).flatMap(({ display, representative }) => (representative ? [] : [display])),
    );
    return `\`${end}\` is neither namespace/pod nor an address${didYouMean(end, pods) || suggestAnywhere(directory, end)}`;
  }
  if (typeof end === "number") return undefined;
  if ("pod" in end && !end.pod.includes("/")) {
    return `\`pod:${end.pod}\` must be pod:namespace/name${suggestAnywhere(directory, end.pod)}`;
  }
  if ("service" in end && field === "to" && !end.service.includes("/")) {
    const known = [...directory.serviceNames()];
    return `\`service:${end.service}\` must be service:namespace/name${withoutPart(end.service, "service", known)}`;
  }
  if ("workload" in end && end.workload.split("/").length < 3) {
    const known = [...directory.workloadNames()];
    return `\`workload:${end.workload}\` must be workload:namespace/Kind/name${withoutPart(end.workload, "workload", known)}`;
  }
  return undefined;
}

/** The full name that has what was given for its parts, the last one perhaps misspelt. */
function withoutPart(given: string, form: "service" | "workload", known: readonly string[]): string {
  const [name = "", ...others] = given.split("/").reverse();
  const lastOf = (one: string) => one.split("/").at(-1) ?? one;
  const near = nearest(name, known.map(lastOf));
  const meant = known.filter((one) => lastOf(one) === near && others.every((part) => one.split("/").includes(part)));
  const [first] = meant.sort();
  return first === undefined ? "" : didMean(`\`${form}:${first}\``);
}
