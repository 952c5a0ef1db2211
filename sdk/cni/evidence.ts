/** What of a load tells which CNI plugin runs: DaemonSets, ConfigMaps, CRDs, annotations of nodes. Nothing is checked here; what is not as expected is passed over. */
import { addTo } from "../add-to.ts";
import { isAbsent, isRecord, type Raw } from "../read/fields.ts";
import type { Watch } from "../read/index.ts";
import { groupOf } from "../read/kinds.ts";

export interface SeenDaemonSet {
  readonly name: string;
  /** Empty where it is not told. */
  readonly namespace: string;
  readonly containers: readonly SeenContainer[];
}

export interface SeenContainer {
  readonly name: string;
  readonly image: string;
  /** `command` and `args`, with what they name of the environment. */
  readonly args: readonly string[];
  /** Undefined where the value comes from elsewhere. */
  readonly env: ReadonlyMap<string, string | undefined>;
  /** What more variables come from, the last one first. */
  readonly envFrom: readonly EnvSource[];
}

/** A ConfigMap, or with `configMap` undefined a Secret, each of whose keys is a variable. */
export interface EnvSource {
  readonly configMap: string | undefined;
  readonly prefix: string;
  readonly optional: boolean;
}

/** What one object shows. */
interface Sighting {
  readonly daemonSets?: readonly SeenDaemonSet[];
  readonly configMap?: SeenConfigMap;
  /** Of a CRD: `plural.group`. */
  readonly crd?: string;
  /** Of a node. */
  readonly annotations?: readonly (readonly [key: string, value: string])[];
  readonly felix?: SeenFelix;
  /** What a CiliumNodeConfig sets on some nodes. */
  readonly ciliumOfNodes?: Raw;
}

/** A FelixConfiguration of Calico: `default`, or `node.<name>`. */
export interface SeenFelix {
  readonly name: string;
  readonly spec: Raw;
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
  /** By `group/kind/namespace/name`, in the order in which the objects came; a load can have several of one name. */
  readonly #sightings = new Map<string, Sighting[]>();

  constructor(defaultNamespace: string) {
    this.#defaultNamespace = defaultNamespace;
  }

