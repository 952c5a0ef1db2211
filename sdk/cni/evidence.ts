/** What of a load tells which CNI plugin runs: DaemonSets, ConfigMaps, CRDs, annotations of nodes. Nothing is checked here; what is not as expected is passed over. */
import { isRecord, type Raw } from "../read/fields.ts";

export interface SeenDaemonSet {
  readonly name: string;
  /** Empty where it is not told. */
  readonly namespace: string;
  readonly images: readonly string[];
  readonly containers: readonly string[];
  /** Of all containers, `command` and `args`. */
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
}

/** What one object shows. */
interface Sighting {
  readonly daemonSets?: readonly SeenDaemonSet[];
  readonly configMap?: SeenConfigMap;
  /** Of a CRD: `plural.group`. */
  readonly crd?: string;
  /** Of a node. */
  readonly annotations?: readonly (readonly [key: string, value: string])[];
  readonly felix?: Raw;
}

export interface SeenConfigMap {
  readonly name: string;
  /** Empty where it is not told. */
  readonly namespace: string;
  readonly data: Raw;
}

/** By objects, so that it can follow what becomes of them. */
export class Evidence {
  readonly #defaultNamespace: string;
  /** By `kind/namespace/name`, in the order in which the objects came. */
  readonly #sightings = new Map<string, Sighting>();

  constructor(defaultNamespace: string) {
    this.#defaultNamespace = defaultNamespace;
  }

  /** Takes in an object, in the place of what was known under its name; says whether it shows anything, or what was there did. */
  add(kind: string, object: Raw): boolean {
    const { name, namespace } = recordOf(object.metadata);
    const key = this.#keyOf(kind, isText(namespace) ? namespace : undefined, isText(name) ? name : "");
    const sighting = sightingOf(kind, object);
    if (sighting === undefined) return this.#sightings.delete(key);
    this.#sightings.set(key, sighting);
    return true;
  }

  /** Forgets an object; says whether it showed anything. */
  remove(kind: string, namespace: string | undefined, name: string): boolean {
    return this.#sightings.delete(this.#keyOf(kind, namespace, name));
  }

  /** One that is seen several times, itself and its pods, is one. */
  get daemonSets(): readonly SeenDaemonSet[] {
    const distinct = new Map<string, SeenDaemonSet>();
    for (const set of this.#all(({ daemonSets }) => daemonSets).flat()) {
      const key = JSON.stringify([set.namespace, set.name, set.images, set.args]);
      if (!distinct.has(key)) distinct.set(key, set);
    }
    return [...distinct.values()];
  }

  get configMaps(): readonly SeenConfigMap[] {
    return this.#all(({ configMap }) => configMap);
  }

  get crds(): readonly string[] {
    return this.#all(({ crd }) => crd);
  }

  /** Of all nodes, by key: the values of each. */
  get annotations(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    for (const [key, value] of this.#all(({ annotations }) => annotations).flat()) {
      const values = found.get(key);
      if (values === undefined) found.set(key, [value]);
      else values.push(value);
    }
    return found;
  }

  /** The `spec` of Calico's FelixConfigurations. */
  get felix(): readonly Raw[] {
    return this.#all(({ felix }) => felix);
  }

  #all<T>(of: (sighting: Sighting) => T | undefined): readonly T[] {
    return [...this.#sightings.values()].flatMap((sighting) => {
      const value = of(sighting);
      return value === undefined ? [] : [value];
    });
  }

  #keyOf(kind: string, namespace: string | undefined, name: string): string {
    return `${kind}/${namespace || this.#defaultNamespace}/${name}`;
  }
}

function sightingOf(kind: string, { metadata, spec, data }: Raw): Sighting | undefined {
  const { name, namespace, annotations, ownerReferences } = recordOf(metadata);
  switch (kind) {
    case "DaemonSet":
      return isText(name)
        ? { daemonSets: [daemonSetOf(name, namespace, recordOf(recordOf(spec).template).spec)] }
        : undefined;
    case "Pod": {
      // Its pods show a DaemonSet that was not loaded, or comes later.
      const owners = listOf(ownerReferences).flatMap((owner) =>
        owner.kind === "DaemonSet" && isText(owner.name) ? [owner.name] : [],
      );
      return owners.length === 0
        ? undefined
        : { daemonSets: owners.map((owner) => daemonSetOf(owner, namespace, spec)) };
    }
    case "ConfigMap":
      return isText(name)
        ? { configMap: { name, namespace: isText(namespace) ? namespace : "", data: recordOf(data) } }
        : undefined;
    case "CustomResourceDefinition":
      return isText(name) ? { crd: name } : undefined;
    case "FelixConfiguration":
      return { felix: recordOf(spec) };
    case "Node": {
      const texts = Object.entries(recordOf(annotations)).filter((pair): pair is [string, string] => isText(pair[1]));
      return texts.length === 0 ? undefined : { annotations: texts };
    }
    default:
      return undefined;
  }
}

function daemonSetOf(name: string, namespace: unknown, podSpec: unknown): SeenDaemonSet {
  const containers = listOf(recordOf(podSpec).containers);
  const env = containers.flatMap((one) => listOf(one.env)).map(({ name, value }) => [name, value]);
  return {
    name,
    namespace: isText(namespace) ? namespace : "",
    images: containers.map(({ image }) => image).filter(isText),
    containers: containers.map((one) => one.name).filter(isText),
    args: containers.flatMap(({ command, args }) => [...textsOf(command), ...textsOf(args)]),
    env: new Map(env.filter((pair): pair is [string, string] => pair.every(isText))),
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const recordOf = (value: unknown): Raw => (isRecord(value) ? value : {});
const listOf = (value: unknown): Raw[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isText) : []);
