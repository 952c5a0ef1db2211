/** An explanation as text: one style for terminals and logs. What comes from manifests goes through `printable`. */

import { checkOptions } from "../check-options.ts";
import { formatPath, formatReference } from "../errors.ts";
import { LAST_PORT } from "../ports.ts";
import type { Reason } from "../types.ts";
import { enforcedLines } from "./enforced-lines.ts";
import { type ExplanationStyle, PLAIN } from "./style.ts";
import type {
  AllowedPorts,
  ExplainedPair,
  ExplainedSide,
  Explanation,
  MatchedRule,
  Miss,
  NearMiss,
  Place,
  ServiceStep,
  TierName,
  TierOutcome,
  TierStep,
} from "./types.ts";

/** Near misses and pairs that are shown: more would bury what counts. */
const SHOWN = 5;
const MOST_RANGES = 10;

const TIERS: Readonly<Record<TierName, string>> = {
  admin: "Admin tier",
  "admin-v1alpha1": "AdminNetworkPolicy",
  "network-policy": "NetworkPolicy",
  baseline: "Baseline tier",
  "baseline-v1alpha1": "BaselineAdminNetworkPolicy",
};

const OUTCOMES: Readonly<Record<TierOutcome, string>> = {
  allow: "allows it",
  deny: "denies it",
  pass: "passes it on",
  "no-match": "has no rule for it",
  undetermined: "is not settled",
  "not-reached": "is not asked",
};

const REASONS: Readonly<Record<Reason, string>> = {
  "not-isolated": "no policy decides it in this direction, so it passes",
  rule: "a rule lets it pass",
  "no-rule": "it is isolated, and no rule lets this flow pass",
  "not-a-subject": "policies do not apply to it",
  "same-pod": "a pod always reaches itself",
  "own-node": "a node always reaches its own pods",
  "admin-allow": "the Admin tier accepts it",
  "admin-deny": "the Admin tier denies it",
  "baseline-allow": "the Baseline tier accepts it",
  "baseline-deny": "the Baseline tier denies it",
  mixed: "the pairs differ",
  unsettled: "what was loaded does not settle it",
};

/**
 * Renders an explanation, with a final line break; plain where no style is given.
 *
 * @throws NetverdictError `invalid-option` for a style of something that there is not
 */
export function renderExplanation(explanation: Explanation, styles: Partial<ExplanationStyle> = {}): string {
  checkOptions(styles, Object.keys(PLAIN), (given, fail) => {
    for (const name of Object.keys(PLAIN)) {
      if (given[name] !== undefined && typeof given[name] !== "function")
        fail([name], `\`${name}\` must be a function`);
    }
  });
  const style: ExplanationStyle = { ...PLAIN, ...styles };
  const { verdict, pairs, caveats, complete, unmodelled = [], enforced } = explanation;
  const tiered = pairs.some(({ egress, ingress }) => hasOtherTiers(egress.tiers) || hasOtherTiers(ingress.tiers));
  const decisive = pairs.filter((pair) => pair.verdict === verdict);
  const lines = decisive
    .slice(0, SHOWN)
    .flatMap((pair, i) => [...(i > 0 ? [""] : []), ...pairLines(pair, tiered, style)]);
  const left = pairs.length - Math.min(decisive.length, SHOWN);
  if (left > 0) lines.push("", style.faint(`… and ${left} more pairs`));
  for (const { code, message, objects: [first, ...others] = [], source } of caveats) {
    lines.push("", style.printable(`caveat: ${message} [${code}]`));
    const placed = first === undefined || source === undefined ? [] : [{ policy: first, path: [], source }];
    if (code === "equal-priority" && first !== undefined)
      lines.push(style.printable(`  ${[first, ...others].map(formatReference).join(", ")}`));
    // Of those each is told.
    const places = code === "unmodelled-policy" ? unmodelled : placed;
    lines.push(...places.filter((place) => place.source !== undefined).map((place) => `  ${placeText(place, style)}`));
  }
  if (!complete) lines.push("", style.strong("Something that was not loaded could change this answer."));
  for (const wanted of ["allow", "deny"] as const) lines.push(...changeLines(explanation, wanted, style));
  if (enforced !== undefined) lines.push("", ...enforcedLines(enforced, verdict, style));
  return `${lines.join("\n")}\n`;
}

