import { addTo } from "../../add-to.ts";
import { formatReference } from "../../errors.ts";
import type { LivePodEntry } from "../../model/directory.ts";
import type { PodObject, PodShape, TransportProtocol } from "../../read/objects.ts";
import type { LintContext } from "../context.ts";
import { destinationsOf } from "../destinations.ts";
import { isPodsPeer, type LintRuleOfPolicy, namesOf, type PodsPeer } from "../policies.ts";
import type { LintRule } from "../rule.ts";

/** A message lists no more. */
const MOST_NUMBERS = 4;

export const unknownPortName: LintRule = {
  id: "unknown-port-name",
  severity: "warning",
  title: "a port's name that no destination pod has",
  help: "name a port as the pods' containers do, or give its number",
  silent:
    "where the rule has no destination pods in the bundle, or may have others: of a peer that matches none there, that takes all pods of namespaces that are not named, or that is no selector of pods; for ingress of a cluster-wide policy whose subject is such; where a workload that is scaled to zero has the name; where objects of the destinations' namespaces that are not read make pods, as for `selects-nothing`",
  *run(context) {
    for (const rule of context.rules()) {
      const pods = destinationsOf(context, rule);
      if (pods.length === 0 || mayHaveOthers(context, rule)) continue;
      if (pods.some(({ namespace }) => context.hasOtherMakers(namespace))) continue;
      for (const { index, name, protocols } of namedPorts(rule)) {
        const hasName = ({ ports }: Pick<PodShape, "ports">): boolean =>
          ports.some((port) => port.name === name && protocols.includes(port.protocol));
        if (pods.some(hasName) || absentDestinations(context, rule).some(hasName)) continue;
        // Of a cluster-wide policy it stands for any protocol.
        const port = protocols.length === 1 ? `${protocols[0]} port` : "port";
        const message = `none of the ${pods.length} destination pods has a ${port} named \`${name}\``;
        yield context.atPort(rule, index, message);
      }
    }
  },
};

interface NamedPort {
  /** Of the first of the rule's ports that it has become. */
  readonly index: number;
  readonly name: string;
  readonly protocols: readonly TransportProtocol[];
}

/** The entries of a rule that are names. */
function namedPorts({ rule: { ports } }: LintRuleOfPolicy): readonly NamedPort[] {
  const found = new Map<number, NamedPort>();
  for (const [index, port] of ports.entries()) {
    if (!("name" in port)) continue;
    const { written = index, name, protocol } = port;
    const known = found.get(written);
    found.set(written, { index: known?.index ?? index, name, protocols: [...(known?.protocols ?? []), protocol] });
  }
  return [...found.values()];
}

/** Whether the pods that a rule's ports are asked of may be more than those that were loaded. */
function mayHaveOthers(context: LintContext, rule: LintRuleOfPolicy): boolean {
  if (rule.rule.direction === "ingress") return isOpen(rule.policy);
  return rule.rule.peers.some(
    (peer, index) => !isPodsPeer(peer) || context.matched(rule, index).length === 0 || isOpen(peer),
  );
}

/** All pods of namespaces that are not named. */
function isOpen({ namespace, podSelector }: Pick<PodsPeer, "namespace" | "podSelector">): boolean {
  return podSelector.length === 0 && typeof namespace !== "number" && namesOf(namespace) === undefined;
}

function absentDestinations(context: LintContext, rule: LintRuleOfPolicy): readonly PodObject[] {
  if (rule.rule.direction === "ingress") return context.absentSelected(rule);
  return rule.rule.peers.flatMap((_, index) => context.absentMatched(rule, index));
}

export const ambiguousPortName: LintRule = {
  id: "ambiguous-port-name",
  severity: "info",
  title: "a port's name that stands for different numbers on different pods",
  help: "give the pods' ports different names if the numbers should not all be open",
  silent: "never: it is informational; once for each namespace of policies, name and numbers",
  *run(context) {
    const entries = new Map<string, [AmbiguousEntry, ...AmbiguousEntry[]]>();
    for (const rule of context.rules()) {
      const pods = destinationsOf(context, rule);
      for (const [index, port] of rule.rule.ports.entries()) {
        if (!("name" in port)) continue;
        const numbers = numbersOf(port, pods);
        if (numbers.size < 2) continue;
        const key = JSON.stringify([rule.namespace, port.protocol, port.name, [...numbers.keys()]]);
        const entry = { rule, index, name: port.name, numbers };
        addTo(entries, key, entry);
      }
    }
    for (const [first, ...others] of entries.values()) {
      yield context.atPort(first.rule, first.index, `${ambiguity(first)}${elsewhere(first, others)}`);
    }
  },
};

interface AmbiguousEntry {
  readonly rule: LintRuleOfPolicy;
  /** Of the port in the rule. */
  readonly index: number;
  readonly name: string;
  readonly numbers: ReadonlyMap<number, readonly LivePodEntry[]>;
}

/** The numbers that a port's name stands for, in their order, each with the pods that give it. */
function numbersOf(
  wanted: { readonly name: string; readonly protocol: string },
  pods: readonly LivePodEntry[],
): ReadonlyMap<number, readonly LivePodEntry[]> {
  const numbers = new Map<number, LivePodEntry[]>();
  for (const pod of pods) {
    for (const { name, protocol, containerPort } of pod.ports) {
      if (name === wanted.name && protocol === wanted.protocol) addTo(numbers, containerPort, pod);
    }
  }
  return new Map([...numbers].sort(([a], [b]) => a - b));
}

function ambiguity({ name, numbers }: AmbiguousEntry): string {
  const each = [...numbers].map(([number, [pod, ...more]]) => {
    const also = more.length === 0 ? "" : ` and ${more.length} more`;
    return `${number} on \`${pod?.display}\`${also}`;
  });
  const some = each.slice(0, MOST_NUMBERS).join(", ");
  const left = each.length > MOST_NUMBERS ? ` and ${each.length - MOST_NUMBERS} numbers more` : "";
  return `\`${name}\` stands for ${some}${left}`;
}

/** The other policies that name the port with the same numbers. */
function elsewhere({ rule }: AmbiguousEntry, others: readonly AmbiguousEntry[]): string {
  const [other, ...more] = new Set(others.map((entry) => entry.rule.reference).filter((one) => one !== rule.reference));
  if (other === undefined) return "";
  const also = more.length === 0 ? "" : ` and ${more.length} more`;
  return `; so in \`${formatReference(other)}\`${also}`;
}
