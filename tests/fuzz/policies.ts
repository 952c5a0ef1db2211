/** NetworkPolicies over a case's words, with every form that the API has for "nothing" and "everything". */
import { isNumbered } from "./pods.ts";
import { anyFamily, inNamespace, nothing, type World } from "./world.ts";

type Part = Record<string, unknown>;

/** Adds policies to a case. */
export function addPolicies(world: World): void {
  const { random, size, objects, namespaces } = world;
  const count = {
    tiny: 1 + random.below(4),
    small: 2 + random.below(9),
    medium: 8 + random.below(32),
    brink: 10 + random.below(20),
    crowd: 60 + random.below(140),
  }[size];
  for (let index = 0; index < count; index++) {
    const namespace = random.chance(0.04) ? "elsewhere" : random.pick(namespaces);
    objects.push({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: random.chance(0.9) ? `policy-${index}` : `policy.${index}`, ...inNamespace(world, namespace) },
      ...(random.chance(0.03) ? random.pick<Part>([{}, { spec: {} }]) : { spec: policySpec(world) }),
    });
  }
  if (size === "brink") objects.push(naming(world));
}

/** A policy that tells every pod from every other. */
function naming(world: World): Part {
  const values = world.pods.map((_, index) => String(index));
  const podSelector = { matchExpressions: [{ key: "id", operator: "In", values }] };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "naming", namespace: world.random.pick(world.namespaces) },
    spec: { podSelector: {}, ingress: [{ from: [{ podSelector, namespaceSelector: {} }] }] },
  };
}

/** Makes the `spec` of a policy. */
export function policySpec(world: World): Part {
  const { random } = world;
  return {
    podSelector: random.chance(0.4) ? {} : podSelector(world),
    ...random.pick<Part>([
      {},
      { policyTypes: [] },
      { policyTypes: null },
      { policyTypes: ["Ingress"] },
      { policyTypes: ["Egress"] },
      { policyTypes: ["Ingress", "Egress"] },
      { policyTypes: ["Egress", "Ingress"] },
      { policyTypes: ["Ingress", "Ingress"] },
    ]),
    ...rules(world, "ingress"),
    ...rules(world, "egress"),
  };
}

function rules(world: World, direction: "ingress" | "egress"): Part {
  const { random } = world;
  if (random.chance(0.25)) return nothing(random, direction);
  return { [direction]: random.list(1, 3, () => policyRule(world, direction)) };
}

/** Makes one rule of a direction. */
export function policyRule(world: World, direction: "ingress" | "egress"): Part {
  const { random, size } = world;
  const side = direction === "ingress" ? "from" : "to";
  const peers = random.chance(0.15)
    ? nothing(random, side)
    : { [side]: random.list(1, isNumbered(size) ? 4 : 3, () => peer(world)) };
  return { ...peers, ...rulePorts(world) };
}

function peer(world: World): Part {
  const { random } = world;
  const absent = (key: string): Part => (random.chance(0.1) ? { [key]: null } : {});
  switch (random.weighted({ pod: 4, namespace: 3, both: 3, block: 4 })) {
    case "pod":
      return { podSelector: podSelector(world), ...absent("namespaceSelector"), ...absent("ipBlock") };
    case "namespace":
      return { namespaceSelector: namespaceSelector(world), ...absent("podSelector") };
    case "both":
      return { namespaceSelector: namespaceSelector(world), podSelector: podSelector(world), ...absent("ipBlock") };
    default:
      return { ipBlock: world.book.block(anyFamily(world)), ...absent("podSelector") };
  }
}

function rulePorts(world: World): Part {
  const { random, numbers, portNames } = world;
  if (random.chance(0.45)) return nothing(random, "ports");
  const count = random.chance(world.features.manyPorts ? 0.4 : 0.08) ? 6 + random.below(20) : 1 + random.below(3);
  const protocol = (): Part =>
    random.weighted({ absent: 4, TCP: 4, UDP: 2, SCTP: 1, none: 0.5 }) === "absent"
      ? {}
      : random.pick([{ protocol: "TCP" }, { protocol: "UDP" }, { protocol: "SCTP" }, { protocol: null }]);
  const port = (): Part => {
    const number = random.pick(numbers);
    switch (random.weighted({ number: 5, range: 4, name: 3, absent: 1.5 })) {
      case "number":
        return { port: number, ...(random.chance(0.1) ? { endPort: null } : {}) };
      case "range": {
        const last = random.pick([
          number,
          number + 1,
          number + 2,
          random.pick(numbers),
          random.pick(numbers) - 1,
          65535,
        ]);
        return { port: number, endPort: Math.min(65535, Math.max(number, last)) };
      }
      case "name":
        return { port: random.pick(portNames) };
      default:
        return random.pick([{}, {}, { port: null }]);
    }
  };
  return { ports: Array.from({ length: count }, () => ({ ...protocol(), ...port() })) };
}

/** Makes a selector over pod labels. */
export function podSelector(world: World): Part {
  const { random, keys, values, size, pods } = world;
  if (isNumbered(size) && random.chance(0.6)) {
    // Many pods, each with a number of its own: as many classes as there are pods.
    const ids = random.list(1, 30, () => String(random.below(pods.length + 40)));
    return { matchExpressions: [{ key: "id", operator: random.pick(["In", "In", "In", "NotIn"]), values: ids }] };
  }
  if (world.workloads.length > 0 && random.chance(0.2)) return givenLabelSelector(world);
  return selector(world, keys, () => values);
}

/** Selects by the labels that a StatefulSet or a Job gives its pods. */
function givenLabelSelector({ random, workloads }: World): Part {
  const [, kind, name] = random.pick(workloads).split("/");
  if (kind === "Job") return { matchLabels: { "job-name": name } };
  return random.chance(0.5)
    ? { matchLabels: { "apps.kubernetes.io/pod-index": random.pick(["0", "1", "2", "3", "9"]) } }
    : { matchLabels: { "statefulset.kubernetes.io/pod-name": `${name}-${random.below(4)}` } };
}

/** Makes a selector over namespaces' labels. */
export function namespaceSelector(world: World): Part {
  const { keys, values, namespaces } = world;
  const name = "kubernetes.io/metadata.name";
  return selector(world, [name, ...keys], (key) => (key === name ? [...namespaces, "elsewhere"] : values));
}

function selector({ random }: World, keys: readonly string[], valuesOf: (key: string) => readonly string[]): Part {
  if (random.chance(0.15)) {
    return random.pick<Part>([
      {},
      {},
      { matchLabels: {} },
      { matchExpressions: [] },
      { matchLabels: null, matchExpressions: null },
    ]);
  }
  const expression = (): Part => {
    const key = random.pick(keys);
    const operator = random.pick(["In", "NotIn", "NotIn", "Exists", "DoesNotExist"]);
    const values = random.list(1, 3, () => random.pick(valuesOf(key)));
    return { key, operator, ...(operator.endsWith("In") ? { values } : nothing(random, "values")) };
  };
  const labelled = (): Record<string, string> => {
    const chosen = random.list(1, 2, () => random.pick(keys));
    return Object.fromEntries(chosen.map((key) => [key, random.pick(valuesOf(key))]));
  };
  switch (random.weighted({ labels: 4, expressions: 4, both: 1 })) {
    case "labels":
      return { matchLabels: labelled() };
    case "expressions":
      return { matchExpressions: random.list(1, 3, expression) };
    default:
      return { matchLabels: labelled(), matchExpressions: random.list(1, 2, expression) };
  }
}
