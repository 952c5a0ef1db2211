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
  const spellings = (wanted: (option: CompletableOption) => boolean) =>
    commands.flatMap(({ name, options }) =>
      options
        .filter((option) => option.takesValue && option.values.length === 0 && wanted(option))
        .flatMap(({ long, short }) => [long, short].flatMap((one) => (one === undefined ? [] : [`${name}:${one}`]))),
    );
  const files = spellings(({ isFile }) => isFile);
  const free = spellings(({ isFile }) => !isFile);
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
  # Bash takes \`=\` for a word of its own: --option=value is three.
  if [[ "$current" == "=" ]]; then
    current=""
  elif [[ "$before" == "=" ]]; then
    before="\${COMP_WORDS[COMP_CWORD-2]}"
    [[ "$before" == -* ]] || return # the reason of a rule, or the setting of a plugin
  fi
  if [[ -z "$command" || "$command" == help ]]; then
    words="${names}"
    if [[ -z "$command" ]]; then words="$words help ${wordsOf(optionsOf(program))}"; fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$command:$before" in
${values.join("\n")}
    ${files.join(" | ")}) _netverdict_files "$current"; return ;;
    ${free.join(" | ")}) return ;;
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
  if [[ -z "$words" ]]; then _netverdict_files "$current"; return; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ "\${COMPREPLY[0]}" == *= ]]; then compopt -o nospace +o filenames 2>/dev/null; fi # more of the value follows
  return 0
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