function pairLines(pair: ExplainedPair, tiered: boolean, style: ExplanationStyle): string[] {
  const { from, to, protocol, port, family, verdict, service, overTCP } = pair;
  const flow = `${from} → ${to} ${port === undefined ? protocol : `${port}/${protocol}`} over IPv${family}${addressText(pair)}`;
  const lines = [`${style.verdict(verdict, verdict)}  ${style.strong(style.printable(flow))}`];
  if (service !== undefined) {
    lines.push(style.printable(`  by ${serviceText(service)}`));
  }
  for (const direction of ["egress", "ingress"] as const)
    lines.push(...sideLines(direction, pair[direction], tiered, style));
  if (overTCP !== undefined) lines.push(`  over TCP the same two are ${portsText(overTCP)}: ping tells nothing of it`);
  return lines;
}

function portsText(ranges: readonly AllowedPorts[]): string {
  if (ranges.length === 0) return "allowed on no port";
  if (ranges.some(({ first, last }) => first === 1 && last === LAST_PORT)) return "allowed on every port";
  const texts = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  const left = texts.length - MOST_RANGES;
  return `allowed on ${texts.slice(0, MOST_RANGES).join(", ")}${left > 0 ? ` and ${left} more ranges` : ""}`;
}

/** The addresses that were used, of the ends that are not named by them. */
function addressText({ from, to, addresses }: ExplainedPair): string {
  const source = addresses.from === undefined || addresses.from === from ? "" : ` from ${addresses.from}`;
  const destination = addresses.to === undefined || addresses.to === to ? "" : ` to ${addresses.to}`;
  return `${source}${destination}`.replace(/^ /, ", ");
}

function serviceText({ service, translated, port, aliases = [] }: ServiceStep): string {
  const steps = [...aliases, service].map(formatReference).join(" → ");
  const how = translated ? "its address was translated to this backend's" : "it leads here";
  return `${steps}${port === undefined ? "" : ` port ${port}`}: ${how}`;
}

function sideLines(
  direction: "egress" | "ingress",
  side: ExplainedSide,
  tiered: boolean,
  style: ExplanationStyle,
): string[] {
  const { verdict, reason, subject, tiers, isolatedBy, decidedBy, nearMisses } = side;
  const head = `  ${direction} of ${style.printable(subject)}: ${style.verdict(verdict, verdict)}, ${REASONS[reason]} ${style.faint(`[${reason}]`)}`;
  const lines = [head, ...tierLines(tiers)];
  if (isolatedBy.length > 0) {
    lines.push("    isolated by");
    for (const policy of isolatedBy) {
      const open = policy.certain ? "" : ", if it selects this pod: the namespace's labels are not known";
      lines.push(`      ${placeText(policy, style)}${open}`);
    }
  }
  if (decidedBy.length > 0) {
    lines.push("    decided by");
    for (const rule of decidedBy) lines.push(`      ${ruleText(rule, tiered, style)}`);
  }
  if (nearMisses.length > 0) {
    lines.push(`    nearest rules that would have ${verdict === "allow" ? "denied" : "allowed"} it`);
    for (const miss of nearMisses.slice(0, SHOWN)) lines.push(...missLines(miss, style));
    if (nearMisses.length > SHOWN) lines.push(style.faint(`      … and ${nearMisses.length - SHOWN} more`));
  }
  return lines;
}

function hasOtherTiers(tiers: readonly TierStep[]): boolean {
  return tiers.some(({ tier }) => tier !== "network-policy");
}

