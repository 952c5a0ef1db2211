/**
 * Making the planned changes: first in the core, which may refuse, then in the directory and the ledger, which cannot.
 *
 *   new namespaces and nodes ─▶ new policies ─▶ policies that go ─▶ pods        ─▶ directory, ledger
 */
import type { LivePodEntry } from "../model/directory.ts";
import { familiesOf, modelPod } from "../model/endpoints.ts";
import type { ModelEndpoint, ModelPolicy } from "../model/model.ts";
import { modelNetworkPolicy } from "../model/network-policy.ts";
import type { PodName } from "../model/pod-addresses.ts";
import { canonicalDomains, modelTierPolicy } from "../model/tier-policy.ts";
import { knowNode, namespaceIndex } from "../newcomers.ts";
import type { NetworkPolicyObject, PodObject, TierPolicyObject } from "../read/objects.ts";
import type { FullState, Internals } from "../state.ts";
import type { Edit, Edits } from "./edits.ts";
import type { Ledger } from "./ledger.ts";
import { isUntouched, type Plan, type PodChange } from "./plan.ts";
import { isSame } from "./same.ts";
import { objectsOf } from "./store.ts";

/** What the core has made of a plan. */
interface Made {
  /** Entries of live pods, by key. */
  readonly pods: ReadonlyMap<string, LivePodEntry>;
  readonly policyNumbers: ReadonlyMap<string, number>;
}

/** Makes the changes; false where the core turned out to need a rebuild, which must follow. */
export function applyUpdate(edits: Edits, plan: Plan, ledger: Ledger, internals: Internals, full: FullState): boolean {
  const made = changeCore(edits, plan, ledger, full);
  if (made === undefined) return false;
  changePods(plan, made, ledger, full);
  changeServices(edits, ledger, full);
  edits.commit(ledger.store);
  noteUses(edits, plan, ledger, internals, full);
  for (const list of ["networkPolicies", "tierPolicies"] as const) {
    for (const [key, { renewed }] of edits.lists[list]) {
      const number = made.policyNumbers.get(key);
      // What was removed and given again stands last.
      if (renewed) ledger.policyNumbers.delete(key);
      if (number !== undefined) ledger.policyNumbers.set(key, number);
      else if (!ledger.store[list].has(key)) ledger.policyNumbers.delete(key);
    }
  }
  full.objects = objectsOf(ledger.store);
  full.summary = undefined;
  if (edits.lists.unmodelled.size > 0) internals.unmodelled = full.objects.unmodelled;
  return true;
}

function changeCore(edits: Edits, plan: Plan, ledger: Ledger, full: FullState): Made | undefined {
  const { builder, namespaces } = full;
  const { lists } = edits;
  for (const [name, { before, after }] of lists.namespaces) {
    if (before === undefined && after !== undefined) builder.addNamespace(namespaces.declare(after));
    if (before === undefined && after === undefined) throw new RangeError(`nothing to do for namespace ${name}`);
  }

  const policyNumbers = new Map<string, number>();
  const domains = canonicalDomains(full.options.domains);
  const modelOf = (policy: NetworkPolicyObject | TierPolicyObject): ModelPolicy =>
    policy.kind === "NetworkPolicy"
      ? modelNetworkPolicy(policy, namespaceIndex(full, policy.namespace))
      : modelTierPolicy(policy, domains);
  const policies: [string, Edit<NetworkPolicyObject | TierPolicyObject>][] = [];
  for (const [key, edit] of [...lists.networkPolicies, ...lists.tierPolicies]) {
    const number = ledger.policyNumbers.get(key);
    if (!isUntouched<NetworkPolicyObject | TierPolicyObject>(edit)) policies.push([key, edit]);
    // It says what it said, perhaps in another place.
    else if (edit.after !== undefined && number !== undefined) builder.renewPolicy(number, modelOf(edit.after));
  }
  for (const [key, { after }] of policies) {
    if (after === undefined) continue;
    const number = builder.addPolicy(modelOf(after));
    if (number === undefined) return undefined;
    policyNumbers.set(key, number);
  }
  for (const [key, { before }] of policies) {
    const number = ledger.policyNumbers.get(key);
    if (before !== undefined && number !== undefined) builder.removePolicy(number);
  }

  const pods = new Map<string, LivePodEntry>();
  for (const change of plan.pods) {
    const entry = changeEndpoint(change, full);
    if (entry !== undefined) pods.set(change.key, entry);
  }
  return { pods, policyNumbers };
}

/** Changes one pod's endpoint, and gives its entry where it has one afterwards. */
function changeEndpoint({ key, before, after, keeps }: PodChange, full: FullState): LivePodEntry | undefined {
  const { builder, directory } = full;
  const number = directory.podEndpoint(key);
  if (!keeps && before !== undefined && !before.finished && number >= 0) builder.setEndpoint(number, undefined);
  if (after === undefined || after.finished) return undefined;
  const model = endpointOf(after, full);
  const families = familiesOf(model);
  if (keeps && number >= 0) {
    if (!isSame(coreFields(before), coreFields(after))) builder.setEndpoint(number, model);
    return entryOf(after, number, families);
  }
  return entryOf(after, builder.addEndpoint(model), families);
}

