/** `netverdict describe`: NetworkPolicies as kubectl prints them, and what it does not show. */
import type { Command } from "commander";
import { describe } from "../bindings/inline.ts";
import { writtenPolicies } from "../sdk/describe/written-policy.ts";
import { didYouMean } from "../sdk/flow/suggest.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, loadInputs, refuseSnapshots, withManifestOptions } from "./load.ts";
import { type Manual, withManual } from "./manual.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { readPaths } from "./paths.ts";

interface DescribeFlags extends LoadFlags {
  readonly policy?: string;
  readonly timeZone?: string;
  readonly inState?: boolean;
}

const MANUAL: Manual = {
  summary: "print NetworkPolicies as kubectl describes them, and whom they speak of",
  about: [
    "Prints what `kubectl describe networkpolicy` (1.32 or newer) prints, byte for byte, of every NetworkPolicy that is read, or of one; there need be no cluster. With --in-state it adds what kubectl does not show: the pods that each selector matches, and each rule in plain words, AND and OR said.",
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
  withManifestOptions(withManual(program.command("describe"), MANUAL))
    .option("--policy <namespace/name>", "only this one")
    .option("--time-zone <zone>", "time zone of `Created on` (default: UTC)")
    .option("--in-state", "add the pods that each selector matches, and each rule in plain words")
    .action(async (paths: string[], flags: DescribeFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], flags: DescribeFlags, output: Output): Promise<number> {
  const inputs = await readPaths(paths);
  refuseSnapshots(inputs);
  const { timeZone, namespace: defaultNamespace } = flags;
  const state = flags.inState ? loadInputs(inputs, flags, output) : undefined;
  const options = {
    ...(timeZone !== undefined && { timeZone }),
    ...(defaultNamespace !== undefined && { defaultNamespace }),
    ...(state !== undefined && { state }),
  };
  const policies = writtenPolicies(inputs, readYaml).map((policy) => ({
    name: nameOf(policy, defaultNamespace ?? "default"),
    policy,
  }));
  if (policies.length === 0) throw failure("unknown-object", "no NetworkPolicy was loaded");
  const [kind] = flags.policy?.split("/") ?? [];
  if (kind?.endsWith("NetworkPolicy")) {
    const message = `\`${flags.policy}\` is no namespace/name: NetworkPolicies are described, as kubectl does; of a ${kind}, \`netverdict who --policy\` tells whom it speaks of`;
    throw failure("invalid-option", message, ["policy"]);
  }
  const wanted = policies.filter(({ name }) => flags.policy === undefined || name === flags.policy);
  if (wanted.length === 0) {
    const hint = didYouMean(
      flags.policy ?? "",
      policies.map(({ name }) => name),
    );
    throw failure("unknown-object", `no NetworkPolicy \`${flags.policy}\` was loaded${hint}`, ["policy"]);
  }
  for (const [i, { name, policy }] of wanted.entries()) {
    const text = describe(policy, options);
    if (output.json) await printJson({ policy: name, text });
    else await print(i === 0 ? text : `\n\n${text}`);
  }
  return EXIT.allowed;
}

function nameOf(policy: object, defaultNamespace: string): string {
  const { metadata } = policy as { readonly metadata?: { readonly namespace?: string; readonly name?: string } };
  return `${metadata?.namespace || defaultNamespace}/${metadata?.name ?? ""}`;
}
