/** `netverdict describe`: NetworkPolicies as kubectl prints them, and what it does not show. */
import type { Command } from "commander";
import { describe } from "../bindings/inline.ts";
import { writtenPolicies } from "../sdk/describe/written-policy.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, loadInputs, withLoadOptions } from "./load.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { readPaths } from "./paths.ts";

interface DescribeFlags extends LoadFlags {
  readonly policy?: string;
  readonly timeZone?: string;
  readonly inState?: boolean;
}

const HELP = `
Prints what \`kubectl describe networkpolicy\` prints, byte for byte, of every NetworkPolicy or of one.

Examples:
  $ netverdict describe manifests/
  $ netverdict describe manifests/ --policy shop/db --in-state
  $ kubectl get netpol -A -o yaml | netverdict describe - --time-zone Europe/Berlin
`;

/** Adds the command to the program. */
export function addDescribe(program: Command): void {
  withLoadOptions(program.command("describe"))
    .description("print NetworkPolicies as kubectl describes them, and whom they speak of")
    .option("--policy <namespace/name>", "only this one")
    .option("--time-zone <zone>", "time zone of `Created on` (default: UTC)")
    .option("--in-state", "add the pods that each selector matches, and each rule in plain words")
    .addHelpText("after", HELP)
    .action(async (paths: string[], flags: DescribeFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], flags: DescribeFlags, output: Output): Promise<number> {
  const inputs = await readPaths(paths);
  const { timeZone, namespace: defaultNamespace } = flags;
  const state = flags.inState ? loadInputs(inputs, flags, output) : undefined;
  const options = {
    ...(timeZone !== undefined && { timeZone }),
    ...(defaultNamespace !== undefined && { defaultNamespace }),
    ...(state !== undefined && { state }),
  };
  const policies = writtenPolicies(inputs, readYaml)
    .map((policy) => ({ name: nameOf(policy, defaultNamespace ?? "default"), policy }))
    .filter(({ name }) => flags.policy === undefined || name === flags.policy);
  if (policies.length === 0) {
    const which = flags.policy === undefined ? "no NetworkPolicy" : `no NetworkPolicy \`${flags.policy}\``;
    throw failure("unknown-object", `${which} was loaded`);
  }
  for (const [i, { name, policy }] of policies.entries()) {
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
