/** Adds policies of ordered tiers to a case: of both APIs and of both tiers, around its NetworkPolicies. */
import type { World } from "../world.ts";
import { addDomains, somePolicy } from "./situation.ts";
import { asAdminNetworkPolicy, asClusterNetworkPolicy } from "./write.ts";

const MOST = { tiny: 4, small: 7, medium: 10, brink: 3, crowd: 14 } as const;

export function addTiers(world: World): void {
  const { random, size, features, objects } = world;
  if (features.tiers === "none") return;
  addDomains(world);
  const apis = { mixed: ["cnp", "anp"], cnp: ["cnp"], anp: ["anp"] }[features.tiers];
  let hasBaselineAdmin = false;
  for (let index = 1 + random.below(MOST[size]); index > 0; index--) {
    const tier = random.pick(["admin", "admin", "baseline"] as const);
    const name = `tier-${index}`;
    if (random.pick(apis) === "cnp") {
      objects.push(asClusterNetworkPolicy(somePolicy(world, tier, { pass: true, domains: true }), name));
    } else if (tier === "admin") {
      objects.push(asAdminNetworkPolicy(somePolicy(world, tier, { pass: true, domains: true }), name));
    } else if (!hasBaselineAdmin) {
      hasBaselineAdmin = true;
      objects.push(asAdminNetworkPolicy(somePolicy(world, tier, { pass: false, domains: false }), name));
    }
  }
}
