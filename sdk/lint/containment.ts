/**
 * Whether policies, as they are written, speak of all that others do: for every pod, namespace and address that there may
 * ever be, not only for those that were loaded. It compares entries with entries and never asks whether one matches: where
 * it says no, the wider one may still match all that is there today.
 */
import { containsPrefix } from "../address.ts";
import type { Index, ModelPeer, ModelRule, ModelRulePort } from "../model/model.ts";
import { NAMESPACE_NAME_LABEL } from "../model/namespaces.ts";
import type { IPBlock, Requirement, Selector } from "../read/objects.ts";

/** Whom a policy, or a peer, selects. */
export interface Scope {
  readonly namespace: Index | Selector;
  readonly podSelector: Selector;
}

/** When rules that go by containment are silent. */
export const ONLY_TODAY = "where only the labels, ports or addresses of today make it so, and not what is written";

const LAST_PORT = 65_535;

export class Containment {
  readonly #namespaces: readonly { readonly name: string }[];

  constructor(namespaces: readonly { readonly name: string }[]) {
    this.#namespaces = namespaces;
  }

  scope(wide: Scope, narrow: Scope): boolean {
    return (
      coversSelector(wide.podSelector, narrow.podSelector) &&
      coversSelector(this.#byLabels(wide.namespace), this.#byLabels(narrow.namespace))
    );
  }

  /** Whether each peer of a rule on each of its ports is some rule's of `wide`. */
  rule(wide: readonly ModelRule[], { peers, ports }: ModelRule): boolean {
    const everyPeer = peers.length === 0 ? [undefined] : peers;
    const everyPort = ports.length === 0 ? [undefined] : ports;
    return everyPeer.every((peer) => {
      const forPeer = wide.filter((rule) => this.peers(rule.peers, peer));
      return forPeer.length > 0 && everyPort.every((port) => forPeer.some((rule) => coversPorts(rule.ports, port)));
    });
  }

  /** Whether a rule's peers have one that covers a peer; undefined is anyone. */
  peers(wide: readonly ModelPeer[], narrow: ModelPeer | undefined): boolean {
    return wide.length === 0 || (narrow !== undefined && wide.some((peer) => this.peer(peer, narrow)));
  }

  peer(wide: ModelPeer, narrow: ModelPeer): boolean {
    if (wide.kind === "pods") return narrow.kind === "pods" && this.scope(wide, narrow);
    if (wide.kind === "block") return narrow.kind === "block" && coversBlock(wide.block, narrow.block);
    if (wide.kind === "nodes") return narrow.kind === "nodes" && coversSelector(wide.nodeSelector, narrow.nodeSelector);
    return false;
  }

  /** A namespace as the selector of the label that every namespace has. */
  #byLabels(namespace: Index | Selector): Selector {
    if (typeof namespace !== "number") return namespace;
    const name = this.#namespaces[namespace]?.name ?? "";
    return [{ key: NAMESPACE_NAME_LABEL, operator: "In", values: [name] }];
  }
}

/** Whether a rule's ports have one that covers a port; undefined is any port of any protocol. */
export function coversPorts(wide: readonly ModelRulePort[], narrow: ModelRulePort | undefined): boolean {
  return wide.length === 0 || (narrow !== undefined && wide.some((port) => coversPort(port, narrow)));
}

export function coversPort(wide: ModelRulePort, narrow: ModelRulePort): boolean {
  if (wide.protocol !== narrow.protocol) return false;
  if ("name" in wide) return "name" in narrow && wide.name === narrow.name;
  // A name stands for whatever number a pod gives it.
  const [first, last] = "name" in narrow ? [1, LAST_PORT] : [narrow.first, narrow.last];
  return wide.first <= first && wide.last >= last;
}

/** Whatever has the labels that `narrow` asks for has those that `wide` does. */
function coversSelector(wide: Selector, narrow: Selector): boolean {
  return wide.every((wanted) => narrow.some((given) => implies(given, wanted)));
}

function implies(given: Requirement, wanted: Requirement): boolean {
  if (given.key !== wanted.key) return false;
  switch (wanted.operator) {
    case "In":
      return given.operator === "In" && given.values.every((value) => wanted.values.includes(value));
    case "Exists":
      return given.operator === "In" || given.operator === "Exists";
    case "DoesNotExist":
      return given.operator === "DoesNotExist";
    case "NotIn":
      if (given.operator === "In") return !given.values.some((value) => wanted.values.includes(value));
      if (given.operator === "NotIn") return wanted.values.every((value) => given.values.includes(value));
      // What lacks the label has none of the values. [selectors]
      return given.operator === "DoesNotExist";
  }
}

function coversBlock(wide: IPBlock, narrow: IPBlock): boolean {
  return (
    containsPrefix(wide.cidr, narrow.cidr) &&
    wide.except.every((except) => {
      if (containsPrefix(except, narrow.cidr)) return false;
      const isOutside = !containsPrefix(narrow.cidr, except);
      return isOutside || narrow.except.some((one) => containsPrefix(one, except));
    })
  );
}
