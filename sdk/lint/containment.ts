/**
 * Whether policies, as they are written, speak of all that others do: for every pod, namespace and address that there may
 * ever be, not only for those that were loaded. It compares what they say and never asks whether anything matches: where
 * it says no, the wider ones may still match all that is there today.
 */
import type { Index, ModelPeer, ModelPolicy, ModelRule, ModelRulePort, Tier } from "../model/model.ts";
import { NAMESPACE_NAME_LABEL } from "../model/namespaces.ts";
import type { Selector, TransportProtocol } from "../read/objects.ts";
import { ANY_ADDRESS, addressesOf } from "./regions/addresses.ts";
import { type Box, isCovered, isEmpty, meets } from "./regions/box.ts";
import * as labels from "./regions/label-values.ts";
import type { Ranges } from "./regions/ranges.ts";

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

/** What an entry of a rule speaks of, for the pods that its policy selects. */
interface Region {
  readonly box: Box;
  /** It is not only what it may at most be. */
  readonly isKnown: boolean;
}

export class Containment {
  readonly #namespaces: readonly { readonly name: string }[];
  readonly #scopes = new Map<ModelPolicy, Box>();
  readonly #regions = new Map<ModelRule, readonly Region[]>();

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
    const peers = rule.peers.length === 0 ? [undefined] : rule.peers;
    const ports = rule.ports.length === 0 ? [undefined] : rule.ports;
    const subjects = this.#subjects(policy);
    const regions = peers.flatMap((peer) => {
      const box = this.#withPeer(subjects, peer, policy.tier);
      return ports.map((port) => ({ box: withPort(box, port), isKnown: peer?.kind !== "unknown" }));
    });
    this.#regions.set(rule, regions);
    return regions;
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

  #withPeer(subjects: Box, peer: ModelPeer | undefined, tier: Tier): Box {
    const only = (kind: bigint, selectors: Iterable<[string, labels.LabelValues]> = []): Box => ({
      axes: { ...subjects.axes, peer: [{ first: kind, last: kind }] },
      labels: new Map([...subjects.labels, ...selectors]),
    });
    switch (peer?.kind) {
      // It may be anyone.
      case "unknown":
      case undefined:
        return subjects;
      case "pods":
        return only(PODS, [
          ...labelled("namespace of the peer", this.#byLabels(peer.namespace)),
          ...labelled("peer", peer.podSelector),
        ]);
      case "nodes":
        return only(NODES, labelled("node", peer.nodeSelector));
      case "block": {
        // Networks of cluster-wide policies match pods and nodes by their addresses too; of an ipBlock plugins differ.
        const box = tier === "additive" ? only(OUTSIDE) : subjects;
        return { ...box, axes: { ...box.axes, address: addressesOf(peer.block) } };
      }
    }
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

/** A port's name is a label that the destination gives to whichever number it likes. */
function withPort(box: Box, port: ModelRulePort | undefined): Box {
  if (port === undefined) return box;
  const base = PORTS * BigInt(PROTOCOLS.indexOf(port.protocol));
  const [first, last] = "name" in port ? [1, 65_535] : [port.first, port.last];
  return {
    axes: { ...box.axes, port: [{ first: base + BigInt(first), last: base + BigInt(last) }] },
    labels: "name" in port ? new Map(box.labels).set(`port: ${port.name}`, labels.PRESENT) : box.labels,
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
