/** The order in which policies decide: tiers in their order, inside an ordered tier by priority. */
import { POLICY_PRIORITY, POLICY_TIER, TIER_ADDITIVE } from "./abi";
import { Build } from "./build";
import { recordAt } from "./class";
import { sortWordsBy } from "./sort";
import { word } from "./vec";

/** Set in a policy's number: whether it selects the subject is open. */
export const POLICY_OPEN: u32 = 0x80000000;

/** What is tied goes by number, so that the order is one. */
function decidesBefore(context: usize, a: u32, b: u32): bool {
  const build = changetype<Build>(context);
  const tierA = tierOf(build, a);
  const tierB = tierOf(build, b);
  if (tierA != tierB) return tierA < tierB;
  const priorityA = priorityOf(build, a);
  const priorityB = priorityOf(build, b);
  return priorityA != priorityB ? priorityA < priorityB : (a & ~POLICY_OPEN) < (b & ~POLICY_OPEN);
}

/** Puts the policies that are of no namespace in their order. */
export function orderClusterPolicies(build: Build): void {
  const policies = build.clusterPolicies;
  sortWordsBy(policies.data, policies.length, changetype<usize>(build), decidesBefore);
}

/** Whether two policies are of one ordered tier and one priority: nothing says which decides first. */
export function isTied(build: Build, a: u32, b: u32): bool {
  const tier = tierOf(build, a);
  return tier != TIER_ADDITIVE && tier == tierOf(build, b) && priorityOf(build, a) == priorityOf(build, b);
}

export function tierOf(build: Build, policy: u32): u32 {
  return word(recordAt(build.policies, policy & ~POLICY_OPEN), POLICY_TIER);
}

function priorityOf(build: Build, policy: u32): u32 {
  return word(recordAt(build.policies, policy & ~POLICY_OPEN), POLICY_PRIORITY);
}
