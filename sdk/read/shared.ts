/** Parts that many objects of a load have alike, made once: ten thousand pods come from some hundred templates. */
import type { Raw } from "./fields.ts";
import type { ContainerPort, Labels, Requirement, TransportProtocol } from "./objects.ts";

/** Inherits nothing: any label may be looked up in it. */
const NO_OWN_LABELS: Labels = Object.create(null);

export class Shared {
  /** The labels that were read last without fault, how many they are, and their keys in order. */
  labels: Labels = NO_OWN_LABELS;
  labelCount = -1;
  readonly labelKeys: string[] = [];
  /** By the port's name, the one that was read last under it. */
  readonly #ports = new Map<string | undefined, ContainerPort>();
  readonly #room: ContainerPort[] = [];
  readonly #requirements: Requirement[] = [];
  /** By the first port, the list that was read last with it. */
  readonly #lists = new Map<ContainerPort, readonly ContainerPort[]>();

  /** Whether `map` says what the labels that were read last say, in their order: most pods stand next to one of their template. */
  hasLabels(map: Raw): boolean {
    let count = 0;
    for (const key in map) {
      const value = map[key];
      if (typeof value !== "string" || value !== this.labels[key] || !Object.hasOwn(map, key)) return false;
      if (key !== this.labelKeys[count++]) return false;
    }
    return count === this.labelCount;
  }

  port(
    name: string | undefined,
    containerPort: number,
    protocol: TransportProtocol,
    hostPort: number | undefined,
  ): ContainerPort {
    if (hostPort !== undefined) return { name, containerPort, protocol, hostPort };
    const known = this.#ports.get(name);
    if (known !== undefined && known.containerPort === containerPort && known.protocol === protocol) return known;
    const port = { name, containerPort, protocol };
    this.#ports.set(name, port);
    return port;
  }

  /** An empty list to put an object's ports into; only until the next object. */
  room(): ContainerPort[] {
    return emptied(this.#room);
  }

  /** An empty list to put a selector's requirements into; only until the next selector. */
  requirements(): Requirement[] {
    return emptied(this.#requirements);
  }

  /** The same ports as a list to keep; `ports` is not empty. */
  ports(ports: readonly ContainerPort[]): readonly ContainerPort[] {
    const first = ports[0]!;
    const known = this.#lists.get(first);
    if (known !== undefined && isSame(known, ports)) return known;
    const list = ports.slice();
    this.#lists.set(first, list);
    return list;
  }
}

/** Setting an array's length takes longer than taking out what few items there are. */
function emptied<T>(list: T[]): T[] {
  while (list.length > 0) list.pop();
  return list;
}

function isSame(a: readonly ContainerPort[], b: readonly ContainerPort[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
