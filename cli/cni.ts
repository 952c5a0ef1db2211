/** `netverdict cni`: which CNI plugin a cluster has, and what is known of it. */

import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { CniChoice } from "../bindings/inline.ts";
import { addTo } from "../sdk/add-to.ts";
import { checkChoice, recognizeIn } from "../sdk/cni/choose.ts";
import { factsOf } from "../sdk/cni/facts.ts";
import { cniNames, profileOf } from "../sdk/cni/profiles.ts";
import { printable } from "../sdk/printable.ts";
import { nearest } from "../sdk/read/nearest.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import { keptCni } from "../sdk/snapshot/kept.ts";
import { internalsOf } from "../sdk/state.ts";
import { EFFECTS } from "./cni-effects.ts";
import { CNI_FORMS, parseCni } from "./cni-option.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { loadInputs, snapshotAmong } from "./load.ts";
import { type Manual, withManual } from "./manual.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { REASONS, readPaths } from "./paths.ts";

interface CniFlags {
  readonly of?: string;
}

const MANUAL: Manual = {
  summary: "tell what a CNI plugin does with policies, or which one a cluster has",
  usage: ["<path...> [options]", "--of <plugin> [options]"],
  about: [
    "Kubernetes stores policies; a CNI plugin enforces them, or does not. With --of it prints what is known of a plugin, with its version and settings: each fact, what it changes of a verdict, and how sure it is. With paths it recognises the plugin by DaemonSets and their pods, ConfigMaps, CRDs and Nodes, then prints the same. What holds under the settings and the version is told in place of what holds in general.",
    "A snapshot has none of these objects, but the plugin that was named or recognised when it was written with --explain and --cni.",
    "check and explain take the same forms by --cni, and tell under the verdict what the plugin will do.",
  ],
  lists: { Plugins: cniNames().map((name) => [name, profileOf(name).title] as const) },
  statuses: [
    ["0", "a plugin was named or recognised"],
    ["1", "none was recognised"],
    ["2", "wrong usage or input"],
  ],
  examples: [
    { says: "A plugin of a version", run: "netverdict cni --of cilium@1.15.3" },
    { says: "With a setting", run: "netverdict cni --of cilium,policy-audit-mode=true" },
    {
      says: "The one of the cluster that kubectl is set up for",
      run: "kubectl get ds,cm,crd,no -A -o yaml |\n  netverdict cni -",
    },
  ],
};

/** Adds the command to the program. */
export function addCni(program: Command): void {
  withManual(program.command("cni"), MANUAL)
    .argument(
      "[path...]",
      "files, folders, or - for standard input, with DaemonSets, ConfigMaps, CRDs and Nodes; or one snapshot",
    )
    .option("--of <plugin>", `this plugin, as it is set up: ${CNI_FORMS.replace("auto, ", "")}`)
    .action(async (paths: string[], flags: CniFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], { of }: CniFlags, output: Output): Promise<number> {
  if ((of === undefined) === (paths.length === 0)) {
    const how =
      of === undefined ? `give paths, or --of with one of ${cniNames().join(", ")}` : "give paths or --of, not both";
    throw failure("invalid-option", how);
  }
  if (of === "auto") {
    throw failure("invalid-option", "give paths in its place: a plugin is recognised by what is in the cluster", [
      "cni",
    ]);
  }
  for (const path of paths) refusePlugin(path);
  const choices = of === undefined ? await recognized(paths, output) : [checkChoice(parseCni(of))];
  if (output.json) await printJson(choices.map((choice) => ({ ...choice, facts: factsOf(choice) })));
  else if (choices.length === 0) await print("no CNI plugin was recognised\n");
  else for (const choice of choices) await print(choiceText(choice, output));
  return choices.length === 0 ? EXIT.refused : EXIT.allowed;
}

/** Whoever gives a plugin where a path belongs is told of --of. */
function refusePlugin(path: string): void {
  const name = /^[^@,]*/.exec(path)?.[0] ?? "";
  const plugin = nearest(name, cniNames());
  if (plugin === undefined || existsSync(path)) return;
  const how = `to ask about a plugin, give \`--of ${plugin}${path.slice(name.length)}\``;
  throw failure("invalid-input", `cannot read \`${path}\`: ${REASONS.ENOENT}; ${how}`);
}

async function recognized(paths: readonly string[], output: Output): Promise<readonly CniChoice[]> {
  const inputs = await readPaths(paths, output);
  const snapshot = snapshotAmong(inputs);
  if (snapshot === undefined) return recognizeIn(inputs, readYaml);
  const kept = keptCni(internalsOf(loadInputs(inputs, {}, { ...output, notes: false })));
  if (kept !== undefined) return kept;
  const how = "write it with `netverdict snapshot --explain --cni auto`, or give the manifests that it was made of";
  throw failure("needs-full-state", `\`${snapshot.file}\` does not say which CNI plugin the cluster has: ${how}`);
}

function choiceText(choice: CniChoice, { colors }: Output): string {
  const { name, version, settings = {}, unread = [] } = choice;
  const known = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const set = [...known, ...unread.map((key) => `${key}=?`)];
  const title = [name, version, ...set].filter((part) => part !== undefined).join(" ");
  // Topics of which the same is to be said share a line.
  const topicsOf = new Map<string, string[]>();
  for (const { topic, finding, effect, status, derived, sources } of factsOf(choice)) {
    const source = sources[0] === undefined ? "" : `: ${sources[0]}`;
    const how = `${EFFECTS[effect]}; ${status}${derived === true ? ", derived" : ""}${source}`;
    const text = `${printable(finding)} ${colors.dim(`[${how}]`)}`;
    addTo(topicsOf, text, topic);
  }
  const facts = [...topicsOf].map(([text, topics]) => `  ${topics.join(", ")}: ${text}`);
  const profile = profileOf(name);
  return [colors.bold(printable(title)), `  ${profile.title}, read at: ${profile.read}`, ...facts]
    .map((line) => `${line}\n`)
    .join("");
}
