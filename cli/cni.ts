/** `netverdict cni`: which CNI plugin a cluster has, and what is known of it. */
import type { Command } from "commander";
import type { CniChoice } from "../bindings/inline.ts";
import { checkChoice, recognizeIn } from "../sdk/cni/choose.ts";
import { cniNames, profileOf } from "../sdk/cni/profiles.ts";
import { factsOf } from "../sdk/cni/settings.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import { CNI_FORMS, parseCni } from "./cni-option.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { readPaths } from "./paths.ts";
import { printable } from "./terminal.ts";

interface CniFlags {
  readonly of?: string;
}

const HELP = `
Exit status: 0 a plugin was named or recognised, 1 none was recognised, 2 wrong usage or input.

Examples:
  $ netverdict cni --of cilium@1.15.3
  $ kubectl get ds,cm,crd,no -A -o yaml | netverdict cni -
`;

/** Adds the command to the program. */
export function addCni(program: Command): void {
  program
    .command("cni")
    .description("tell what a CNI plugin does with policies, with sources; or which one a cluster has")
    .argument("[path...]", "files, folders, or - for standard input, with DaemonSets, ConfigMaps, CRDs and Nodes")
    .option("--of <plugin>", `this plugin, as it is set up: ${CNI_FORMS.replace("auto, ", "")}`)
    .addHelpText("after", HELP)
    .action(async (paths: string[], flags: CniFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], { of }: CniFlags, output: Output): Promise<number> {
  if ((of === undefined) === (paths.length === 0)) {
    throw failure("invalid-option", `give paths, or --of with one of ${cniNames().join(", ")}`);
  }
  const choices = of === undefined ? recognizeIn(await readPaths(paths), readYaml) : [checkChoice(parseCni(of))];
  if (output.json) await printJson(choices.map((choice) => ({ ...choice, facts: factsOf(choice) })));
  else if (choices.length === 0) await print("no CNI plugin was recognised\n");
  else for (const choice of choices) await print(choiceText(choice, output));
  return choices.length === 0 ? EXIT.refused : EXIT.allowed;
}

function choiceText(choice: CniChoice, { colors }: Output): string {
  const { name, version, settings = {} } = choice;
  const set = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const title = [name, version, ...set].filter((part) => part !== undefined).join(" ");
  const facts = factsOf(choice).map(({ topic, finding, effect, status, derived }) => {
    const how = `${effect}; ${status}${derived === true ? ", derived" : ""}`;
    return `  ${printable(`${topic}: ${finding}`)} ${colors.dim(`[${how}]`)}`;
  });
  return [colors.bold(printable(title)), `  ${profileOf(name).title}`, ...facts].map((line) => `${line}\n`).join("");
}
