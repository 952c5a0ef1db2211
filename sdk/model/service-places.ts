/** Where Services are reached: by their addresses, and by the node ports that nodes hand on. */

import { addTo } from "../add-to.ts";
import type { Protocol } from "../types.ts";
import type { ServiceEntry } from "./directory.ts";

export class ServicePlaces<S extends ServiceEntry> {
  readonly #byAddress = new Map<string, S[]>();
  /** By protocol and number: the node ports of one protocol have nothing to do with those of another. */
  readonly #byNodePort = new Map<string, S[]>();

  add(service: S): void {
    for (const ip of service.addresses) addTo(this.#byAddress, ip, service);
    for (const { protocol, nodePort } of service.ports) {
      if (nodePort !== undefined && service.type !== "ExternalName")
        addTo(this.#byNodePort, `${protocol} ${nodePort}`, service);
    }
  }

  clear(): void {
    this.#byAddress.clear();
    this.#byNodePort.clear();
  }

  /** The Services that have an address (canonical text), in the order in which they were added. */
  at(ip: string): readonly S[] {
    return this.#byAddress.get(ip) ?? [];
  }

  atNodePort(protocol: Protocol, port: number): readonly S[] {
    return this.#byNodePort.get(`${protocol} ${port}`) ?? [];
  }
}
