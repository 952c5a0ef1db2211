/**
 * Whether policies, as they are written, speak of all that others do: for every pod, namespace and address that there may
 * ever be, not only for those that were loaded. It compares what they say and never asks whether anything matches: where
 * it says no, the wider ones may still match all that is there today.
 */

import type { Index, ModelPeer, ModelPolicy, ModelRule, ModelRulePort, Tier } from "../model/model.ts";
import { NAMESPACE_NAME_LABEL } from "../model/namespaces.ts";
import { LAST_PORT } from "../ports.ts";
import type { Selector, TransportProtocol } from "../read/objects.ts";
import { ANY_ADDRESS, addressesOf } from "./regions/addresses.ts";
import { type Axis, type Box, isCovered, isEmpty, meets } from "./regions/box.ts";
import * as labels from "./regions/label-values.ts";
import { hull, type Range, type Ranges, union } from "./regions/ranges.ts";

/** When rules that go by containment are silent. */
export const ONLY_TODAY = "where only the labels, ports or addresses of today make it so, and not what is written";

/** Of all that the other end may be. */
const PODS = 0n;
const NODES = 1n;
const OUTSIDE = 2n;
const ANYONE: Ranges = [{ first: PODS, last: OUTSIDE }];

/** The ports of one protocol after those of another; then whatever has none. */
const PROTOCOLS: readonly TransportProtocol[] = ["TCP", "UDP", "SCTP"];
const PORTS = 1n << 16n;
const ANY_PORT: Ranges = [{ first: 0n, last: PORTS * BigInt(PROTOCOLS.length) }];

/** A rule with whose it is. */
export interface PlacedRule {
  readonly policy: ModelPolicy;
  readonly rule: ModelRule;
}

/** What entries of a rule speak of, for the pods that its policy selects. */
interface Region {
  readonly box: Box;
  /** It is not only what it may at most be. */
  readonly isKnown: boolean;
}

export class Containment {
  readonly #namespaces: readonly { readonly name: string }[];
  readonly #scopes = new Map<ModelPolicy, Box>();
  readonly #regions = new Map<ModelRule, readonly Region[]>();
  readonly #listed = new Map<ModelRule, ReadonlyMap<string, ReadonlySet<string>>>();

  constructor(namespaces: readonly { readonly name: string }[]) {
    this.#namespaces = namespaces;
  }

