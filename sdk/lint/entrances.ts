/** Who that is no pod gets in: addresses that stand for all that a state's policies tell apart. */
import { type Address, containsAddress, parseAddress } from "../address.ts";
import type { LivePodEntry, NodeEntry, PodEntry } from "../model/directory.ts";
import type { Prefix } from "../read/objects.ts";
import type { LintContext } from "./context.ts";
import { podRanges } from "./pod-ranges.ts";
import { type AskedPort, ask } from "./questions.ts";

/** Addresses for documentation: nobody's. */
const NOBODYS = ["192.0.2.1", "2001:db8::1"];

/** The label of nodes that run the control plane. */
const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

export class Entrances {
  readonly #context: LintContext;
  readonly #outside: readonly { readonly endpoint: number; readonly family: 4 | 6 }[];
  readonly #nodes: readonly NodeEntry[];
  readonly #controlPlane: ReadonlySet<string>;

  constructor(context: LintContext) {
    this.#context = context;
    const { full, internals } = context;
    const ofPods = rangesOfPodsAlone(context);
    const isOutside = ({ family, bytes }: Address): boolean =>
      !ofPods.some((range) => range.family === family && containsAddress(range, bytes));
    this.#outside = outsideAddresses(context)
      .filter(isOutside)
      .flatMap(({ family, bytes }) => {
        const endpoint = internals.engine.endpointOf(bytes);
        return full.directory.endpoint(endpoint)?.kind === "pod" ? [] : [{ endpoint, family }];
      });
    this.#nodes = [...full.directory.nodes()];
    this.#controlPlane = new Set(
      full.objects.nodes.filter(({ labels }) => Object.hasOwn(labels, CONTROL_PLANE)).map(({ name }) => name),
    );
  }

  /** Whether anything but a pod may reach a pod, its own node aside if the control plane is elsewhere. */
  letsInOthers(pod: PodEntry, port: AskedPort): boolean {
    const isIn = (endpoint: number, family: 4 | 6): boolean => {
      if (!pod.families.includes(family)) return false;
      const { verdict, reason } = ask(this.#context, endpoint, pod.endpoint, family, port).ingress;
      return reason === "own-node" ? this.#isOwnNodeEnough(pod) : verdict !== "deny";
    };
    return (
      this.#outside.some(({ endpoint, family }) => isIn(endpoint, family)) ||
      this.#nodes.some(({ addresses }) => addresses.some(({ endpoint, family }) => isIn(endpoint, family)))
    );
  }

  letsIn(pods: readonly LivePodEntry[], to: PodEntry, port: AskedPort): boolean {
    return pods.some((from) => this.#waysIn(from, to, port).length > 0);
  }

  /**
   * The same of pods that do one work, where any of them has an address that can be used: the one that happens to run on
   * the pod's own node gets in whatever its policies say, with a part of the work.
   */
  shutsOut(pods: readonly LivePodEntry[], to: PodEntry, port: AskedPort): boolean {
    const able = pods.filter(({ families }) => families.some((family) => to.families.includes(family)));
    const ways = able.map((from) => this.#waysIn(from, to, port));
    const isOther = (reasons: readonly string[]): boolean => reasons.some((reason) => reason !== "own-node");
    return ways.some(({ length }) => length === 0) && !ways.some(isOther);
  }

  /** Why a pod gets in, by each family in which it does. */
  #waysIn(from: LivePodEntry, to: PodEntry, port: AskedPort): readonly string[] {
    return from.families
      .filter((family) => to.families.includes(family))
      .map((family) => ask(this.#context, from.endpoint, to.endpoint, family, port, true).ingress)
      .filter(({ verdict }) => verdict !== "deny")
      .map(({ reason }) => reason);
  }

  /** The control plane runs on the pod's node alone, as far as the nodes are known. */
  #isOwnNodeEnough({ nodeName }: PodEntry): boolean {
    const nodes = this.#controlPlane.size > 0 ? [...this.#controlPlane] : this.#nodes.map(({ name }) => name);
    return nodes.every((name) => name === nodeName);
  }
}

/** Ranges that pods get their addresses from, and nothing else: where Nodes have theirs of the same, both are meant. */
function rangesOfPodsAlone(context: LintContext): readonly Prefix[] {
  const nodes = context.full.objects.nodes.flatMap(({ addresses }) =>
    addresses.flatMap(({ ip }) => parseAddress(ip) ?? []),
  );
  return podRanges(context).filter(
    (range) => !nodes.some(({ family, bytes }) => range.family === family && containsAddress(range, bytes)),
  );
}

/** Where addresses lead that are nobody's and that no policy names, one of each family. */
export function nobodysEndpoints({
  internals,
}: LintContext): readonly { readonly endpoint: number; readonly family: 4 | 6 }[] {
  return NOBODYS.flatMap((text) => {
    const address = parseAddress(text);
    return address === undefined
      ? []
      : [{ endpoint: internals.engine.endpointOf(address.bytes), family: address.family }];
  });
}

/** The first address of every block and exception of the policies, the one after its end, and nobody's. */
function outsideAddresses({ policies }: LintContext): readonly Address[] {
  const found = new Map<string, Address>();
  const add = (address: Address | undefined): void => {
    if (address !== undefined) found.set(address.bytes.join(), address);
  };
  for (const text of NOBODYS) add(parseAddress(text));
  for (const { policy } of policies) {
    for (const { peers } of policy.rules) {
      for (const peer of peers) {
        if (peer.kind !== "block") continue;
        for (const prefix of [peer.block.cidr, ...peer.block.except]) {
          add({ family: prefix.family, bytes: prefix.address });
          add(afterEnd(prefix));
        }
      }
    }
  }
  return [...found.values()];
}

/** The address after a prefix's last one; undefined after the last of all. */
function afterEnd({ family, address, length }: Prefix): Address | undefined {
  const bytes = address.slice();
  for (let bit = length - 1; bit >= 0; bit--) {
    const mask = 0x80 >> (bit & 7);
    const index = bit >> 3;
    const isSet = (bytes[index]! & mask) !== 0;
    bytes[index] = bytes[index]! ^ mask;
    if (!isSet) return { family, bytes };
  }
  return undefined;
}
