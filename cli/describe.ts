/** `netverdict describe`: NetworkPolicies as kubectl prints them, and what it does not show. */
import type { Command } from "commander";
import { describe, type FileInput } from "../bindings/inline.ts";
import { writtenPolicies } from "../sdk/describe/written-policy.ts";
import { didYouMean } from "../sdk/read/nearest.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import { keptPolicies } from "../sdk/snapshot/kept.ts";
import { internalsOf, type State } from "../sdk/state.ts";
import { within } from "./ends.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, loadInputs, snapshotAmong, withLoadOptions } from "./load.ts";
import { type Manual, withManual } from "./manual.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { readPaths } from "./paths.ts";
import { linesForOutput } from "./terminal.ts";

interface DescribeFlags extends LoadFlags {
  readonly policy?: string;
  readonly timeZone?: string;
  readonly inState?: boolean;
}

const MANUAL: Manual = {
  summary: "print NetworkPolicies as kubectl describes them, and whom they speak of",
  about: [
    "Prints what `kubectl describe networkpolicy` (1.32 or newer) prints, byte for byte, of every NetworkPolicy that is read, or of one; there need be no cluster. With --in-state it adds what kubectl does not show: the pods that each selector matches, and each rule in plain words, AND and OR said.",
    "It reads manifests, or a snapshot that was written with --explain; that one keeps neither the time of creation nor annotations, but those of `netverdict.dev`, and a selector as it was read: `In` one value is a label.",
  ],
  statuses: [
    ["0", "described"],
    ["2", "wrong usage or input, or no such policy"],
  ],
  examples: [
    { says: "Every policy", run: "netverdict describe manifests/" },
    { says: "One, and whom it speaks of", run: "netverdict describe manifests/ --policy shop/db --in-state" },
    {
      says: "Times as kubectl has them in Berlin",
      run: "kubectl get netpol -A -o yaml |\n  netverdict describe - --time-zone Europe/Berlin",
    },
  ],
};

/** Adds the command to the program. */
export function addDescribe(program: Command): void {
  withLoadOptions(withManual(program.command("describe"), MANUAL))
    .option("--policy <namespace/name>", "only this one")
    .option("--time-zone <zone>", "time zone of `Created on` (default: UTC)")
    .option("--in-state", "add the pods that each selector matches, and each rule in plain words")
    .action(async (paths: string[], flags: DescribeFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], flags: DescribeFlags, output: Output): Promise<number> {
  const inputs = await readPaths(paths, output);
  const { timeZone, namespace: defaultNamespace } = flags;
  const snapshot = snapshotAmong(inputs) === undefined ? undefined : loadInputs(inputs, flags, output);
  const state = flags.inState ? (snapshot ?? loadInputs(inputs, flags, output)) : undefined;
  const options = {
    ...(timeZone !== undefined && { timeZone }),
    ...(defaultNamespace !== undefined && { defaultNamespace }),
    ...(state !== undefined && { state }),
  };
  const policies = policiesOf(inputs, snapshot).map((policy) => ({
    name: nameOf(policy, defaultNamespace ?? "default"),
    policy,
  }));
  if (policies.length === 0) throw failure("unknown-object", "no NetworkPolicy was loaded");
  const [kind] = flags.policy?.split("/") ?? [];
  if (kind?.endsWith("NetworkPolicy")) {
    const message = `\`${flags.policy}\` is no namespace/name: NetworkPolicies are described, as kubectl does; of a ${kind}, \`netverdict who --policy\` tells whom it speaks of`;
    throw failure("invalid-option", message, ["policy"]);
  }
  const asked = flags.policy && within(flags.namespace, flags.policy, 2);
  const wanted = policies.filter(({ name }) => asked === undefined || name === asked);
  if (wanted.length === 0) {
    const hint = didYouMean(
      asked ?? "",
      policies.map(({ name }) => name),
    );
    throw failure("unknown-object", `no NetworkPolicy \`${asked}\` was loaded${hint}`, ["policy"]);
  }
  for (const [i, { name, policy }] of wanted.entries()) {
    const described = describe(policy, options);
    const text = snapshot === undefined ? described : markNotKept(described);
    if (output.json) await printJson({ policy: name, text });
    else await print(linesForOutput(i === 0 ? text : `\n\n${text}`));
  }
  return EXIT.allowed;
}

/** As they were written, or as a snapshot keeps them. */
function policiesOf(inputs: readonly FileInput[], snapshot: State | undefined): readonly object[] {
  return snapshot === undefined ? writtenPolicies(inputs, readYaml) : keptPolicies(internalsOf(snapshot));
}

/** Says of what a snapshot does not keep that it is not known, and not that there is none. */
function markNotKept(text: string): string {
  return text.replace(/^(Created on: +).*$/m, `$1${NOT_KEPT}`).replace(/^(Annotations: +)<none>$/m, `$1${NOT_KEPT}`);
}

const NOT_KEPT = "<not in the snapshot>";

function nameOf(policy: object, defaultNamespace: string): string {
  const { metadata } = policy as { readonly metadata?: { readonly namespace?: string; readonly name?: string } };
  return `${metadata?.namespace || defaultNamespace}/${metadata?.name ?? ""}`;
}