  /** Whether a policy selects all that another one does. */
  scope(wide: ModelPolicy, narrow: ModelPolicy): boolean {
    const box = this.#subjects(narrow);
    return !isEmpty(box) && isCovered(box, [this.#subjects(wide)]);
  }

  /** Whether there may be pods that both select. */
  share(one: ModelPolicy, other: ModelPolicy): boolean {
    return meets(this.#subjects(one), this.#subjects(other));
  }

  /** From the first number on an axis that a rule speaks of to the last one; undefined where it speaks of nothing. */
  span(rule: PlacedRule, axis: Axis): Range | undefined {
    const [first, ...more] = this.#regionsOf(rule).flatMap(({ box }) => box.axes[axis]);
    return first && more.reduce(hull, first);
  }

  /** The labels that whatever a rule speaks of has, with the values that it asks for. */
  listedLabels(rule: PlacedRule): ReadonlyMap<string, ReadonlySet<string>> {
    const known = this.#listed.get(rule.rule);
    if (known !== undefined) return known;
    const listed = new Map<string, ReadonlySet<string>>();
    const boxes = this.#regionsOf(rule).map(({ box }) => box.labels);
    for (const key of boxes[0]?.keys() ?? []) {
      const given = boxes.map((one) => one.get(key));
      if (given.some((one) => one === undefined || one.isAllBut || one.orAbsent)) continue;
      listed.set(key, new Set(given.flatMap((one) => [...(one?.values ?? [])])));
    }
    this.#listed.set(rule.rule, listed);
    return listed;
  }

  /** Whether rules together speak of all that one does, and it speaks of something. */
  rule(wide: readonly PlacedRule[], narrow: PlacedRule): boolean {
    const boxes = this.#regionsOf(narrow).flatMap(({ box }) => (isEmpty(box) ? [] : [box]));
    if (boxes.length === 0) return false;
    const by = wide.flatMap((one) => this.#regionsOf(one)).flatMap(({ box, isKnown }) => (isKnown ? [box] : []));
    return boxes.every((box) => isCovered(box, by));
  }

  /** A single rule of some that speaks of all that one does. */
  single<T extends PlacedRule>(wide: readonly T[], narrow: PlacedRule): readonly [T] | undefined {
    const found = wide.find((one) => this.meets(one, narrow) && this.rule([one], narrow));
    return found && [found];
  }

  /** Rules of some that together do: a single one if one is enough, else none that could be left out. */
  smallest<T extends PlacedRule>(wide: readonly T[], narrow: PlacedRule): readonly T[] | undefined {
    const touching = wide.filter((one) => this.meets(one, narrow));
    return smallest(touching, (some) => this.rule(some, narrow));
  }

  /** Whether there may be flows of which both speak. */
  meets(one: PlacedRule, other: PlacedRule): boolean {
    if (!this.share(one.policy, other.policy)) return false;
    const others = this.#regionsOf(other);
    return this.#regionsOf(one).some(({ box }) => others.some((another) => meets(box, another.box)));
  }

  #regionsOf({ policy, rule }: PlacedRule): readonly Region[] {
    const known = this.#regions.get(rule);
    if (known !== undefined) return known;
    const subjects = this.#subjects(policy);
    const regions = this.#peerRegions(subjects, rule.peers, policy.tier).flatMap(({ box, isKnown }) =>
      portParts(rule.ports).map((part) => ({ box: withPorts(box, part), isKnown })),
    );
    this.#regions.set(rule, regions);
    return regions;
  }

  /** Blocks together are one, however many there are. */
  #peerRegions(subjects: Box, peers: readonly ModelPeer[], tier: Tier): readonly Region[] {
    if (peers.length === 0) return [{ box: subjects, isKnown: true }];
    const blocks = peers.flatMap((peer) => (peer.kind === "block" ? addressesOf(peer.block) : []));
    // Networks of cluster-wide policies match pods and nodes by their addresses too; of an ipBlock plugins differ.
    const inBlocks = tier === "additive" ? withPeer(subjects, OUTSIDE) : subjects;
    const others = peers.filter(({ kind }) => kind !== "block");
    return [
      ...(blocks.length === 0
        ? []
        : [{ box: { ...inBlocks, axes: { ...inBlocks.axes, address: union(blocks) } }, isKnown: true }]),
      ...others.map((peer) => ({ box: this.#withSelectors(subjects, peer), isKnown: peer.kind !== "unknown" })),
    ];
  }

  /** The pods of a policy, with anyone on any port. */
  #subjects(policy: ModelPolicy): Box {
    const known = this.#scopes.get(policy);
    if (known !== undefined) return known;
    const { namespace, podSelector } = policy;
    const box = {
      axes: { peer: ANYONE, address: ANY_ADDRESS, port: ANY_PORT },
      labels: new Map([
        ...labelled("namespace of the subject", this.#byLabels(namespace)),
        ...labelled("subject", podSelector),
      ]),
    };
    this.#scopes.set(policy, box);
    return box;
  }

  /** Of a peer that is no block; an unknown one may be anyone. */
  #withSelectors(subjects: Box, peer: ModelPeer): Box {
    if (peer.kind === "nodes") return withPeer(subjects, NODES, labelled("node", peer.nodeSelector));
    if (peer.kind !== "pods") return subjects;
    return withPeer(subjects, PODS, [
      ...labelled("namespace of the peer", this.#byLabels(peer.namespace)),
      ...labelled("peer", peer.podSelector),
    ]);
  }

  /** A namespace as the selector of the label that every namespace has. */
  #byLabels(namespace: Index | Selector): Selector {
    const isThere = { key: NAMESPACE_NAME_LABEL, operator: "Exists", values: [] } as const;
    if (typeof namespace !== "number") return [...namespace, isThere];
    const name = this.#namespaces[namespace]?.name ?? "";
    return [{ key: NAMESPACE_NAME_LABEL, operator: "In", values: [name] }];
  }
}

/** A selector's labels as dimensions, one for each key. */
function labelled(of: string, selector: Selector): Map<string, labels.LabelValues> {
  const found = new Map<string, labels.LabelValues>();
  for (const requirement of selector) {
    const key = `${of}: ${requirement.key}`;
    found.set(key, labels.both(found.get(key) ?? labels.ANY_LABEL, labels.valuesOf(requirement)));
  }
  return found;
}

function withPeer(box: Box, kind: bigint, selectors: Iterable<[string, labels.LabelValues]> = []): Box {
  return {
    axes: { ...box.axes, peer: [{ first: kind, last: kind }] },
    labels: new Map([...box.labels, ...selectors]),
  };
}

/** Ports of a rule: numbers, all that there are together, or a name of one. */
interface PortPart {
  readonly numbers: Ranges;
  readonly name?: string;
}

/** A name is a label that the destination gives to whichever number it likes. */
function portParts(ports: readonly ModelRulePort[]): readonly PortPart[] {
  if (ports.length === 0) return [{ numbers: ANY_PORT }];
  const numbers = ports.flatMap((port) => ("name" in port ? [] : [portRange(port, port.first, port.last)]));
  const names = ports.flatMap((port) =>
    "name" in port ? [{ numbers: [portRange(port, 1, LAST_PORT)], name: port.name }] : [],
  );
  return numbers.length === 0 ? names : [{ numbers: union(numbers) }, ...names];
}

function portRange({ protocol }: ModelRulePort, first: number, last: number): Range {
  const base = PORTS * BigInt(PROTOCOLS.indexOf(protocol));
  return { first: base + BigInt(first), last: base + BigInt(last) };
}

function withPorts({ axes, labels: given }: Box, { numbers, name }: PortPart): Box {
  return {
    axes: { ...axes, port: numbers },
    labels: name === undefined ? given : new Map(given).set(`port: ${name}`, labels.PRESENT),
  };
}

/** Whether a rule's ports have one that is for a port. */
export function includesPort(ports: readonly ModelRulePort[], protocol: TransportProtocol, number: number): boolean {
  return (
    ports.length === 0 ||
    ports.some((port) => port.protocol === protocol && !("name" in port) && port.first <= number && number <= port.last)
  );
}

/** Some that are enough: a single one if there is such, else none of which could be left out; undefined where all are not. */
export function smallest<T>(all: readonly T[], isEnough: (some: readonly T[]) => boolean): readonly T[] | undefined {
  const single = all.find((one) => isEnough([one]));
  if (single !== undefined) return [single];
  if (all.length < 2 || !isEnough(all)) return undefined;
  return all.reduceRight<readonly T[]>((kept, one) => {
    const others = kept.filter((other) => other !== one);
    return isEnough(others) ? others : kept;
  }, all);
}
