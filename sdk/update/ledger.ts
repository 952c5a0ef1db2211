/** What updates go by: the objects by name, what they name, and the numbers that the core gave. */
import type { LoadedObjects } from "../read/objects.ts";
import { internalIPs, sharedExternals } from "../read/shared-externals.ts";
import type { FullState } from "../state.ts";
import { newStore, type Store } from "./store.ts";
import { type Tallies, tally } from "./tallies.ts";

export interface Ledger {
  readonly store: Store;
  readonly tallies: Tallies;
  /** The addresses of Node objects that are theirs, whatever pods say. */
  readonly nodeAddresses: ReadonlySet<string>;
  /** The addresses of host-network pods that no node is known for. */
  readonly strayAddresses: ReadonlySet<string>;
  /** The core's numbers of policies, by their keys. */
  readonly policyNumbers: Map<string, number>;
  /** What `placeOfPolicy` has found, for as long as nothing is changed. */
  places?: { readonly changes: number; readonly of: ReadonlyMap<number, number> };
  /** Pod indices that are refused for ever. */
  readonly retired: Set<number>;
  /** How often it was changed. */
  changes: number;
  /** How often an update has built the state anew, and how often because the core failed; tests look at it. */
  rebuilds: number;
  failures: number;
}

/** The ledger of a state as it was built from these objects. */
export function newLedger(
  objects: LoadedObjects,
  { directory, podRanges }: Pick<FullState, "directory" | "podRanges">,
  store: Store = newStore(objects),
  before?: Pick<Ledger, "retired" | "rebuilds" | "failures">,
): Ledger {
  const nodeAddresses = new Set<string>();
  const nodes = [...store.nodes.values()];
  const shared = sharedExternals(nodes, internalIPs(nodes));
  for (const { addresses } of nodes) for (const { ip } of addresses) if (!shared.has(ip)) nodeAddresses.add(ip);
  const strayAddresses = new Set<string>();
  for (const [key, { hostNetwork, finished, ips }] of store.pods) {
    if (!hostNetwork || finished || directory.pod(key)?.nodeName !== undefined) continue;
    for (const ip of ips) strayAddresses.add(ip);
  }
  return {
    store,
    tallies: tally(store, nodeAddresses, podRanges, directory.standIns),
    nodeAddresses,
    strayAddresses,
    policyNumbers: new Map(
      [...store.networkPolicies.keys(), ...store.tierPolicies.keys()].map((key, number) => [key, number]),
    ),
    retired: before?.retired ?? new Set(),
    changes: 0,
    rebuilds: before?.rebuilds ?? 0,
    failures: before?.failures ?? 0,
  };
}

/** Where a policy stands among those of its API, by its number: a policy that was changed has a new number and its old place. */
export function placeOfPolicy(ledger: Ledger | undefined): (number: number) => number {
  if (ledger === undefined) return (number) => number;
  const { changes, places } = ledger;
  const of =
    places?.changes === changes
      ? places.of
      : new Map([...ledger.policyNumbers.values()].map((number, place) => [number, place]));
  ledger.places = { changes, of };
  return (number) => of.get(number) ?? number;
}
