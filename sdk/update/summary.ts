/** A state's caveats and counts, worked out from its objects when somebody asks after an update. */
import { stateCaveats } from "../model/caveats.ts";
import { canonicalDomains, countTierPolicies } from "../model/tier-policy.ts";
import type { FullState, Summary } from "../state.ts";
import type { Tallies } from "./tallies.ts";

export function summarize({ objects, options, directory, ledger, builder }: FullState): Summary {
  if (ledger === undefined) throw new RangeError("only an update makes a summary stale");
  const { store, tallies } = ledger;
  const undeclared = undeclaredNamespaces();
  const isPopulated = (namespace: string): boolean => directory.podsIn(namespace).length > 0;
  return {
    caveats: [...stateCaveats(objects, canonicalDomains(options.domains), undeclared, isPopulated), ...objects.caveats],
    counts: {
      namespaces: store.namespaces.size + undeclared.length,
      pods: store.pods.size - tallies.finishedPods,
      finishedPods: tallies.finishedPods,
      workloadPods: directory.standIns.length,
      nodes: nodeCount(tallies, store.nodes),
      services: store.services.size,
      networkPolicies: store.networkPolicies.size,
      ...countTierPolicies(store.tierPolicies.values()),
      skipped: Object.fromEntries(objects.skipped),
      classes: builder.classCount,
    },
  };

  /** In the order in which a load comes upon them. */
  function undeclaredNamespaces(): string[] {
    const names = new Set<string>();
    for (const { namespace, finished } of store.pods.values()) if (!finished) names.add(namespace);
    for (const { namespace } of directory.standIns) names.add(namespace);
    for (const { namespace } of store.networkPolicies.values()) names.add(namespace);
    return [...names].filter((name) => !store.namespaces.has(name));
  }
}

function nodeCount({ nodes }: Tallies, declared: ReadonlyMap<string, unknown>): number {
  let count = declared.size;
  for (const name of nodes.keys()) if (!declared.has(name)) count++;
  return count;
}
