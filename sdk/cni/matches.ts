/** Whom selectors match, asked of the core: of a small state whose only policy has them. */
import { buildState, newInternals } from "../build-state.ts";
import { resolveFlow } from "../flow/resolved-flow.ts";
import type { NetworkPolicyObject, NetworkPolicyPeer, PodObject } from "../read/objects.ts";
import { settle } from "../settle.ts";
import type { FullState, Internals } from "../state.ts";
import type { FlowEnd } from "../types.ts";

export class Matches {
  /** No more of the state than what states are built of: it may be built anew itself. */
  readonly #sources: Pick<FullState, "runtime" | "objects" | "options">;
  readonly #states = new Map<string, Internals>();
  readonly #pods = new Map<string, readonly PodObject[]>();

  constructor({ runtime, objects, options }: FullState) {
    this.#sources = { runtime, objects, options };
  }

  /** The pods that a peer of a policy in `namespace` matches for certain; never those on the host network. */
  pods(namespace: string, peer: NetworkPolicyPeer): readonly PodObject[] {
    const key = keyOf(namespace, peer);
    const known = this.#pods.get(key);
    if (known !== undefined) return known;
    const pods = this.#sources.objects.pods.filter(
      (pod) =>
        !pod.hostNetwork && !pod.finished && this.matches(namespace, peer, { pod: `${pod.namespace}/${pod.name}` }),
    );
    this.#pods.set(key, pods);
    return pods;
  }

  /** Whether a policy is about this end, for whatever direction. */
  selects({ namespace, podSelector }: NetworkPolicyObject, end: FlowEnd): boolean {
    return this.matches(namespace, { podSelector }, end);
  }

  matches(namespace: string, peer: NetworkPolicyPeer, end: FlowEnd): boolean {
    const key = keyOf(namespace, peer);
    const state = this.#states.get(key) ?? this.#stateOf(namespace, peer);
    this.#states.set(key, state);
    settle(state);
    const { pairs } = resolveFlow(state, { from: end, to: { namespace, labels: {} }, protocol: "TCP", port: 1 });
    return pairs.some(({ answer }) => answer.ingress.verdict === "allow");
  }

  #stateOf(namespace: string, peer: NetworkPolicyPeer): Internals {
    const { runtime, objects, options } = this.#sources;
    // A destination that can have addresses of either family, so that every pod has one in common with it.
    const { podCIDRs: _, ...others } = options;
    const nodes = objects.nodes.map((node) => ({ ...node, podCIDRs: [] }));
    const policy: NetworkPolicyObject = {
      kind: "NetworkPolicy",
      namespace,
      name: "asked",
      labels: {},
      annotations: {},
      origin: { locate: () => undefined },
      podSelector: [],
      policyTypes: ["Ingress"],
      ingress: [{ peers: [peer], ports: [] }],
      egress: [],
    };
    return newInternals(
      buildState(runtime, { ...objects, nodes, networkPolicies: [policy], tierPolicies: [] }, others),
    );
  }
}

const keyOf = (namespace: string, peer: NetworkPolicyPeer): string => JSON.stringify([namespace, peer]);