  /** Takes in an object; says whether it shows anything. */
  add(...[apiVersion, kind, object, name]: Parameters<Watch>): boolean {
    const sighting = sightingOf(groupOf(apiVersion), kind, object);
    if (sighting === undefined) return false;
    addTo(this.#sightings, this.#keyOfObject(apiVersion, kind, object, name), sighting);
    return true;
  }

  /** Takes in the objects of a change, each in the place of what was known under its name; says whether anything was shown, or is. */
  replace(shown: readonly Parameters<Watch>[]): boolean {
    const places = new Set(shown.map((object) => this.#keyOfObject(...object)));
    const emptied = [...places].filter((key) => this.#sightings.has(key));
    // They keep their places.
    for (const key of emptied) this.#sightings.set(key, []);
    const added = shown.filter((object) => this.add(...object));
    for (const key of emptied) if (this.#sightings.get(key)?.length === 0) this.#sightings.delete(key);
    return emptied.length + added.length > 0;
  }

  /** Forgets the objects of a name; says whether they showed anything. */
  remove(group: string, kind: string, namespace: string | undefined, name: string): boolean {
    return this.#sightings.delete(this.#keyOf(group, kind, namespace, name));
  }

  /** One that is seen several times, itself and its pods, is one. */
  get daemonSets(): readonly SeenDaemonSet[] {
    const distinct = new Map<string, SeenDaemonSet>();
    for (const set of this.#all(({ daemonSets }) => daemonSets).flat()) {
      const key = JSON.stringify(set, (_, value) => (value instanceof Map ? [...value] : value));
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
    for (const [key, value] of this.#all(({ annotations }) => annotations).flat()) addTo(found, key, value);
    return found;
  }

  get felix(): readonly SeenFelix[] {
    return this.#all(({ felix }) => felix);
  }

  /** What CiliumNodeConfigs set. */
  get ciliumOfNodes(): readonly Raw[] {
    return this.#all(({ ciliumOfNodes }) => ciliumOfNodes);
  }

  #all<T>(of: (sighting: Sighting) => T | undefined): readonly T[] {
    return [...this.#sightings.values()].flat().flatMap((sighting) => {
      const value = of(sighting);
      return value === undefined ? [] : [value];
    });
  }

  #keyOfObject(...[apiVersion, kind, { metadata }, name]: Parameters<Watch>): string {
    const { namespace } = recordOf(metadata);
    return this.#keyOf(groupOf(apiVersion), kind, isText(namespace) ? namespace : undefined, name);
  }

  #keyOf(group: string, kind: string, namespace: string | undefined, name: string): string {
    // A workload is one object, in whichever of its groups it is written.
    const own = group === "extensions" ? "apps" : group;
    return `${own}/${kind}/${namespace || this.#defaultNamespace}/${name}`;
  }
}

/** A node's own settings of Cilium begin so. */
export const CILIUM_OF_NODE = "config.cilium.io/";

/** The groups of the kinds that show something. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  DaemonSet: ["apps", "extensions"],
  Pod: [""],
  ConfigMap: [""],
  Node: [""],
  CustomResourceDefinition: ["apiextensions.k8s.io"],
  FelixConfiguration: ["crd.projectcalico.org", "projectcalico.org"],
  CiliumNodeConfig: ["cilium.io"],
};

function sightingOf(group: string, kind: string, { metadata, spec, data, status }: Raw): Sighting | undefined {
  if (!Object.hasOwn(GROUPS, kind) || !GROUPS[kind]?.includes(group)) return undefined;
  const { name, namespace, annotations, labels, ownerReferences } = recordOf(metadata);
  switch (kind) {
    case "DaemonSet":
      // One that no node is chosen for runs nowhere.
      return isText(name) && recordOf(status).desiredNumberScheduled !== 0
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
      return isText(name) ? { felix: { name, spec: recordOf(spec) } } : undefined;
    case "CiliumNodeConfig":
      return { ciliumOfNodes: recordOf(recordOf(spec).defaults) };
    default: {
      // Cilium takes its settings from labels too.
      const all = [
        ...Object.entries(recordOf(labels)).filter(([key]) => key.startsWith(CILIUM_OF_NODE)),
        ...Object.entries(recordOf(annotations)),
      ];
      const texts = all.filter((pair): pair is [string, string] => isText(pair[1]));
      return texts.length === 0 ? undefined : { annotations: texts };
    }
  }
}

function daemonSetOf(name: string, namespace: unknown, podSpec: unknown): SeenDaemonSet {
  return {
    name,
    namespace: isText(namespace) ? namespace : "",
    containers: listOf(recordOf(podSpec).containers).map(containerOf),
  };
}

function containerOf(container: Raw): SeenContainer {
  const { name, image, command, args, envFrom } = container;
  const env = envOf(container);
  return {
    name: isText(name) ? name : "",
    image: isText(image) ? image : "",
    args: [...textsOf(command), ...textsOf(args)].map((text) => expanded(text, env)),
    env,
    envFrom: listOf(envFrom).map(sourceOf).reverse(),
  };
}

function sourceOf({ prefix, configMapRef, secretRef }: Raw): EnvSource {
  const { name, optional } = recordOf(configMapRef ?? secretRef);
  return {
    configMap: configMapRef !== undefined && isText(name) ? name : undefined,
    prefix: isText(prefix) ? prefix : "",
    optional: optional === true,
  };
}

/** Variables by name; undefined where the value comes from elsewhere, or is made of others. */
function envOf({ env }: Raw): ReadonlyMap<string, string | undefined> {
  return new Map(
    listOf(env).flatMap(({ name, value, valueFrom }): [string, string | undefined][] => {
      if (!isText(name)) return [];
      const isTold = isText(value) ? !value.includes("$(") : value === undefined && isAbsent(valueFrom);
      return [[name, isTold ? (isText(value) ? value : "") : undefined]];
    }),
  );
}

/** An argument with `$(NAME)` replaced as Kubernetes does it; what is not known stays. */
const expanded = (text: string, env: ReadonlyMap<string, string | undefined>): string =>
  text.replace(/\$\(([^()]+)\)/g, (whole, name: string) => env.get(name) ?? whole);

const isText = (value: unknown): value is string => typeof value === "string";
const recordOf = (value: unknown): Raw => (isRecord(value) ? value : {});
const listOf = (value: unknown): Raw[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isText) : []);
