/** What is known of domain names (design: `domains`). */
import type { Cluster } from "./cluster.ts";
import { remember } from "./remember.ts";

export interface Behind {
  readonly addresses: readonly string[];
  /** Whether there are no others. */
  readonly complete: boolean;
}

/**
 * The addresses behind a name of a peer. `*.x.y` is every name with one or more labels before `x.y` (semantics 5.1): data
 * for names below it is a part, and data for that very pattern says that there is no more.
 */
export function addressesBehind(cluster: Cluster, name: string): Behind {
  const known = domainsOf(cluster);
  const wanted = canonical(name);
  const data = known.get(wanted);
  const complete = data !== undefined;
  if (!wanted.startsWith("*.")) return { addresses: data ?? [], complete };
  const below = [...known].filter(([other]) => other.endsWith(wanted.slice(1)));
  return { addresses: below.flatMap(([, addresses]) => addresses), complete };
}

const domainsOf = remember(
  ({ domains }: Cluster): ReadonlyMap<string, readonly string[]> =>
    new Map(Object.entries(domains).map(([name, addresses]) => [canonical(name), addresses])),
);

/** Names are compared without case and without the root's dot. */
function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
