/** Whom a policy speaks of in a state, whether the state has it or not. */
import { buildState } from "../build-state.ts";
import { networkPolicyManifest } from "../read/manifest.ts";
import type { NetworkPolicyObject } from "../read/objects.ts";
import { policyNumber, selectionOf } from "../selects/selected-pods.ts";
import type { PolicySelection } from "../selects/types.ts";
import type { FullState } from "../state.ts";

/** A policy that the state lacks, or has otherwise, is asked of a state that has the same objects and this policy alone. */
export function selectionIn(
  inspect: () => WebAssembly.Module,
  full: FullState,
  policy: NetworkPolicyObject,
): PolicySelection {
  const { namespace, name } = policy;
  const known = full.objects.networkPolicies.find((one) => one.namespace === namespace && one.name === name);
  const number =
    known !== undefined && isSame(known, policy)
      ? policyNumber(full, { kind: "NetworkPolicy", namespace, name })
      : undefined;
  if (number !== undefined) return selectionOf(inspect, full, number);
  const objects = { ...full.objects, networkPolicies: [policy], tierPolicies: [] };
  return selectionOf(inspect, buildState(full.runtime, objects, full.options), 0);
}

const isSame = (a: NetworkPolicyObject, b: NetworkPolicyObject): boolean =>
  JSON.stringify(networkPolicyManifest(a)) === JSON.stringify(networkPolicyManifest(b));
