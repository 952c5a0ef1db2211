/** `netverdict who`: which policies select a pod, and whom a policy speaks of. */
import type { Command } from "commander";
import {
  formatPath,
  formatReference,
  type Issue,
  NetverdictError,
  type PodSelection,
  type PolicySelection,
  type SelectedPeer,
  selectedPods,
  selectingPolicies,
} from "../bindings/inline.ts";
import { END_FORMS, parseEnd } from "./ends.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, load, withLoadOptions } from "./load.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { printable } from "./terminal.ts";

interface WhoFlags extends LoadFlags {
  readonly pod?: string;
  readonly policy?: string;
}

const HELP = `
A pod: ${END_FORMS}; as JSON, {"namespace":"shop","labels":{"app":"web"}} is one that does not exist yet.

Examples:
  $ netverdict who manifests/ --pod shop/db-0
  $ netverdict who manifests/ --policy shop/db
`;

/** Adds the command to the program. */
export function addWho(program: Command): void {
  withLoadOptions(program.command("who"))
    .description("tell which policies select a pod, or whom a policy and its peers select")
    .option("--pod <pod>", "the policies that select this pod")
    .option("--policy <namespace/name>", "the pods that this NetworkPolicy and its peers select")
    .addHelpText("after", HELP)
    .action(async (paths: string[], flags: WhoFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], flags: WhoFlags, output: Output): Promise<number> {
  const { pod, policy } = flags;
  if ((pod === undefined) === (policy === undefined)) {
    throw failure("invalid-option", "give --pod, for the policies that select it, or --policy, for the pods");
  }
  const state = await load(paths, flags, output);
  if (policy !== undefined) {
    const selection = selectedPods(state, policy);
    if (output.json) await printJson(selection);
    else await print(selectionText(selection));
    return EXIT.allowed;
  }
  const issues: Issue[] = [];
  const end = parseEnd(pod, "from", issues);
  if (end === undefined) throw new NetverdictError(issues);
  const policies = selectingPolicies(state, end);
  if (output.json) await printJson(policies);
  else await print(policies.length === 0 ? "no policy selects it\n" : policies.map(policyLine).join(""));
  return EXIT.allowed;
}

function policyLine({ policy, directions, certain, source }: PodSelection): string {
  const where = source === undefined ? "" : `  ${source.file ?? "<input>"}:${source.line}`;
  return `${printable(`${formatReference(policy)}  ${directions.join(", ")}${certain ? "" : " (perhaps)"}${where}`)}\n`;
}

function selectionText({ policy, pods, rules }: PolicySelection): string {
  const lines = [`${formatReference(policy)} selects ${names(pods.map(nameOf))}`];
  for (const { path, action, peers } of rules) {
    lines.push(`  ${formatPath(path)} ${action}s ${peers.length === 0 ? "anyone" : "any of"}`);
    for (const peer of peers) lines.push(`    ${formatPath(peer.path.slice(-2))}  ${peerNames(peer)}`);
  }
  return lines.map((line) => `${printable(line)}\n`).join("");
}

const nameOf = ({ pod, certain }: { readonly pod: string; readonly certain: boolean }): string =>
  certain ? pod : `${pod} (perhaps)`;

const peerNames = ({ pods, nodes }: SelectedPeer): string =>
  names([...pods.map(nameOf), ...nodes.map(({ node, ip }) => `node ${node} (${ip})`)]);

const names = (list: readonly string[]): string => (list.length === 0 ? "nobody" : list.join(", "));
