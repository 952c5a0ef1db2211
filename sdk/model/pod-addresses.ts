/** Whose an address is: the live pods, host network aside, by their addresses. Filled when somebody first asks. */
import type { PodObject } from "../read/objects.ts";

/** What names a pod. */
export type PodName = Pick<PodObject, "namespace" | "name">;

export class PodAddresses {
  readonly #pods: readonly PodObject[];
  #filled: Map<string, PodName> | undefined;

  /** `pods`: those that there were when the state was loaded; the list must not change. */
  constructor(pods: readonly PodObject[]) {
    this.#pods = pods;
  }

  get(ip: string): PodName | undefined {
    return this.#owners.get(ip);
  }

  has(ip: string): boolean {
    return this.#owners.has(ip);
  }

  set(ip: string, pod: PodName): void {
    this.#owners.set(ip, pod);
  }

  delete(ip: string): void {
    this.#owners.delete(ip);
  }

  get #owners(): Map<string, PodName> {
    if (this.#filled === undefined) {
      this.#filled = new Map();
      for (const pod of this.#pods) {
        if (!pod.hostNetwork && !pod.finished) for (const ip of pod.ips) this.#filled.set(ip, pod);
      }
    }
    return this.#filled;
  }
}
