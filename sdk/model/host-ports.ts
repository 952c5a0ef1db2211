/** Ports of nodes that lead to pods by `hostPort`. */
import { addTo } from "../add-to.ts";
import type { Protocol } from "../types.ts";
import type { HostPort, PodEntry } from "./directory.ts";

/** Whether a pod has such a port. On the host network its ports are the node's own. */
export function hasHostPorts({ hostNetwork, ports }: Pick<PodEntry, "hostNetwork" | "ports">): boolean {
  return !hostNetwork && ports.some(({ hostPort }) => hostPort !== undefined);
}

export class HostPorts {
  readonly #byPort = new Map<string, HostPort[]>();

  add(protocol: Protocol, port: number, pod: PodEntry, containerPort: number): void {
    addTo(this.#byPort, `${protocol} ${port}`, { pod, containerPort });
  }

  addPod(pod: PodEntry): void {
    if (!hasHostPorts(pod)) return;
    for (const { protocol, hostPort, containerPort } of pod.ports) {
      if (hostPort !== undefined) this.add(protocol, hostPort, pod, containerPort);
    }
  }

  /** Those on a node, and those of which nothing says where they run. */
  at(node: string, protocol: Protocol, port: number): readonly HostPort[] {
    const all = this.#byPort.get(`${protocol} ${port}`) ?? [];
    return all.filter(({ pod: { nodeName } }) => nodeName === undefined || nodeName === node);
  }
}
