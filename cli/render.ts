/** Decisions as text. Everything that comes from a manifest or from the user is made printable here. */
import type { Caveat, Decision, Flow, Member, Reason, Side, Verdict } from "../bindings/inline.ts";
import { enforcedLines } from "../sdk/explain/enforced-lines.ts";
import { printable } from "../sdk/printable.ts";
import { formatFlow } from "./flow.ts";
import { inOptions } from "./option-names.ts";
import { styleOf } from "./style.ts";
import type { Colors } from "./terminal.ts";

type Direction = "egress" | "ingress";

/** Members shown under a verdict: more would bury it. */
const MEMBERS_SHOWN = 20;

/** A reason in words; the line above names the ends. */
const WORDS: Readonly<Record<Reason, Readonly<Record<Direction, string>>>> = {
  "not-isolated": {
    egress: "no policy decides the source's egress",
    ingress: "no policy decides the destination's ingress",
  },
  rule: {
    egress: "a rule of the source's policies lets it out",
    ingress: "a rule of the destination's policies lets it in",
  },
  "no-rule": {
    egress: "policies select the source for egress, and no rule lets it out",
    ingress: "policies select the destination for ingress, and no rule lets it in",
  },
  "not-a-subject": {
    egress: "the source is no pod that policies apply to",
    ingress: "the destination is no pod that policies apply to",
  },
  "same-pod": { egress: "a pod always reaches itself", ingress: "a pod always reaches itself" },
  "own-node": {
    egress: "a node always reaches its own pods",
    ingress: "a node always reaches its own pods",
  },
  "admin-allow": {
    egress: "a rule of the Admin tier lets it out",
    ingress: "a rule of the Admin tier lets it in",
  },
  "admin-deny": {
    egress: "a rule of the Admin tier denies it",
    ingress: "a rule of the Admin tier denies it",
  },
  "baseline-allow": {
    egress: "a rule of the Baseline tier lets it out",
    ingress: "a rule of the Baseline tier lets it in",
  },
  "baseline-deny": {
    egress: "a rule of the Baseline tier denies it",
    ingress: "a rule of the Baseline tier denies it",
  },
  mixed: { egress: "the members below differ", ingress: "the members below differ" },
  unsettled: {
    egress: "what was loaded does not settle it",
    ingress: "what was loaded does not settle it",
  },
};

/** Renders one decision: the verdict, each side with its reason, then what it rests on and what it is made of. */
export function renderDecision(flow: Flow, decision: Decision, colors: Colors): string {
  const lines = [
    `${verdictWord(decision.verdict, colors)}  ${printable(formatFlow(flow))}`,
    sideLine("egress", decision.egress, colors),
    sideLine("ingress", decision.ingress, colors),
    ...enforcedLines(decision.enforced, decision.verdict, styleOf(colors)),
    ...decision.caveats.map((caveat) => `  ${colors.yellow("caveat")}   ${caveatText(caveat)}`),
    ...memberLines(decision.members ?? [], colors),
  ];
  return `${lines.join("\n")}\n`;
}

/** Renders a decision on one line, for lists. */
export function renderLine(flow: Flow, decision: Decision, colors: Colors): string {
  const codes = new Set(decision.caveats.map((caveat) => caveat.code));
  const caveats = codes.size === 0 ? "" : `  (${[...codes].join(", ")})`;
  const { enforced } = decision;
  const plugin = enforced === undefined ? "" : `  ${printable(enforced.cni)}: ${enforced.verdict}`;
  return `${pairLine(decision.verdict, printable(formatFlow(flow)), decision, colors)}${plugin}${colors.dim(caveats)}\n`;
}

function pairLine(verdict: Verdict, what: string, sides: Readonly<Record<Direction, Side>>, colors: Colors): string {
  const reasons = colors.dim(`egress: ${sides.egress.reason}, ingress: ${sides.ingress.reason}`);
  return `${verdictWord(verdict, colors)}  ${what}  ${reasons}`;
}

function sideLine(direction: Direction, side: Side, colors: Colors): string {
  const words = WORDS[side.reason][direction];
  return `  ${direction.padEnd(7)}  ${verdictWord(side.verdict, colors)}  ${words} ${colors.dim(`[${side.reason}]`)}`;
}

function caveatText(caveat: Caveat): string {
  const { source } = caveat;
  const where = source === undefined ? "" : ` (${source.file ?? "<input>"}:${source.line})`;
  return printable(`${inOptions(caveat.message)}${where} [${caveat.code}]`);
}

/** The members, those that are not allowed first when not all are shown. */
function memberLines(members: readonly Member[], colors: Colors): string[] {
  if (members.length === 0) return [];
  const refused = members.filter((member) => member.verdict !== "allow");
  const ordered =
    members.length > MEMBERS_SHOWN ? [...refused, ...members.filter((member) => member.verdict === "allow")] : members;
  const lines = ordered.slice(0, MEMBERS_SHOWN).map((member) => {
    const what = printable(`${member.from} → ${member.to} ${memberPort(member)}`);
    return `    ${pairLine(member.verdict, what, member, colors)}`;
  });
  const left = members.length - MEMBERS_SHOWN;
  if (left > 0) lines.push(colors.dim(`    … and ${left} more (--json gives all)`));
  return [
    `  ${members.length === 1 ? "member" : `${members.length} members, ${refused.length} not allowed`}`,
    ...lines,
  ];
}

/** A member has a port but not the protocol, which is the flow's and stands above. */
function memberPort(member: Member): string {
  return `${member.port === undefined ? "" : `port ${member.port} `}over IPv${member.family}`;
}

/** The verdict, padded so that what follows "allow" and "deny" is aligned. */
function verdictWord(verdict: Verdict, colors: Colors): string {
  const paint = { allow: colors.green, deny: colors.red, undetermined: colors.yellow }[verdict];
  return colors.bold(paint(verdict)) + " ".repeat(Math.max(0, "allow".length - verdict.length));
}
