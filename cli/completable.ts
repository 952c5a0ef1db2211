/** What can be completed, whatever the shell: commands, their options, and the words that an option or argument can be. */
import type { Command, Option } from "commander";
import { cniNames } from "../sdk/cni/profiles.ts";
import { LINT_RULES } from "../sdk/lint/rules/index.ts";
import { SCHEMA_NAMES } from "./document-names.ts";
import { PROTOCOL_NAMES } from "./flow.ts";

export interface CompletableOption {
  readonly long: string;
  /** As in `-q`. */
  readonly short: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  readonly repeatable: boolean;
  /** What the value can be; empty where it is free. One that ends with `=` is the beginning of a value. */
  readonly values: readonly string[];
  /** The value is a file. */
  readonly isFile: boolean;
}

export interface Completable {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletableOption[];
  /** What its arguments can be; empty where they are files. */
  readonly values: readonly string[];
}

/** The commands in the order of the help, each with the options that every command takes. */
export function completables(program: Command): readonly Completable[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: optionsOf(program, command),
    values: argumentValues(command),
  }));
}

/** The options of a command, or of the program alone. */
export function optionsOf(program: Command, command?: Command): readonly CompletableOption[] {
  const options = [
    ...(command?.options ?? []),
    ...program.options.filter(({ long }) => command === undefined || long !== "--version"),
  ];
  const help = {
    long: "--help",
    short: "-h",
    description: "print this help",
    takesValue: false,
    repeatable: false,
    values: [],
    isFile: false,
  };
  return [...options.filter(({ hidden }) => !hidden).map(completable), help];
}

function completable(option: Option): CompletableOption {
  const { long, short, flags, description, required, argChoices, defaultValue } = option;
  return {
    long: long ?? "",
    short: short ?? undefined,
    description,
    takesValue: required,
    repeatable: Array.isArray(defaultValue),
    values: argChoices ?? wordsFor(long ?? ""),
    isFile: flags.endsWith("<file>"),
  };
}

/** Values that are not all that there can be, and worth offering. */
function wordsFor(long: string): readonly string[] {
  if (long === "--cni") return ["auto", ...cniNames()];
  if (long === "--of") return cniNames();
  if (long === "--suppress") return LINT_RULES.map(({ id }) => `${id}=`);
  if (long === "--protocol") return PROTOCOL_NAMES;
  return [];
}

function argumentValues(command: Command): readonly string[] {
  if (command.name() === "schema") return SCHEMA_NAMES.map(({ name }) => name);
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}
