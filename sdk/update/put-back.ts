/** Policies put back as they were: what tries changes on a state of its own undoes them by this. */
import { type LoadedObjects, noObjects } from "../read/objects.ts";
import { fullOf, internalsOf, type State } from "../state.ts";
import { Edits } from "./edits.ts";
import { nameOf, tierPolicyName } from "./keys.ts";
import type { StoredKinds } from "./store.ts";
import { ledgerOf, makeEdits } from "./update-state.ts";

/** Gives a state the policies of `objects`, and no others; those that it has already, as the very objects, stay untouched. */
export function putBackPolicies(state: State, objects: LoadedObjects): void {
  const internals = internalsOf(state);
  const full = fullOf(internals);
  const ledger = ledgerOf(full);
  const { store } = ledger;
  const edits = new Edits(store);
  const differing = <L extends "networkPolicies" | "tierPolicies">(
    list: L,
    wanted: readonly StoredKinds[L][],
    nameOf: (policy: StoredKinds[L]) => string,
  ): StoredKinds[L][] => {
    const loaded: ReadonlyMap<string, unknown> = store[list];
    const names = new Set(wanted.map(nameOf));
    for (const name of loaded.keys()) if (!names.has(name)) edits.remove(list, name);
    return wanted.filter((policy) => loaded.get(nameOf(policy)) !== policy);
  };
  const networkPolicies = differing("networkPolicies", objects.networkPolicies, nameOf);
  const tierPolicies = differing("tierPolicies", objects.tierPolicies, tierPolicyName);
  edits.upsert({ ...noObjects(), networkPolicies, tierPolicies, caveats: objects.caveats });
  makeEdits(internals, full, ledger, edits);
}
