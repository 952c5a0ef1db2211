import { expect, it } from "vitest";
import { isOrdered } from "../fuzz/tiers/kinds.ts";
import { addDomains, type Part, type Said, somePolicy } from "../fuzz/tiers/situation.ts";
import { asAdminNetworkPolicy, asClusterNetworkPolicy } from "../fuzz/tiers/write.ts";
import type { World } from "../fuzz/world.ts";
import { referenceVerdict } from "../reference/evaluate.ts";
import { answers, type Sample, samples } from "./clusters.ts";

/** The same cluster twice, but for the API that its ordered tiers are written in. */
interface Twins {
  readonly sample: Pick<Sample, "seed" | "options" | "flows">;
  readonly clusterNetworkPolicies: readonly object[];
  readonly adminNetworkPolicies: readonly object[];
}

function* twins(count: number): Generator<Twins> {
  for (const sample of samples(count)) {
    const { world, objects } = sample;
    addDomains(world);
    const situation = someSituation(world);
    const others = objects.filter((object) => !isOrdered(object));
    const write = (as: (said: Said, name: string) => Part): object[] => [
      ...others,
      ...situation.map((said, place) => as(said, `policy-${place}`)),
    ];
    yield {
      sample: { ...sample, options: { ...sample.options, domains: world.domains } },
      clusterNetworkPolicies: write(asClusterNetworkPolicy),
      adminNetworkPolicies: write(asAdminNetworkPolicy),
    };
  }
}

/** What both APIs can say: one policy in the baseline, without Pass and domain names there. */
function someSituation(world: World): Said[] {
  const { random } = world;
  const admin = random.list(0, 4, () => somePolicy(world, "admin", { pass: true, domains: true }));
  return [...admin, ...random.list(0, 1, () => somePolicy(world, "baseline", { pass: false, domains: false }))];
}

it("one situation has the same answers and reasons as ClusterNetworkPolicies and as their predecessors", {
  timeout: 300_000,
}, () => {
  const seen = new Set<string>();
  for (const { sample, clusterNetworkPolicies, adminNetworkPolicies } of twins(300)) {
    const [first, second] = [clusterNetworkPolicies, adminNetworkPolicies].map((some) => answers(some, sample));
    expect(second, sample.seed).toEqual(first);
    for (const answer of first!) if ("verdict" in answer) seen.add(answer.ingress).add(answer.egress);
  }
  for (const reason of ["admin-allow", "admin-deny", "baseline-allow", "baseline-deny", "rule", "no-rule"])
    expect(
      [...seen].some((side) => side.endsWith(reason)),
      reason,
    ).toBe(true);
});

it("and to the reference evaluator too", { timeout: 300_000 }, () => {
  for (const { sample, clusterNetworkPolicies, adminNetworkPolicies } of twins(300)) {
    const { flows, options, seed } = sample;
    const [first, second] = [clusterNetworkPolicies, adminNetworkPolicies].map((objects) => {
      const input = { objects, options };
      return flows.map((flow) => referenceVerdict(input, flow));
    });
    expect(second, seed).toEqual(first);
  }
});
