/**
 * The evaluator that one would write first: for each flow, walk the policies of the subject's namespace, their rules, peers
 * and ports. Policies are kept by namespace and networks are parsed once; nothing else is prepared.
 */
import {
  type LabelSelector,
  type NamespaceObject,
  ofKind,
  type PodWithPorts,
  type PolicyObject,
  type PolicyPeer,
  type PolicyPort,
  type PolicyRule,
  type Requirement,
} from "./objects.ts";

type Labels = Readonly<Record<string, string>>;

interface Block {
  readonly cidr: Network;
  readonly except: readonly Network[];
}

interface Network {
  readonly address: bigint;
  readonly family: 4 | 6;
  readonly shift: bigint;
}

interface Endpoint {
  readonly pod: PodWithPorts;
  readonly namespaceLabels: Labels;
  readonly addresses: readonly { readonly family: 4 | 6; readonly value: bigint }[];
}

export class NaiveEvaluator {
  readonly #endpoints: readonly Endpoint[];
  readonly #policies = new Map<string, PolicyObject[]>();
  readonly #blocks = new Map<object, Block>();

  constructor(objects: readonly object[]) {
    const namespaces = new Map(
      ofKind<NamespaceObject>(objects, "Namespace").map(({ metadata: { name, labels } }) => [
        name,
        { ...labels, "kubernetes.io/metadata.name": name },
      ]),
    );
    this.#endpoints = ofKind<PodWithPorts>(objects, "Pod").map((pod) => ({
      pod,
      namespaceLabels: namespaces.get(pod.metadata.namespace) ?? {},
      addresses: pod.status.podIPs.map(({ ip }) => ({ family: ip.includes(":") ? 6 : 4, value: parseAddress(ip) })),
    }));
    for (const policy of ofKind<PolicyObject>(objects, "NetworkPolicy")) {
      const { namespace } = policy.metadata;
      const policies = this.#policies.get(namespace);
      if (policies === undefined) this.#policies.set(namespace, [policy]);
      else policies.push(policy);
      const rules = [...(policy.spec.ingress ?? []), ...(policy.spec.egress ?? [])];
      for (const { ipBlock } of rules.flatMap(({ from = [], to = [] }) => [...from, ...to])) {
        if (ipBlock === undefined) continue;
        const except = (ipBlock.except ?? []).map(parseNetwork);
        this.#blocks.set(ipBlock, { cidr: parseNetwork(ipBlock.cidr), except });
      }
    }
  }

  /** Whether a flow between two pods, by their places among the pods, passes over the source's first family that both have. */
  allows(from: number, to: number, port: number, protocol: string): boolean {
    const source = this.#endpoint(from);
    const destination = this.#endpoint(to);
    // A pod cannot block access to itself.
    if (from === to) return true;
    const shared = source.addresses.find(({ family }) =>
      destination.addresses.some((other) => other.family === family),
    );
    if (shared === undefined) throw new RangeError("the pods share no address family");
    const flow = { source, destination, family: shared.family, port, protocol };
    return (
      this.#sideAllows("Egress", source, destination, flow) && this.#sideAllows("Ingress", destination, source, flow)
    );
  }

  #endpoint(place: number): Endpoint {
    const endpoint = this.#endpoints[place];
    if (endpoint === undefined) throw new RangeError(`there is no pod ${place}`);
    return endpoint;
  }

  #sideAllows(direction: "Ingress" | "Egress", subject: Endpoint, peer: Endpoint, flow: FlowBetween): boolean {
    let isolated = false;
    for (const policy of this.#policies.get(subject.pod.metadata.namespace) ?? []) {
      const { podSelector, policyTypes, ingress = [], egress = [] } = policy.spec;
      if (!policyTypes.includes(direction) || !matches(podSelector, subject.pod.metadata.labels)) continue;
      isolated = true;
      const rules = direction === "Ingress" ? ingress : egress;
      if (rules.some((rule) => this.#ruleAllows(rule, policy.metadata.namespace, peer, flow))) return true;
    }
    return !isolated;
  }

  #ruleAllows(rule: PolicyRule, namespace: string, peer: Endpoint, flow: FlowBetween): boolean {
    const { ports = [] } = rule;
    if (ports.length > 0 && !ports.some((port) => portMatches(port, flow))) return false;
    const peers = rule.from ?? rule.to ?? [];
    return peers.length === 0 || peers.some((each) => this.#peerMatches(each, namespace, peer, flow.family));
  }

  #peerMatches(
    { ipBlock, namespaceSelector, podSelector }: PolicyPeer,
    namespace: string,
    { pod, namespaceLabels, addresses }: Endpoint,
    family: 4 | 6,
  ): boolean {
    if (ipBlock !== undefined) {
      const block = this.#blocks.get(ipBlock);
      const address = addresses.find((each) => each.family === family);
      if (block === undefined || address === undefined) return false;
      const inside = (network: Network): boolean =>
        network.family === family && address.value >> network.shift === network.address >> network.shift;
      return inside(block.cidr) && !block.except.some(inside);
    }
    const inNamespace =
      namespaceSelector === undefined
        ? pod.metadata.namespace === namespace
        : matches(namespaceSelector, namespaceLabels);
    return inNamespace && (podSelector === undefined || matches(podSelector, pod.metadata.labels));
  }
}

interface FlowBetween {
  readonly destination: Endpoint;
  readonly family: 4 | 6;
  readonly port: number;
  readonly protocol: string;
}

function matches({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  for (const key in matchLabels) if (labels[key] !== matchLabels[key]) return false;
  return matchExpressions.every((requirement) => isMet(requirement, labels));
}

function isMet({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

function portMatches({ port, endPort, protocol = "TCP" }: PolicyPort, flow: FlowBetween): boolean {
  if (protocol !== flow.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === "number") return flow.port >= port && flow.port <= (endPort ?? port);
  return flow.destination.pod.spec.containers.some(({ ports = [] }) =>
    ports.some(
      (declared) =>
        declared.name === port &&
        (declared.protocol ?? "TCP") === flow.protocol &&
        declared.containerPort === flow.port,
    ),
  );
}

function parseNetwork(cidr: string): Network {
  const [address = "", length = "0"] = cidr.split("/");
  const family = address.includes(":") ? 6 : 4;
  return { address: parseAddress(address), family, shift: BigInt((family === 6 ? 128 : 32) - Number(length)) };
}

function parseAddress(text: string): bigint {
  if (!text.includes(":")) return text.split(".").reduce((value, part) => value * 256n + BigInt(part), 0n);
  const [head = "", tail] = text.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const first = groups(head);
  const last = groups(tail ?? "");
  const middle = Array<string>(8 - first.length - last.length).fill("0");
  return [...first, ...middle, ...last].reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}
