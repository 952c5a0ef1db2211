/** The body of a description: selector, rules, policy types. [kubectl pkg/describe, describeNetworkPolicySpec] */
import { selectorText } from "./selector-text.ts";
import type { WrittenPeer, WrittenPolicy, WrittenPort, WrittenRule } from "./written-policy.ts";

/** Lines that end with a line feed each; `spec` has been checked. */
export function specText(spec: NonNullable<WrittenPolicy["spec"]>): string {
  const types = policyTypesOf(spec);
  const selector = selectorText(spec.podSelector ?? {});
  const everyPod = " (Allowing the specific traffic to all pods in this namespace)";
  return [
    "Spec:",
    `  PodSelector:     ${selector}${selector === "<none>" ? everyPod : ""}`,
    ...directionLines("ingress", types.includes("Ingress"), spec.ingress ?? []),
    ...directionLines("egress", types.includes("Egress"), spec.egress ?? []),
    `  Policy Types: ${types.join(", ")}`,
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** As the API server stores them: Ingress always, and Egress where there are egress rules, if the policy names none. */
function policyTypesOf({ policyTypes, egress }: NonNullable<WrittenPolicy["spec"]>): readonly string[] {
  if (policyTypes != null && policyTypes.length > 0) return policyTypes;
  return (egress ?? []).length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

function directionLines(direction: "ingress" | "egress", isAffected: boolean, rules: readonly WrittenRule[]): string[] {
  if (!isAffected) return [`  Not affecting ${direction} traffic`];
  const lines = [`  Allowing ${direction} traffic:`];
  if (rules.length === 0) lines.push(`    <none> (Selected pods are isolated for ${direction} connectivity)`);
  rules.forEach((rule, i) => {
    if (i > 0) lines.push("    ----------");
    lines.push(...portLines(rule.ports ?? []), ...peerLines(direction, rule));
  });
  return lines;
}

function portLines(ports: readonly WrittenPort[]): string[] {
  if (ports.length === 0) return ["    To Port: <any> (traffic allowed to all ports)"];
  return ports.map(({ protocol, port, endPort }) => {
    const range = endPort == null ? `To Port: ${port ?? "<nil>"}` : `To Port Range: ${port}-${endPort}`;
    return `    ${range}/${protocol ?? "TCP"}`;
  });
}

function peerLines(direction: "ingress" | "egress", rule: WrittenRule): string[] {
  const [title, peers, place] =
    direction === "ingress" ? ["From", rule.from ?? rule._from, "source"] : ["To", rule.to, "destination"];
  if (peers == null || peers.length === 0) return [`    ${title}: <any> (traffic not restricted by ${place})`];
  return peers.flatMap((peer) => [`    ${title}:`, ...entryLines(peer)]);
}

function entryLines({ podSelector, namespaceSelector, ipBlock }: WrittenPeer): string[] {
  if (ipBlock != null) {
    return ["      IPBlock:", `        CIDR: ${ipBlock.cidr}`, `        Except: ${(ipBlock.except ?? []).join(", ")}`];
  }
  return [
    ...(namespaceSelector == null ? [] : [`      NamespaceSelector: ${selectorText(namespaceSelector)}`]),
    ...(podSelector == null ? [] : [`      PodSelector: ${selectorText(podSelector)}`]),
  ];
}
