/** What a case is made of while it grows: the words it may use, and what it already has. */

import type { FuturePod } from "../../sdk/types.ts";
import type { AddressBook, Family } from "./addresses.ts";
import { makeAddressBook } from "./addresses.ts";
import type { Random } from "./random.ts";

/** `brink`: about 512 classes, where the core's tables for few classes end. */
export type Size = "tiny" | "small" | "medium" | "brink" | "crowd";

export interface MadePod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
  readonly hostNetwork: boolean;
  readonly finished: boolean;
  readonly terminating?: boolean;
}

export interface MadeNode {
  readonly name: string;
  readonly declared: boolean;
  /** In the order that the node prefers; `[]` where nobody knows. */
  readonly addresses: readonly string[];
}

/** Which corners a case visits: few at a time, so that what disagrees is seen alone. */
export interface Features {
  readonly families: "4" | "6" | "dual";
  readonly prefersIPv6: boolean;
  readonly hostNetwork: boolean;
  readonly addressless: boolean;
  readonly undeclared: boolean;
  readonly nodes: boolean;
  readonly podCIDRs: "none" | "option" | "nodes";
  readonly services: boolean;
  readonly workloads: boolean;
  readonly sharedNames: boolean;
  /** More bounds than the eight that one comparison takes. */
  readonly manyPorts: boolean;
  /** Which APIs' policies of ordered tiers there are. */
  readonly tiers: "none" | "mixed" | "cnp" | "anp";
  readonly unknownPeers: boolean;
  readonly invalidSelectors: boolean;
}

export interface World {
  readonly random: Random;
  readonly size: Size;
  readonly features: Features;
  readonly book: AddressBook;
  readonly namespaces: readonly string[];
  /** Namespace of objects that name none. */
  readonly defaultNamespace: string;
  readonly keys: readonly string[];
  readonly values: readonly string[];
  readonly numbers: readonly number[];
  readonly portNames: readonly string[];
  readonly nodes: MadeNode[];
  readonly pods: MadePod[];
  readonly services: { readonly name: string; readonly ports: readonly number[] }[];
  /** `namespace/Kind/name` of workloads, and addresses worth asking about. */
  readonly workloads: string[];
  readonly literals: string[];
  /** Node addresses that a Service uses as well. */
  readonly shared: Set<string>;
  readonly objects: object[];
  /** Domain names with data, for ExternalName Services and for peers. */
  readonly domains: Record<string, string[]>;
  /** Pods that flows have described; the same one comes again. */
  readonly futures: FuturePod[];
}

/** Draws the words of a new case. */
export function makeWorld(random: Random, size: Size): World {
  const often = (probability: number): boolean => random.chance(probability);
  const features: Features = {
    families: random.weighted({ "4": 5, "6": 1, dual: 3 }),
    prefersIPv6: often(0.3),
    hostNetwork: often(0.3),
    addressless: often(0.35),
    undeclared: often(0.35),
    nodes: often(0.4),
    podCIDRs: random.weighted({ none: 4, option: 2, nodes: 1 }),
    services: often(0.3),
    workloads: often(0.3),
    sharedNames: often(0.5),
    manyPorts: often(0.15),
    tiers: random.weighted({ none: 5, mixed: 2, cnp: 2, anp: 1 }),
    unknownPeers: often(0.2),
    invalidSelectors: often(0.2),
  };
  const named = random.shuffle(["a", "b", "constructor", "a-b", "default", "b-a"]);
  const many = Array.from({ length: 4 + random.below(16) }, (_, index) => `n-${index}`);
  const namespaces =
    size === "tiny" || size === "small" ? named.slice(0, random.pick([1, 1, 2, 2, 3, 4, 5])) : [...named, ...many];
  return {
    random,
    size,
    features,
    book: makeAddressBook(random, { crowd: 120, medium: 40, brink: 10, small: 9, tiny: 9 }[size]),
    // Names of object prototypes are labels and namespaces like any other.
    namespaces,
    defaultNamespace: random.chance(0.3) ? random.pick(namespaces) : "default",
    keys: random.shuffle(["app", "x.io/app", "App", "constructor", "k"]).slice(0, 1 + random.below(3)),
    values: random.shuffle(["", "a", "A", "a-b", "0", "true"]).slice(0, 2 + random.below(3)),
    numbers: features.manyPorts
      ? random.list(12, 40, () => 1 + random.below(65535))
      : random.shuffle([1, 2, 79, 80, 81, 82, 83, 443, 8080, 8081, 32767, 32768, 65534, 65535]).slice(0, 6),
    portNames: ["http", "h", "dns-tcp", "constructor"].slice(0, 1 + random.below(4)),
    nodes: [],
    pods: [],
    services: [],
    workloads: [],
    literals: [],
    shared: new Set(),
    objects: [],
    domains: {},
    futures: [],
  };
}

/** How an object says that it is in a namespace: the default one need not be named. */
export function inNamespace({ random, defaultNamespace }: World, namespace: string): { namespace?: string } {
  return namespace === defaultNamespace ? random.pick([{ namespace }, {}, {}, { namespace: "" }]) : { namespace };
}

/** A family that the case's pods live in. */
export function anyFamily({ random, features }: World): Family {
  if (features.families === "dual") return random.pick([4, 6]);
  return features.families === "4" ? 4 : 6;
}

/** Families in the order that the cluster prefers. */
export function clusterFamilies({ features }: World): readonly Family[] {
  if (features.families === "dual") return features.prefersIPv6 ? [6, 4] : [4, 6];
  return features.families === "4" ? [4] : [6];
}

/** Labels over the case's few words: some keys absent, some values empty. */
export function someLabels({ random, keys, values }: World): Record<string, string> {
  return Object.fromEntries(keys.filter(() => random.chance(0.6)).map((key) => [key, random.pick(values)]));
}

/** A name that no other thing of the kind has. */
export function freshName(prefix: string, taken: readonly unknown[]): string {
  return `${prefix}${taken.length}`;
}

/** What `kubectl` would print for a list that has nothing: nothing, null or an empty list. */
export function nothing(random: Random, key: string): Record<string, null | never[]> {
  return random.pick([{}, { [key]: null }, { [key]: [] }]);
}
