/** Completion in zsh. */
import type { Command } from "commander";
import { type Completable, type CompletableOption, completables, optionsOf } from "./completable.ts";

export function zshCompletion(program: Command): string {
  const commands = completables(program);
  const cases = commands.map(
    (command) => `        ${command.name})\n          _arguments -s \\\n${specs(command).join(" \\\n")}\n          ;;`,
  );
  const names = commands.map(({ name, summary }) => `        '${name}:${quoted(summary)}'`);
  return `#compdef netverdict
_netverdict() {
  local context state line
  local -a commands
  _arguments -C \\
${optionsOf(program)
  .map((option) => `    '${spec(option)}'`)
  .join(" \\\n")} \\
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      commands=(
${names.join("\n")}
        'help:print the help of a command'
      )
      _describe command commands
      ;;
    argument)
      case $line[1] in
${cases.join("\n")}
        help) _arguments '1:command:(${commands.map(({ name }) => name).join(" ")})' ;;
      esac
      ;;
  esac
}
if [ "$funcstack[1]" = _netverdict ]; then _netverdict "$@"; else compdef _netverdict netverdict; fi
`;
}

function specs({ options, values }: Completable): readonly string[] {
  const rest = values.length > 0 ? `'1:name:(${values.join(" ")})'` : "'*:file:_files'";
  return [...options.map((option) => `            '${spec(option)}'`), `            ${rest}`];
}

function spec(option: CompletableOption): string {
  const { long, description, takesValue, repeatable } = option;
  return `${repeatable ? "*" : ""}${long}[${quoted(description)}]${takesValue ? `:value:${valueAction(option)}` : ""}`;
}

/** What completes a value; a blank completes none. */
function valueAction({ values, isFile }: CompletableOption): string {
  if (values.length === 0) return isFile ? "_files" : " ";
  const words = values.join(" ");
  return values.some((value) => value.endsWith("=")) ? `{compadd -S "" -- ${words}}` : `(${words})`;
}

/** Text between single quotes; brackets and colons mean something to zsh. */
function quoted(text: string): string {
  return text.replaceAll("'", "’").replace(/[[\]:\\]/g, " ");
}
