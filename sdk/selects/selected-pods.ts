/** Whom a policy speaks of: the pods that it selects, and those that each of its peers matches. Matched by the core. */
import { NetverdictError } from "../errors.ts";
import { peerPath, placeOf, referenceOf, rulePath } from "../explain/places.ts";
import type { ModelPolicy } from "../model/model.ts";
import { type FullState, fullOf, internalsOf, type State } from "../state.ts";
import type { PolicyName, PolicySelection, SelectedNode, SelectedPeer, SelectedPod } from "./types.ts";

const YES = 2;

/** @throws NetverdictError `unknown-object`, `invalid-input`, `needs-full-state` */
export function selectedPodsWith(inspect: () => WebAssembly.Module, state: State, policy: PolicyName): PolicySelection {
  const full = fullOf(internalsOf(state));
  const { namespace, name } = readName(policy, full.options.defaultNamespace ?? "default");
  const number = policyNumber(full, namespace, name);
  if (number === undefined) {
    const object = { kind: "NetworkPolicy", namespace, name };
    const message = `no NetworkPolicy \`${namespace}/${name}\` was loaded`;
    throw new NetverdictError([{ code: "unknown-object", message, object, path: [] }]);
  }
  return selectionOf(inspect, full, number);
}

/** The number that the core knows a NetworkPolicy by; undefined where there is none of the name. */
export function policyNumber(full: FullState, namespace: string, name: string): number | undefined {
  if (full.ledger !== undefined) return full.ledger.policyNumbers.get(`${namespace}/${name}`);
  const number = full.model.policies.findIndex((policy) => {
    const reference = referenceOf(full, policy);
    return policy.name === name && reference.kind === "NetworkPolicy" && reference.namespace === namespace;
  });
  return number < 0 ? undefined : number;
}

/** Whom the policy of a number speaks of. */
export function selectionOf(inspect: () => WebAssembly.Module, full: FullState, number: number): PolicySelection {
  const { builder, directory } = full;
  const policy = builder.policy(number);
  if (policy === undefined) throw new RangeError(`the core has no policy ${number}`);
  const count = directory.endpointCount;
  return {
    ...placeOf(full, policy, []),
    directions: policy.directions,
    pods: podsOf(full, builder.selected(inspect, number, count)),
    rules: policy.rules.map(({ direction, peers }, rule) => ({
      ...placeOf(full, policy, rulePath(policy, rule)),
      direction,
      peers: peers.map((_, peer) =>
        peerSelection(full, policy, rule, peer, builder.matched(inspect, number, rule, peer, count)),
      ),
    })),
  };
}

function peerSelection(
  full: FullState,
  policy: ModelPolicy,
  rule: number,
  peer: number,
  matches: Uint8Array,
): SelectedPeer {
  return {
    ...placeOf(full, policy, peerPath(policy, rule, peer)),
    kind: policy.rules[rule]?.peers[peer]?.kind === "block" ? "ipBlock" : "pods",
    pods: podsOf(full, matches),
    nodes: nodesOf(full, matches),
  };
}

/** Pods by name, those that stand for workloads too. */
function podsOf({ directory }: FullState, matches: Uint8Array): readonly SelectedPod[] {
  const pods: SelectedPod[] = [];
  matches.forEach((match, endpoint) => {
    const entry = match === 0 ? undefined : directory.endpoint(endpoint);
    if (entry?.kind === "pod") pods.push({ pod: entry.pod.display, certain: match === YES });
  });
  return pods.sort((a, b) => (a.pod < b.pod ? -1 : a.pod > b.pod ? 1 : 0));
}

function nodesOf({ directory }: FullState, matches: Uint8Array): readonly SelectedNode[] {
  const nodes: SelectedNode[] = [];
  matches.forEach((match, endpoint) => {
    const entry = match === 0 ? undefined : directory.endpoint(endpoint);
    if (entry?.kind === "node" && entry.node !== undefined) nodes.push({ node: entry.node, ip: entry.ip });
  });
  return nodes;
}

function readName(policy: PolicyName, defaultNamespace: string): { readonly namespace: string; readonly name: string } {
  if (typeof policy === "string") {
    const [namespace, name, ...more] = policy.split("/");
    if (namespace && name && more.length === 0) return { namespace, name };
  } else if (typeof policy === "object" && policy !== null && typeof policy.name === "string") {
    return { namespace: policy.namespace ?? defaultNamespace, name: policy.name };
  }
  const message = 'a policy is named as "namespace/name" or { namespace, name }';
  throw new NetverdictError([{ code: "invalid-input", message, path: [] }]);
}
