/** Whom a policy speaks of: the pods that it selects, and those that each of its peers matches. Matched by the core. */

import { addTo } from "../add-to.ts";
import { formatReference, NetverdictError, type ObjectReference } from "../errors.ts";
import { frozen } from "../frozen.ts";
import type { ModelPeer, ModelPolicy } from "../model/model.ts";
import { peerPath, placeOf, referenceOf, rulePath } from "../places.ts";
import { didYouMean } from "../read/nearest.ts";
import type { Inspection } from "../runtime.ts";
import { inFull } from "../snapshot/restore.ts";
import { type FullState, internalsOf, type State } from "../state.ts";
import { tierPolicyName } from "../update/keys.ts";
import type { PolicyName, PolicySelection, SelectedNode, SelectedPeer, SelectedPod } from "./types.ts";

const YES = 2;

/** @throws NetverdictError `unknown-object`, `invalid-input`, `needs-full-state` */
export function selectedPodsWith({ core, inspect }: Inspection, state: State, policy: PolicyName): PolicySelection {
  const { full } = inFull(core, internalsOf(state));
  const object = readName(policy, full.options.defaultNamespace ?? "default");
  const number = policyNumber(full, object);
  if (number === undefined) {
    const hint = didYouMean(nameOf(object), policyNames(full, object.kind));
    const message = `no ${formatReference(object)} was loaded${hint}`;
    throw new NetverdictError([{ code: "unknown-object", message, object, path: [] }]);
  }
  return frozen(selectionOf(inspect, full, number));
}

/** The number that the core knows a policy by; undefined where there is none of the name. */
export function policyNumber(full: FullState, { kind, namespace, name }: ObjectReference): number | undefined {
  if (full.ledger !== undefined) {
    const key = namespace === undefined ? tierPolicyName({ kind, name }) : `${namespace}/${name}`;
    return full.ledger.policyNumbers.get(key);
  }
  const number = full.model.policies.findIndex((policy) => {
    const reference = referenceOf(full, policy);
    return policy.name === name && reference.kind === kind && reference.namespace === namespace;
  });
  return number < 0 ? undefined : number;
}

/** The names of all policies of a kind, with their namespaces where they have one. */
export function policyNames(full: FullState, kind: string): readonly string[] {
  const loaded =
    full.ledger === undefined
      ? full.model.policies
      : [...full.ledger.policyNumbers.values()].map((number) => full.builder.policy(number));
  return loaded.flatMap((policy) => {
    const reference = policy && referenceOf(full, policy);
    return reference?.kind === kind ? [nameOf(reference)] : [];
  });
}

function nameOf({ namespace, name }: ObjectReference): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
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
    rules: policy.rules.map(({ direction, action, peers }, rule) => ({
      ...placeOf(full, policy, rulePath(policy, rule)),
      direction,
      action,
      peers: writtenPeers(peers).map((parts) => {
        const matches = parts.map((peer) => builder.matched(inspect, number, rule, peer, count));
        return peerSelection(full, policy, rule, parts[0] ?? 0, joined(matches));
      }),
    })),
  };
}

/** The model's peers by the entries that they were written as: an entry with several networks is several peers. */
function writtenPeers(peers: readonly ModelPeer[]): number[][] {
  const entries = new Map<number, number[]>();
  peers.forEach((peer, index) => {
    addTo(entries, peer.written ?? index, index);
  });
  return [...entries.values()];
}

/** An entry matches as well as the best of its parts. */
function joined([first = new Uint8Array(), ...others]: readonly Uint8Array[]): Uint8Array {
  for (const matches of others) {
    for (let i = 0; i < first.length; i++) first[i] = Math.max(first[i] ?? 0, matches[i] ?? 0);
  }
  return first;
}

const KINDS = { pods: "pods", block: "ipBlock", nodes: "nodes", unknown: "domainNames" } as const;

function peerSelection(
  full: FullState,
  policy: ModelPolicy,
  rule: number,
  peer: number,
  matches: Uint8Array,
): SelectedPeer {
  return {
    ...placeOf(full, policy, peerPath(policy, rule, peer)),
    kind: KINDS[policy.rules[rule]?.peers[peer]?.kind ?? "pods"],
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
  // By name, as the pods: the order in which they were told of is not one that updates keep.
  return nodes.sort((a, b) => (a.node === b.node ? 0 : a.node < b.node ? -1 : 1));
}

function readName(policy: PolicyName, defaultNamespace: string): ObjectReference {
  if (typeof policy === "string") {
    const [namespace, name, ...more] = policy.split("/");
    if (namespace && name && more.length === 0) return { kind: "NetworkPolicy", namespace, name };
  } else if (typeof policy === "object" && policy !== null && typeof policy.name === "string") {
    const { kind = "NetworkPolicy", namespace = defaultNamespace, name } = policy;
    return kind === "NetworkPolicy" ? { kind, namespace, name } : { kind, name };
  }
  const message = 'a policy is named as "namespace/name" or { kind?, namespace?, name }';
  throw new NetverdictError([{ code: "invalid-input", message, path: [] }]);
}