/** What the core is told of a pod. */
function coreFields(pod: PodObject | undefined): unknown {
  return pod && [pod.labels, pod.ports, pod.ips, pod.nodeName];
}

function endpointOf({ namespace, labels, ports, nodeName, ips }: PodObject, full: FullState): ModelEndpoint {
  if (nodeName !== undefined) knowNode(full, nodeName);
  return modelPod(
    {
      namespace: namespaceIndex(full, namespace),
      labels,
      ports,
      hostNetwork: false,
      nodeName,
      ips,
      ownsAddress: true,
      named: true,
    },
    full.nodes,
    full.sets,
  );
}

function entryOf(pod: PodObject, endpoint: number, families: readonly (4 | 6)[]): LivePodEntry {
  const { namespace, name, labels, ownDNS, ports, ips, nodeName, ready, terminating } = pod;
  return {
    namespace,
    name,
    display: `${namespace}/${name}`,
    endpoint,
    labels,
    ownDNS,
    ports,
    hostNetwork: false,
    families,
    ips,
    nodeName,
    ready,
    terminating,
    representative: false,
    standsIn: false,
  };
}

function changePods({ pods }: Plan, made: Made, ledger: Ledger, full: FullState): void {
  const { directory, addresses } = full;
  // What goes before what comes: an address may be handed from one to the other.
  for (const { key, before, after, keeps, left } of pods) {
    const entry = directory.pod(key);
    if (before?.finished) directory.removeFinished(key);
    if (after?.finished) directory.addFinished(key);
    if (before === undefined || before.finished || entry === undefined) continue;
    for (const ip of before.ips) if (isNamed(addresses.get(ip), before)) addresses.delete(ip);
    if (keeps) continue;
    directory.removePod(entry, left);
    ledger.retired.add(entry.endpoint);
    for (const workload of left) if (ledger.store.workloads.has(workload)) directory.addToWorkload(workload);
  }
  for (const { key, keeps, joined } of pods) {
    const entry = made.pods.get(key);
    if (entry === undefined) continue;
    for (const ip of entry.ips) addresses.set(ip, entry);
    const known = directory.pod(key);
    if (keeps && known !== undefined) directory.replacePod(known, entry, joined);
    else {
      directory.addPod(entry);
      for (const workload of joined) directory.addToWorkload(workload, entry);
    }
  }
}

function isNamed(pod: PodName | undefined, { namespace, name }: PodName): boolean {
  return pod?.namespace === namespace && pod.name === name;
}

/** Slices come and change all the time; whatever else changes among Services, they are all taken in again. */
function changeServices(edits: Edits, { store }: Ledger, { directory }: FullState): void {
  const { services, endpointSlices, endpoints } = edits.lists;
  if (services.size + endpointSlices.size + endpoints.size === 0) return;
  const inPlace = [...endpointSlices.values()].every(
    ({ before, after, renewed }) =>
      after !== undefined && !renewed && (before === undefined || before.serviceName === after.serviceName),
  );
  if (services.size + endpoints.size === 0 && inPlace) {
    for (const { before, after } of endpointSlices.values()) {
      if (after === undefined) continue;
      if (before === undefined) directory.services.addSlice(after);
      else directory.services.replaceSlice(before, after);
    }
    return;
  }
  directory.services.setAll(
    valuesAfter(store.services, services).values(),
    valuesAfter(store.endpointSlices, endpointSlices).values(),
    valuesAfter(store.endpoints, endpoints).values(),
  );
}

/** A list as it will be. */
function valuesAfter<T>(
  objects: ReadonlyMap<string, T>,
  edits: ReadonlyMap<string, { readonly after: T | undefined; readonly renewed: boolean }>,
): Map<string, T> {
  const copy = new Map(objects);
  for (const [key, { after, renewed }] of edits) {
    if (after === undefined || renewed) copy.delete(key);
    if (after !== undefined) copy.set(key, after);
  }
  return copy;
}

/** Namespaces and nodes that objects name for the first time, or no more. */
function noteUses(edits: Edits, { delta }: Plan, ledger: Ledger, internals: Internals, full: FullState): void {
  const { store, tallies } = ledger;
  tallies.addAll(delta);
  for (const name of [...delta.namespaces.keys(), ...edits.lists.namespaces.keys()]) {
    if (tallies.namespaces.has(name) || store.namespaces.has(name)) full.strangeNamespaces.delete(name);
    else full.strangeNamespaces.add(name);
  }
  for (const name of delta.nodes.keys()) {
    if (store.nodes.has(name)) continue;
    if (!tallies.nodes.has(name)) full.directory.removeNode(name);
    else if (full.directory.node(name) === undefined) full.directory.setNode({ name, addresses: [] });
  }
  if (delta.policed.size > 0) internals.policedNamespaces = new Set(tallies.policed.keys());
}
