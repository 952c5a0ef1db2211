/** What kubectl does not show: whom each selector matches in a state, and each rule in words that leave AND and OR no doubt. */
import { formatPath } from "../errors.ts";
import type { NetworkPolicyObject, NetworkPolicyRule } from "../read/objects.ts";
import type { PolicySelection, SelectedPeer, SelectedPod, SelectedRule } from "../selects/types.ts";
import { peerWords, podsOfWords, portWords } from "./requirement-words.ts";

/** Names that a list gives before it only counts. */
const SHOWN = 10;

const DIRECTIONS = [
  { direction: "ingress", type: "Ingress", title: "Ingress, to these pods", from: "from" },
  { direction: "egress", type: "Egress", title: "Egress, from these pods", from: "to" },
] as const;
type DirectionWords = (typeof DIRECTIONS)[number];

/** Lines that end with a line feed each. `selection` is that of the policy in the state. */
export function readingText(policy: NetworkPolicyObject, selection: PolicySelection): string {
  return [
    "In this state:",
    `  Selects ${podsOfWords(policy.podSelector, policy.namespace)}:`,
    `    ${podNames(selection.pods)}`,
    ...DIRECTIONS.flatMap((words) => directionLines(policy, selection, words)),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function directionLines(policy: NetworkPolicyObject, selection: PolicySelection, words: DirectionWords): string[] {
  const rules = policy[words.direction];
  if (!policy.policyTypes.includes(words.type)) {
    const idle =
      rules.length === 0 ? "" : ` (its ${words.direction} rules have no effect: ${words.type} is no policy type)`;
    return [`  ${words.title}: not affected by this policy${idle}`];
  }
  if (rules.length === 0)
    return [`  ${words.title}: denied, unless another policy allows it: this one has no rule that allows any`];
  const told = selection.rules.filter(({ direction }) => direction === words.direction);
  const names = rules.map((_, i) => `rule ${i + 1}`).join(" OR ");
  return [
    `  ${words.title}: denied, unless ${names} (or another policy) allows it`,
    ...rules.flatMap((rule, i) => ruleLines(policy, rule, told[i], words, i)),
  ];
}

function ruleLines(
  policy: NetworkPolicyObject,
  rule: NetworkPolicyRule,
  told: SelectedRule | undefined,
  { direction, from }: DirectionWords,
  index: number,
): string[] {
  const lines = [
    `    Rule ${index + 1} (${formatPath(["spec", direction, index])}) allows what goes`,
    `      to ${portWords(rule.ports)}`,
  ];
  if (rule.peers.length === 0) return [...lines, `      AND ${from} anyone, in the cluster or outside`];
  lines.push(`      AND ${from}${rule.peers.length === 1 ? "" : " any of these"}`);
  rule.peers.forEach((peer, i) => {
    lines.push(
      `        ${i === 0 ? "" : "OR "}${peerWords(peer, policy.namespace)}:`,
      `          ${matchNames(told?.peers[i])}`,
    );
  });
  return lines;
}

function matchNames(peer: SelectedPeer | undefined): string {
  if (peer === undefined) throw new RangeError("the core told of fewer peers than the policy has");
  if (peer.kind === "ipBlock" && peer.pods.length === 0 && peer.nodes.length === 0)
    return "addresses outside: no pod and no node of this state has one of them";
  if (peer.nodes.length === 0) return podNames(peer.pods);
  const nodes = peer.nodes.map(({ node, ip }) => `${node} (${ip})`);
  return `${podNames(peer.pods)}; ${listed(nodes, "node")}`;
}

const podNames = (pods: readonly SelectedPod[]): string =>
  listed(
    pods.map(({ pod, certain }) => (certain ? pod : `${pod} (perhaps)`)),
    "pod",
  );

/** `2 pods: shop/web-0, shop/web-1` */
function listed(names: readonly string[], noun: string): string {
  if (names.length === 0) return `no ${noun}`;
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return `${names.length} ${noun}${names.length === 1 ? "" : "s"}: ${names.slice(0, SHOWN).join(", ")}${more}`;
}
