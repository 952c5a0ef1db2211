/** Parts that many objects of a load have alike, made once: ten thousand pods come from some hundred templates. */
import type { ContainerPort, TransportProtocol } from "./objects.ts";

export class Shared {
  /** By the port's name, the one that was read last under it. */
  readonly #ports = new Map<string | undefined, ContainerPort>();
  readonly #room: ContainerPort[] = [];
  /** By the first port, the list that was read last with it. */
  readonly #lists = new Map<ContainerPort, readonly ContainerPort[]>();

  port(name: string | undefined, containerPort: number, protocol: TransportProtocol): ContainerPort {
    const known = this.#ports.get(name);
    if (known !== undefined && known.containerPort === containerPort && known.protocol === protocol) return known;
    const port = { name, containerPort, protocol };
    this.#ports.set(name, port);
    return port;
  }

  /** An empty list to put an object's ports into; only until the next object. */
  room(): ContainerPort[] {
    this.#room.length = 0;
    return this.#room;
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

function isSame(a: readonly ContainerPort[], b: readonly ContainerPort[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
