/** Completion in bash. */
import type { Command } from "commander";
import { type CompletableOption, completables, optionsOf } from "./completable.ts";

export function bashCompletion(program: Command): string {
  const commands = completables(program);
  const names = commands.map(({ name }) => name).join(" ");
  const options = commands.map(({ name, options }) => `    ${name}) words="${wordsOf(options)}" ;;`);
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap(({ long, short, values }) => {
      const spellings = [long, short].flatMap((one) => (one === undefined ? [] : [`${name}:${one}`]));
      return values.length > 0 ? [`    ${spellings.join(" | ")}) words="${values.join(" ")}" ;;`] : [];
    }),
  );
  const free = commands.flatMap(({ name, options }) =>
    options.flatMap(({ long, short, takesValue, values }) =>
      takesValue && values.length === 0
        ? [long, short].flatMap((one) => (one === undefined ? [] : [`${name}:${one}`]))
        : [],
    ),
  );
  const words = commands.flatMap(({ name, values }) =>
    values.length > 0 ? [`    ${name}) words="${values.join(" ")}" ;;`] : [],
  );
  return `# bash completion for netverdict
_netverdict() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" at
  for (( at = 1; at < COMP_CWORD; at++ )); do
    if [[ "\${COMP_WORDS[at]}" != -* ]]; then command="\${COMP_WORDS[at]}"; break; fi
  done
  COMPREPLY=()
  if [[ -z "$command" || "$command" == help ]]; then
    words="${names}"
    if [[ -z "$command" ]]; then words="$words help ${wordsOf(optionsOf(program))}"; fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$command:$before" in
${values.join("\n")}
    ${free.join(" | ")}) _netverdict_files "$current"; return ;;
  esac
  if [[ -z "$words" && "$current" == -* ]]; then
    case "$command" in
${options.join("\n")}
    esac
  fi
  if [[ -z "$words" ]]; then
    case "$command" in
${words.join("\n")}
    esac
  fi
  if [[ -n "$words" ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); else _netverdict_files "$current"; fi
}
_netverdict_files() {
  local IFS=$'\\n' # blanks are part of a name
  COMPREPLY=($(compgen -f -- "$1"))
}
complete -o filenames -F _netverdict netverdict
`;
}

function wordsOf(options: readonly CompletableOption[]): string {
  return options.flatMap(({ short, long }) => (short === undefined ? [long] : [short, long])).join(" ");
}
