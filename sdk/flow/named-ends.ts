/** The names that pods and workloads go by, for those who have misspelt one. */
import type { Directory } from "../model/directory.ts";

/** Names with what a flow would have in their place, in words. */
export interface NamedEnds {
  readonly pods: ReadonlyMap<string, string>;
  readonly workloads: ReadonlyMap<string, string>;
  /** By a pod's name without what its controller has put behind it: the first such pod by name. */
  readonly podsOf: ReadonlyMap<string, string>;
}

/**
 * What a controller puts behind the name of a workload: an ordinal; or five random characters, with a template's hash, a CronJob's time or an
 * index before them. The random ones have no vowels and none of 0, 1 and 3. [apimachinery util/rand]
 */
const SUFFIX = /(?:-(?:\d+|[\dbcdfghj-np-tv-xz]{6,10}))?-[2456789bcdfghj-np-tv-xz]{5}$|-\d+$/;

export const withoutSuffix = (name: string): string => name.replace(SUFFIX, "");

/** The pods and workloads of some namespaces; of one name in several, that of the first. */
export function namedEnds(directory: Directory, namespaces: readonly string[]): NamedEnds {
  const pods = new Map<string, string>();
  const workloads = new Map<string, string>();
  const podsOf = new Map<string, string>();
  const workloadNames = [...directory.workloadNames()].sort();
  for (const namespace of namespaces) {
    const named = directory.podsIn(namespace).filter(({ representative }) => !representative);
    for (const name of named.map((pod) => pod.name).sort()) {
      addFirst(pods, name, `\`${namespace}/${name}\``);
      addFirst(podsOf, withoutSuffix(name), `\`${namespace}/${name}\``);
    }
    for (const key of workloadNames) {
      const [own, , name = ""] = key.split("/");
      if (own === namespace) addFirst(workloads, name, `{ workload: "${key}" }`);
    }
  }
  return { pods, workloads, podsOf };
}

function addFirst(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}
