/** The options and paths that make a state: every command that reads manifests takes them. */
import { type Command, Option } from "commander";
import {
  type Caveat,
  type FileInput,
  type LoadOptions,
  loadSnapshot,
  loadState,
  type State,
} from "../bindings/inline.ts";
import { isSnapshot } from "../sdk/first-bytes.ts";
import { printable } from "../sdk/printable.ts";
import { CNI_FORMS, parseCni } from "./cni-option.ts";
import { failure } from "./issues.ts";
import { inOptions } from "./option-names.ts";
import type { Output } from "./output.ts";
import { readPaths } from "./paths.ts";

/** The options that these add, as commander gives them. */
export interface LoadFlags {
  readonly podCidr?: readonly string[];
  readonly undeclaredNamespaces?: "unknown" | "unlabelled";
  readonly namespace?: string;
  readonly cni?: string;
}

const MANIFESTS = "files, folders (their .yaml, .yml and .json files)";
const STANDARD_INPUT = "or - for standard input";

/** Adds the paths, one snapshot in their place, and the options that `load` takes. */
export function withLoadOptions(command: Command): Command {
  return withReadOptions(command, `${MANIFESTS}, one snapshot, ${STANDARD_INPUT}`);
}

/** The same for what reads manifests alone. */
export function withManifestOptions(command: Command): Command {
  return withReadOptions(command, `${MANIFESTS}, ${STANDARD_INPUT}`);
}

/** What a CNI plugin is named for by most commands. */
export const WILL_DO = "say what the CNI plugin will do too";

/** Adds what the CNI plugin is to be. */
export function withCniOption(command: Command, says: string): Command {
  return command.option("--cni <plugin>", `${says}: ${CNI_FORMS}`);
}

function withReadOptions(command: Command, paths: string): Command {
  const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];
  return command
    .argument("<path...>", paths)
    .addOption(
      new Option("--pod-cidr <cidr>", "addresses that pods can have (repeatable)")
        .argParser(collect)
        .default([], "what the Nodes say"),
    )
    .addOption(
      new Option(
        "--undeclared-namespaces <how>",
        "take the labels of namespaces without a Namespace object as unknown, or as none",
      ).choices(["unknown", "unlabelled"]),
    )
    .option(
      "-n, --namespace <name>",
      "namespace of objects, ends and policies that name none (default: `default`, for objects alone)",
    );
}

/** Reads the paths and loads them into a state; tells the state's caveats, in short, on standard error. */
export async function load(paths: readonly string[], flags: LoadFlags, output: Output): Promise<State> {
  return loadInputs(await readPaths(paths, output), flags, output);
}

/** The same of what has been read. */
export function loadInputs(inputs: readonly FileInput[], flags: LoadFlags, output: Output): State {
  const options: LoadOptions = {
    ...(flags.podCidr !== undefined && flags.podCidr.length > 0 && { podCIDRs: flags.podCidr }),
    ...(flags.undeclaredNamespaces !== undefined && { undeclaredNamespaces: flags.undeclaredNamespaces }),
    ...(flags.namespace !== undefined && { defaultNamespace: flags.namespace }),
    ...(flags.cni !== undefined && { cni: parseCni(flags.cni) }),
  };
  const state = fromSnapshot(inputs, options) ?? loadState(inputs, options);
  if (output.notes) process.stderr.write(notes(state.caveats, output));
  return state;
}

/** The input that is a snapshot, whatever its name. */
export function snapshotAmong(inputs: readonly FileInput[]): FileInput | undefined {
  return inputs.find(({ text }) => text instanceof Uint8Array && isSnapshot(text));
}

/** The state of the one input that is a snapshot. */
function fromSnapshot(inputs: readonly FileInput[], options: LoadOptions): State | undefined {
  const found = snapshotAmong(inputs);
  if (found === undefined) return undefined;
  if (inputs.length > 1) throw failure("invalid-input", `\`${found.file}\` is a snapshot, so it must be the only path`);
  // Its objects have their namespaces; the option is for what is asked about.
  const [option] = Object.keys(options).filter((name) => name !== "defaultNamespace");
  if (option !== undefined) {
    throw failure("invalid-option", "a snapshot was made with options of its own: give none", [option]);
  }
  return loadSnapshot(found.text as Uint8Array);
}

/** A line a code: the first caveat's message, and how many more there are. */
function notes(caveats: readonly Caveat[], { errorColors }: Output): string {
  let text = "";
  for (const code of new Set(caveats.map((caveat) => caveat.code))) {
    const all = caveats.filter((caveat) => caveat.code === code);
    const more = all.length > 1 ? ` (and ${all.length - 1} more)` : "";
    text += `${errorColors.yellow("note:")} ${printable(inOptions(all[0]?.message ?? ""))}${more} [${code}]\n`;
  }
  return text;
}
