/** Policies as manifests again, from what was read of them: what the API server would have stored, without status and annotations of others. */
import { formatPrefix } from "../address.ts";
import type {
  NetworkPolicyObject,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
  Prefix,
  Selector,
  TierPolicyObject,
} from "./objects.ts";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: object;
    readonly annotations?: object;
  };
  readonly spec: object;
}

export function networkPolicyManifest(policy: NetworkPolicyObject): Manifest {
  const { podSelector, policyTypes, ingress, egress } = policy;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadataOf(policy),
    spec: {
      podSelector: selectorOf(podSelector),
      policyTypes,
      ...(ingress.length > 0 && { ingress: ingress.map((rule) => ruleOf(rule, "from")) }),
      ...(egress.length > 0 && { egress: egress.map((rule) => ruleOf(rule, "to")) }),
    },
  };
}

export function metadataOf({
  namespace,
  name,
  labels,
  annotations,
}: NetworkPolicyObject | TierPolicyObject): Manifest["metadata"] {
  return {
    name,
    ...(namespace !== "" && { namespace }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

function ruleOf({ peers, ports }: NetworkPolicyRule, key: "from" | "to"): object {
  return {
    ...(peers.length > 0 && { [key]: peers.map(peerOf) }),
    ...(ports.length > 0 && { ports: ports.map(portOf) }),
  };
}

function peerOf(peer: NetworkPolicyPeer): object {
  if ("ipBlock" in peer) {
    const { cidr, except } = peer.ipBlock;
    return {
      ipBlock: {
        cidr: formatPrefix(cidr),
        ...(except.length > 0 && { except: except.map((one) => exceptText(one, cidr)) }),
      },
    };
  }
  const { namespaceSelector, podSelector } = peer;
  return {
    ...(namespaceSelector !== undefined && { namespaceSelector: selectorOf(namespaceSelector) }),
    ...(podSelector !== undefined && { podSelector: selectorOf(podSelector) }),
  };
}

/** An exception that is the whole block can only have been written as IPv4-mapped IPv6, which the API server takes for longer. */
function exceptText(except: Prefix, cidr: Prefix): string {
  const text = formatPrefix(except);
  if (except.family !== 4 || except.length > cidr.length) return text;
  return `::ffff:${text.slice(0, text.indexOf("/"))}/${except.length + 96}`;
}

function portOf({ protocol, port, endPort }: NetworkPolicyPort): object {
  return { protocol, ...(port !== undefined && { port }), ...(endPort !== undefined && { endPort }) };
}

/** Labels that are asked for by value become `matchLabels`, everything else `matchExpressions`. */
export function selectorOf(selector: Selector): object {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: object[] = [];
  for (const { key, operator, values } of selector) {
    const [value] = values;
    if (operator === "In" && values.length === 1 && value !== undefined && !Object.hasOwn(matchLabels, key)) {
      matchLabels[key] = value;
    } else {
      matchExpressions.push({ key, operator, ...(values.length > 0 && { values }) });
    }
  }
  return {
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions.length > 0 && { matchExpressions }),
  };
}
