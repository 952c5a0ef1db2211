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

export class Evidence {
  readonly daemonSets: SeenDaemonSet[] = [];
  readonly #seen = new Set<string>();
  /** Data by the name of the ConfigMap. */
  readonly configMaps: Map<string, Raw> = new Map();
  /** Names of CRDs, `plural.group`. */
  readonly crds: Set<string> = new Set();
  /** Of all nodes, by key: the values of each. */
  readonly annotations: Map<string, string[]> = new Map();
  /** The `spec` of Calico's FelixConfigurations. */
  readonly felix: Raw[] = [];

  add(kind: string, object: Raw): void {
    const { metadata, spec, data } = object;
    const { name, namespace, annotations, ownerReferences } = recordOf(metadata);
    switch (kind) {
      case "DaemonSet":
        if (typeof name === "string") this.#addDaemonSet(name, namespace, recordOf(recordOf(spec).template).spec);
        return;
      case "Pod":
        // Its pods show a DaemonSet that was not loaded, or comes later.
        for (const owner of listOf(ownerReferences))
          if (owner.kind === "DaemonSet" && isText(owner.name)) this.#addDaemonSet(owner.name, namespace, spec);
        return;
      case "ConfigMap":
        if (typeof name === "string") this.configMaps.set(name, recordOf(data));
        return;
      case "CustomResourceDefinition": {
        if (typeof name === "string") this.crds.add(name);
        return;
      }
      case "FelixConfiguration":
        this.felix.push(recordOf(spec));
        return;
      case "Node":
        for (const [key, value] of Object.entries(recordOf(annotations))) {
          if (typeof value !== "string") continue;
          const values = this.annotations.get(key);
          if (values === undefined) this.annotations.set(key, [value]);
          else values.push(value);
        }
    }
  }

  /** One that is seen several times, itself and its pods, is one. */
  #addDaemonSet(name: string, namespace: unknown, podSpec: unknown): void {
    const seen = daemonSetOf(name, namespace, podSpec);
    if (!this.#seen.has(keyOf(seen))) this.daemonSets.push(seen);
    this.#seen.add(keyOf(seen));
  }
}

const keyOf = (set: SeenDaemonSet): string => JSON.stringify([set.namespace, set.name, set.images, set.args]);

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
