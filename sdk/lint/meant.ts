/** Pods that a policy would select if they were endpoints: those on the host network, and those that have finished. Asked of a state in which they are. */
import { buildState } from "../build-state.ts";
import type { PodObject } from "../read/objects.ts";
import type { FullState } from "../state.ts";
import type { Builder } from "../wasm/builder.ts";
import type { LintPolicy } from "./context.ts";

/** Which of a number of endpoints a policy selects. */
type Ask = (builder: Builder, policy: number, count: number) => Uint8Array;

export class MeantPods {
  readonly #ask: Ask;
  /** Undefined where there are no such pods. */
  readonly #full: FullState | undefined;
  /** By the endpoint that each has there. */
  readonly #pods = new Map<number, PodObject>();
  /** The numbers that the policies have there, by namespace and name. */
  readonly #numbers = new Map<string, number>();

  constructor(ask: Ask, full: FullState) {
    this.#ask = ask;
    const { runtime, objects, options } = full;
    const pods = objects.pods.filter(({ hostNetwork, finished }) => hostNetwork || finished);
    if (pods.length === 0) return;
    const asEndpoints = pods.map((pod) => ({ ...pod, hostNetwork: false, finished: false, ips: [], owners: [] }));
    const built = buildState(
      runtime,
      { ...objects, pods: asEndpoints, workloads: [], services: [], endpointSlices: [], tierPolicies: [] },
      options,
    );
    this.#full = built;
    for (const pod of pods) {
      const entry = built.directory.podNamed(pod.namespace, pod.name);
      if (entry !== undefined) this.#pods.set(entry.endpoint, pod);
    }
    for (const [number, { namespace, name }] of built.model.policies.entries()) {
      const index = typeof namespace === "number" ? namespace : -1;
      this.#numbers.set(`${built.namespaces.list[index]?.name}/${name}`, number);
    }
  }

  of({ namespace, policy }: LintPolicy): readonly PodObject[] {
    const number = this.#numbers.get(`${namespace}/${policy.name}`);
    if (this.#full === undefined || number === undefined) return [];
    const { builder, directory } = this.#full;
    const selected = this.#ask(builder, number, directory.endpointCount);
    return [...this.#pods].flatMap(([endpoint, pod]) => (selected[endpoint] ? [pod] : []));
  }
}