/** NetworkPolicy alone needs no telling: the reason says it. */
function tierLines(tiers: readonly TierStep[]): string[] {
  if (!hasOtherTiers(tiers)) return [];
  return [
    "    tiers, in their order",
    ...tiers.map(({ tier, outcome }) => `      ${TIERS[tier]} ${OUTCOMES[outcome]}`),
  ];
}

function ruleText(rule: MatchedRule, tiered: boolean, style: ExplanationStyle): string {
  const matched = [...rule.peers, ...rule.ports].map(({ path }) => formatPath(path.slice(rule.path.length)));
  const what = matched.length === 0 ? "for anyone, on every port" : `by ${matched.join(", ")}`;
  const open = rule.certain ? "" : ", perhaps";
  const tier = tiered ? `, ${TIERS[rule.tier]}` : "";
  return `${rule.action}${open}: ${placeText(rule, style)} ${style.faint(`${what}${tier}`)}`;
}

function missLines(near: NearMiss, style: ExplanationStyle): string[] {
  const { misses, alternatives } = near;
  const left = alternatives.length - SHOWN;
  return [
    `      ${placeText(near, style)}`,
    ...misses.map((miss) => `        - ${missText(miss, style)}`),
    ...alternatives
      .slice(0, SHOWN)
      .map((other) => `        - or for another entry: ${other.map((miss) => missText(miss, style)).join("; ")}`),
    ...(left > 0 ? [style.faint(`        … and ${left} more entries that come as near`)] : []),
  ];
}

function missText({ message, source }: Miss, style: ExplanationStyle): string {
  return `${style.printable(message)}${source === undefined ? "" : style.faint(` (line ${source.line})`)}`;
}

function placeText({ policy, path, source }: Place, style: ExplanationStyle): string {
  const name = `${formatReference(policy)}${path.length > 0 ? ` ${formatPath(path)}` : ""}`;
  const where = source === undefined ? "" : `  ${source.file ?? "<input>"}:${source.line}:${source.column}`;
  return `${style.printable(name)}${style.faint(style.printable(where))}`;
}

/** The changes after which the verdict is what is wanted, or why there are none. */
function changeLines(
  { changes, unchangeable, pairs }: Explanation,
  wanted: "allow" | "deny",
  style: ExplanationStyle,
): string[] {
  const own = changes.filter(({ verdict }) => verdict === wanted);
  const word = wanted === "allow" ? "allowed" : "denied";
  const why = unchangeable?.find(({ verdict }) => verdict === wanted);
  if (why !== undefined) {
    return ["", style.printable(`No change of policies was found that would have it ${word}: ${why.message}.`)];
  }
  if (own.length === 0) return [];
  return [
    "",
    style.strong(`To have it ${word}`),
    ...own.flatMap(({ message, opens, cuts, unsettles }) => [
      `  - ${style.printable(message)}`,
      style.faint(`    ${effectText(opens, cuts, unsettles === true, pairs)}`),
    ]),
  ];
}

function effectText(
  opens: number | undefined,
  cuts: number | undefined,
  unsettles: boolean,
  pairs: readonly ExplainedPair[],
): string {
  const ports = new Set(pairs.map(({ port }) => port));
  const where = ports.has(undefined) ? "by this protocol" : ports.size > 1 ? "on these ports" : "on this port";
  if (opens === undefined || cuts === undefined) return "there are too many different pods to tell what else it does";
  if (opens + cuts === 0) {
    const what = unsettles ? "nothing else is opened or cut for certain" : "nothing else changes";
    return `${what} ${where} between the pods that were loaded`;
  }
  const parts = [
    ...(opens > 0 ? [`opens ${opens} other ${opens === 1 ? "pair" : "pairs"} of pods`] : []),
    ...(cuts > 0 ? [`cuts ${cuts}`] : []),
  ];
  return `${parts.join(" and ")} ${where}`;
}
