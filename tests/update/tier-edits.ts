/** Edits of policies of ordered tiers. */
import { somePolicy } from "../fuzz/tiers/situation.ts";
import { asAdminNetworkPolicy, asClusterNetworkPolicy } from "../fuzz/tiers/write.ts";
import type { World } from "../fuzz/world.ts";

interface TierPolicy {
  readonly kind: string;
  spec: { priority?: number; tier?: string };
}

/** Changes a policy's place among the others, or what it says; says which. */
export function changeTierPolicy(world: World, policy: TierPolicy): string {
  const { random } = world;
  const { spec } = policy;
  switch (random.pick(["priority", "tier", "spec"])) {
    case "priority":
      if (spec.priority === undefined) break;
      spec.priority = random.pick([0, 1, 2, 3, 999, 1000]);
      return "priority";
    case "tier":
      if (spec.tier === undefined) break;
      spec.tier = spec.tier === "Admin" ? "Baseline" : "Admin";
      return "tier";
  }
  policy.spec = (newTierPolicy(world, "", policy.kind) as unknown as TierPolicy).spec;
  return "spec";
}

/** Makes a policy of a kind, or of any but the one that a cluster has one of. */
export function newTierPolicy(world: World, name: string, kind?: string): Record<string, unknown> {
  const { random } = world;
  switch (kind ?? random.pick(["ClusterNetworkPolicy", "ClusterNetworkPolicy", "AdminNetworkPolicy"])) {
    case "ClusterNetworkPolicy": {
      const tier = random.pick(["admin", "baseline"] as const);
      return asClusterNetworkPolicy(somePolicy(world, tier, { pass: true, domains: true }), name);
    }
    case "AdminNetworkPolicy":
      return asAdminNetworkPolicy(somePolicy(world, "admin", { pass: true, domains: true }), name);
    default:
      return asAdminNetworkPolicy(somePolicy(world, "baseline", { pass: false, domains: false }), name);
  }
}
