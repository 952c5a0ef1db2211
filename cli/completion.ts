/** `netverdict completion`: a script for the shell, made from the commands and options that there are. */
import { Argument, type Command, type Option } from "commander";
import { EXIT } from "./exit.ts";
import { print } from "./output.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

const HELP = `
Examples:
  $ source <(netverdict completion bash)                                      # in ~/.bashrc
  $ netverdict completion zsh > "\${fpath[1]}/_netverdict"
  $ netverdict completion fish > ~/.config/fish/completions/netverdict.fish
`;

/** Adds the command to the program; it must be the last, for it knows those before it. */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .description("print a script that completes commands and options in the shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText("after", HELP)
    .action(async (shell: Shell) => {
      await print({ bash, zsh, fish }[shell](program));
      process.exitCode = EXIT.allowed;
    });
}

const visible = (command: Command): readonly Option[] => command.options.filter(({ hidden }) => !hidden);

/** The options of a command and those that every command takes. */
function optionsOf(program: Command, command: Command): readonly Option[] {
  return [...visible(command), ...visible(program)];
}

function namesOf(options: readonly Option[]): readonly string[] {
  return options.flatMap(({ short, long }) => [short, long].filter((name) => name !== undefined && name !== null));
}

function bash(program: Command): string {
  const cases = program.commands.map(
    (command) => `    ${command.name()}) words="${namesOf(optionsOf(program, command)).join(" ")}" ;;`,
  );
  const choices = program.commands.flatMap((command) =>
    visible(command).flatMap(({ long, argChoices }) =>
      long && argChoices ? [`    ${command.name()}:${long}) words="${argChoices.join(" ")}" ;;`] : [],
    ),
  );
  return `# bash completion for netverdict
_netverdict() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${program.commands.map((command) => command.name()).join(" ")} ${namesOf(visible(program)).join(" ")}" -- "$current"))
    return
  fi
  case "$command:$before" in
${choices.join("\n")}
    completion:completion) words="${SHELLS.join(" ")}" ;;
  esac
  if [ -z "$words" ] && [[ "$current" == -* ]]; then
    case "$command" in
${cases.join("\n")}
    esac
  fi
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _netverdict netverdict
`;
}

function zsh(program: Command): string {
  const commands = program.commands.map((command) => `    '${command.name()}:${quoted(command.description())}'`);
  const cases = program.commands.map((command) => {
    const options = optionsOf(program, command).map((option) => {
      const value = option.required
        ? `:value:${option.argChoices ? `(${option.argChoices.join(" ")})` : "_files"}`
        : "";
      return `        '${option.long}[${quoted(option.description)}]${value}'`;
    });
    const rest = command.name() === "completion" ? `'*:shell:(${SHELLS.join(" ")})'` : "'*:file:_files'";
    return `    ${command.name()})\n      _arguments \\\n${options.join(" \\\n")} \\\n        ${rest} ;;`;
  });
  return `#compdef netverdict
_netverdict() {
  local -a commands
  commands=(
${commands.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
_netverdict "$@"
`;
}

function fish(program: Command): string {
  const lines = program.commands.flatMap((command) => {
    const name = command.name();
    const options = optionsOf(program, command).flatMap(({ long, short, description, required, argChoices }) => {
      if (!long) return [];
      const choices = argChoices ? ` -xa '${argChoices.join(" ")}'` : required ? " -r" : "";
      const letter = short ? ` -s ${short.slice(1)}` : "";
      return [
        `complete -c netverdict -n '__fish_seen_subcommand_from ${name}'${letter} -l ${long.slice(2)}${choices} -d '${quoted(description)}'`,
      ];
    });
    return [
      `complete -c netverdict -n __fish_use_subcommand -a ${name} -d '${quoted(command.description())}'`,
      ...options,
    ];
  });
  const shells = `complete -c netverdict -n '__fish_seen_subcommand_from completion' -xa '${SHELLS.join(" ")}'`;
  return `# fish completion for netverdict\n${[...lines, shells].join("\n")}\n`;
}

/** Text between single quotes; brackets and colons mean something to zsh. */
function quoted(text: string): string {
  return text.replaceAll("'", "’").replace(/[[\]:]/g, " ");
}
