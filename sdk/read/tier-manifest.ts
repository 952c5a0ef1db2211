/** A policy of an ordered tier as a manifest again, from what was read of it. */
import { formatPrefix } from "../address.ts";
import type { CaveatCode } from "../types.ts";
import { type Manifest, metadataOf, selectorOf } from "./manifest.ts";
import type { LoadedObjects, PodsBySelectors, TierPeer, TierPolicyObject, TierPort, TierRule } from "./objects.ts";

/** How a kind writes what the others write too. */
interface Spelling {
  readonly version: string;
  readonly accept: string;
  readonly ports: "protocols" | "ports";
  readonly portOf: (port: TierPort) => object;
}

const V1ALPHA1: Spelling = {
  version: "v1alpha1",
  accept: "Allow",
  ports: "ports",
  portOf: (port) => {
    if ("name" in port) return { namedPort: port.name };
    const { protocol, first = 1, last = 65_535, range } = port;
    if (first === last && !range) return { portNumber: { protocol, port: first } };
    return { portRange: { protocol, start: first, end: last } };
  },
};

const SPELLINGS: Readonly<Record<TierPolicyObject["kind"], Spelling>> = {
  ClusterNetworkPolicy: {
    version: "v1alpha2",
    accept: "Accept",
    ports: "protocols",
    portOf: (port) => {
      if ("name" in port) return { destinationNamedPort: port.name };
      const { protocol, first, last = first } = port;
      const destinationPort = first === last ? { number: first } : { range: { start: first, end: last } };
      return { [protocol.toLowerCase()]: first === undefined ? {} : { destinationPort } };
    },
  },
  AdminNetworkPolicy: V1ALPHA1,
  BaselineAdminNetworkPolicy: V1ALPHA1,
};

/** What reading says of a policy that it could not read in full. */
const LOSSES: ReadonlySet<CaveatCode> = new Set(["unknown-peer", "invalid-selector"]);

/** Undefined where what was read is not all that was written: peers that are not known, selectors that mean nothing. */
export function tierManifest(
  policy: TierPolicyObject,
  { caveats }: Pick<LoadedObjects, "caveats">,
): Manifest | undefined {
  const { kind, name, tier, priority, subject } = policy;
  const isLossy = caveats.some(
    ({ code, objects }) => LOSSES.has(code) && objects?.some((one) => one.kind === kind && one.name === name),
  );
  if (isLossy) return undefined;
  const spelling = SPELLINGS[kind];
  const { version = spelling.version } = policy;
  const rules = (direction: "ingress" | "egress"): object | false =>
    policy[direction].length > 0 && { [direction]: policy[direction].map((rule) => ruleOf(rule, direction, spelling)) };
  return {
    apiVersion: `policy.networking.k8s.io/${version}`,
    kind,
    metadata: metadataOf(policy),
    spec: {
      ...(kind === "ClusterNetworkPolicy" && { tier }),
      ...(kind !== "BaselineAdminNetworkPolicy" && { priority }),
      subject: podsOf(subject),
      ...rules("ingress"),
      ...rules("egress"),
    },
  };
}

function ruleOf({ name, action, peers, ports }: TierRule, direction: "ingress" | "egress", spelling: Spelling): object {
  return {
    ...(name !== undefined && { name }),
    action: { allow: spelling.accept, deny: "Deny", pass: "Pass" }[action],
    [direction === "ingress" ? "from" : "to"]: peers.map(peerOf),
    ...(ports.length > 0 && { [spelling.ports]: ports.map(spelling.portOf) }),
  };
}

function peerOf(peer: TierPeer): object {
  if ("networks" in peer) return { networks: peer.networks.map(formatPrefix) };
  if ("nodeSelector" in peer) return { nodes: selectorOf(peer.nodeSelector) };
  if ("domainNames" in peer) return { domainNames: peer.domainNames };
  if ("nobody" in peer) throw new RangeError("a selector that means nothing comes with a caveat");
  return podsOf(peer);
}

function podsOf({ namespaceSelector, podSelector, everyPod }: PodsBySelectors): object {
  if (podSelector.length === 0 && !everyPod) return { namespaces: selectorOf(namespaceSelector) };
  return { pods: { namespaceSelector: selectorOf(namespaceSelector), podSelector: selectorOf(podSelector) } };
}
