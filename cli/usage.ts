/** Wrong usage that commander finds, in the voice of all other errors: what, where, and what was expected or meant. */
import type { Command, CommanderError } from "commander";
import type { Issue } from "../bindings/inline.ts";
import { didMean, didYouMean } from "../sdk/read/nearest.ts";
import { issue } from "./issues.ts";

/** Where the usage was wrong. */
export interface Usage {
  readonly program: Command;
  /** The command that was asked for, where there is one of the name. */
  readonly command: Command | undefined;
  readonly argv: readonly string[];
}

/** What commander's error says, as an issue. */
export function usageIssue({ code, message }: CommanderError, { program, command, argv }: Usage): Issue {
  const [first = "", second = ""] = [...message.matchAll(/'([^']*)'/g)].map(([, text = ""]) => text);
  const commands = program.commands.map((one) => one.name());
  const say = (text: string): Issue => issue("invalid-option", text);
  switch (code) {
    case "commander.unknownOption": {
      const [flag = first] = first.split("=");
      const known = [...(command?.options ?? []), ...program.options].map(({ long }) => long ?? "");
      return say(`there is no option \`${flag}\`${didYouMean(flag, [...known, "--help"])}`);
    }
    case "commander.unknownCommand":
      return say(
        `there is no command \`${first}\`${didYouMean(first, commands) || `; there are ${commands.join(", ")}`}`,
      );
    case "commander.missingArgument":
      return say(`\`${first}\` is missing: give ${command?.registeredArguments[0]?.description ?? first}`);
    case "commander.excessArguments":
      return say(`too many arguments: \`${command?.name() ?? program.name()}\` takes ${arity(command)}`);
    case "commander.optionMissingArgument":
      return say(`\`${first}\` has no value`);
    case "commander.missingMandatoryOptionValue":
      return say(`\`${first}\` is missing`);
    case "commander.invalidArgument": {
      const choices = /Allowed choices are (.*)\.$/.exec(message)?.[1]?.split(", ") ?? [];
      const isArgument = message.startsWith("error: command-argument");
      const [where, value] = isArgument ? [`<${second}>`, first] : [/--[\w-]+/.exec(first)?.[0] ?? first, second];
      const [begun, ...more] = choices.filter((choice) => choice.startsWith(value));
      // A digit is near to every other.
      const near = choices.filter((choice) => choice.length > 1);
      const hint = begun !== undefined && more.length === 0 ? didMean(`\`${begun}\``) : didYouMean(value, near);
      return say(`${where}: \`${value}\` is none of ${choices.join(", ")}${hint}`);
    }
    case "commander.help":
    case "commander.helpDisplayed": {
      const asked = argv[0] === "help" ? argv[1] : undefined;
      if (asked === undefined) return say(`no command was given: there are ${commands.join(", ")}`);
      return say(`there is no command \`${asked}\`${didYouMean(asked, commands)}`);
    }
    default:
      return say(message.replace(/^error: /, "").trim());
  }
}

/** Where to read on. */
export function usageHint({ command }: Usage): string {
  return `see \`netverdict ${command === undefined ? "" : `${command.name()} `}--help\``;
}

function arity(command: Command | undefined): string {
  const count = command?.registeredArguments.length ?? 0;
  return count === 0 ? "none" : count === 1 ? "one" : String(count);
}
