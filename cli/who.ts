/** `netverdict who`: which policies select a pod, and whom a policy speaks of. */
import type { Command } from "commander";
import {
  type FlowEnd,
  formatPath,
  formatReference,
  type Issue,
  NetverdictError,
  type PodSelection,
  type PolicyName,
  type PolicySelection,
  type SelectedPeer,
  type State,
  selectedPods,
  selectingPolicies,
} from "../bindings/inline.ts";
import { printable } from "../sdk/printable.ts";
import { didYouMean } from "../sdk/read/nearest.ts";
import { policyNames } from "../sdk/selects/selected-pods.ts";
import { keptPolicies } from "../sdk/snapshot/kept.ts";
import { internalsOf } from "../sdk/state.ts";
import { refuseBareNames } from "./bare-names.ts";
import { parseEnd, within } from "./ends.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, load, withLoadOptions } from "./load.ts";
import { type Manual, withManual } from "./manual.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import type { Colors } from "./terminal.ts";

interface WhoFlags extends LoadFlags {
  readonly pod?: string;
  readonly policy?: string;
}

const MANUAL: Manual = {
  summary: "tell which policies select a pod, or whom a policy and its peers select",
  usage: ["<path...> --pod <pod> [options]", "<path...> --policy <policy> [options]"],
  about: [
    "With --pod it prints the policies that select the pod, a line each: the directions that they isolate it in, file and line. With --policy it prints the reverse: the pods that the policy selects, and those (and the nodes) that each peer of each rule matches.",
    "What is marked `(perhaps)` depends on something that was not loaded: a namespace's labels, or an address. It reads manifests, or a snapshot that was written with --explain.",
  ],
  statuses: [
    ["0", "told, even if it is nobody"],
    ["2", "wrong usage or input, no such pod or policy"],
  ],
  examples: [
    { says: "Who selects a pod", run: "netverdict who manifests/ --pod shop/db-0" },
    {
      says: "Who would select a pod that does not exist yet",
      run: `netverdict who manifests/ --pod '{"namespace":"shop","labels":{"app":"db"}}'`,
    },
    { says: "Whom a policy speaks of", run: "netverdict who manifests/ --policy shop/db" },
    { says: "The same of a tier's policy", run: "netverdict who manifests/ --policy ClusterNetworkPolicy/quarantine" },
  ],
};

/** The kinds that are named without a namespace; no namespace is called so, because names are in lower case. */
const CLUSTER_KINDS = ["ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"] as const;

/** Adds the command to the program. */
export function addWho(program: Command): void {
  withLoadOptions(withManual(program.command("who"), MANUAL))
    .option("--pod <pod>", "the policies that select this pod: namespace/pod, an address, workload:…, or JSON")
    .option("--policy <policy>", "the pods that this policy and its peers select: namespace/name, or Kind/name")
    .action(async (paths: string[], flags: WhoFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], flags: WhoFlags, output: Output): Promise<number> {
  const { pod, policy } = flags;
  if ((pod === undefined) === (policy === undefined)) {
    throw failure(
      "invalid-option",
      `give ${pod === undefined ? "" : "one of the two: "}--pod, for the policies that select it, or --policy, for the pods`,
    );
  }
  const state = await load(paths, flags, output);
  if (policy !== undefined) {
    const selection = selectedPods(state, readPolicy(policy, state, flags.namespace));
    if (output.json) await printJson(selection);
    else await print(selectionText(selection));
    return EXIT.allowed;
  }
  const issues: Issue[] = [];
  const end = parseEnd(pod, "from", issues, flags.namespace);
  if (end === undefined) throw new NetverdictError(issues);
  refuseBareNames(state, { from: end });
  const policies = selectingPolicies(state, end);
  if (output.json) await printJson(policies);
  else
    await print(
      policies.length === 0
        ? noPolicy(state, end)
        : policies.map((policy) => policyLine(policy, output.colors)).join(""),
    );
  return EXIT.allowed;
}

function noPolicy(state: State, end: FlowEnd): string {
  const name = typeof end === "string" ? end : typeof end === "object" && "pod" in end ? end.pod : "";
  const onHost = internalsOf(state).directory.pod(name)?.hostNetwork === true;
  return onHost
    ? "no policy selects it: it is on the host network, which policies do not apply to\n"
    : "no policy selects it\n";
}

/** @throws NetverdictError `invalid-input` for what is neither `namespace/name` nor `Kind/name` */
function readPolicy(text: string, state: State, namespace: string | undefined): PolicyName {
  // As this command prints them.
  if (text.startsWith("NetworkPolicy/")) return readPolicy(text.slice("NetworkPolicy/".length), state, namespace);
  const kind = CLUSTER_KINDS.find((one) => text.startsWith(`${one}/`));
  if (kind !== undefined) return { kind, name: text.slice(kind.length + 1) };
  const named = within(namespace, text, 2);
  if (/^[^/]+\/[^/]+$/.test(named)) return named;
  const hint = didYouMean(text, knownPolicies(state));
  throw failure("invalid-input", `\`${text}\` is neither namespace/name nor Kind/name${hint}`, ["policy"]);
}

/** As `--policy` takes them; of a snapshot the NetworkPolicies alone. */
function knownPolicies(state: State): readonly string[] {
  const internals = internalsOf(state);
  const { full } = internals;
  if (full === undefined)
    return keptPolicies(internals).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const clusterWide = CLUSTER_KINDS.flatMap((kind) => policyNames(full, kind).map((name) => `${kind}/${name}`));
  return [...policyNames(full, "NetworkPolicy"), ...clusterWide];
}

function policyLine({ policy, directions, certain, source }: PodSelection, colors: Colors): string {
  const where = source === undefined ? "" : `  ${source.file ?? "<input>"}:${source.line}`;
  const what = `${formatReference(policy)}  ${directions.join(", ")}${certain ? "" : " (perhaps)"}`;
  return `${printable(what)}${colors.dim(printable(where))}\n`;
}

function selectionText({ policy, pods, rules }: PolicySelection): string {
  const lines = [`${formatReference(policy)} selects ${names(pods.map(nameOf))}`];
  for (const { path, action, peers } of rules) {
    lines.push(`  ${formatPath(path)} ${ACTIONS[action]} ${peers.length === 0 ? "anyone" : "any of"}`);
    for (const peer of peers) lines.push(`    ${formatPath(peer.path.slice(-2))}  ${peerNames(peer)}`);
  }
  return lines.map((line) => `${printable(line)}\n`).join("");
}

const nameOf = ({ pod, certain }: { readonly pod: string; readonly certain: boolean }): string =>
  certain ? pod : `${pod} (perhaps)`;

const ACTIONS = { allow: "allows", deny: "denies", pass: "passes on" } as const;

function peerNames({ kind, pods, nodes }: SelectedPeer): string {
  const loaded = names([...pods.map(nameOf), ...nodes.map(({ node, ip }) => `node ${node} (${ip})`)]);
  return kind === "ipBlock" ? `its addresses; of what was loaded: ${loaded}` : loaded;
}

const names = (list: readonly string[]): string => (list.length === 0 ? "nobody" : list.join(", "));
