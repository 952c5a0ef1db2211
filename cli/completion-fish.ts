/** Completion in fish. */
import type { Command } from "commander";
import { completables } from "./completable.ts";

export function fishCompletion(program: Command): string {
  const commands = completables(program);
  const names = commands.map(({ name }) => name).join(" ");
  const lines = commands.flatMap(({ name, summary, options, values }) => {
    const here = `complete -c netverdict -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c netverdict -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
      ...(values.length > 0 ? [`${here} -f -a '${values.join(" ")}'`] : []),
      ...options.map(({ long, short, description, takesValue, isFile, values: words }) => {
        const letter = short === undefined ? "" : ` -s ${short.slice(1)}`;
        const kind = isFile ? " -r" : takesValue ? " -x" : "";
        const value = words.length > 0 ? ` -x -a '${words.join(" ")}'` : kind;
        return `${here}${letter} -l ${long.slice(2)}${value} -d '${quoted(description)}'`;
      }),
    ];
  });
  const help = `complete -c netverdict -n '__fish_seen_subcommand_from help' -f -a '${names}'`;
  return `# fish completion for netverdict\n${[...lines, help].join("\n")}\n`;
}

/** Text between single quotes. */
function quoted(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "’");
}
