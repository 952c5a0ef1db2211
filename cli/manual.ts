/** What a command's help says beside its options, in one form for all, laid out like a page of a manual. */
import type { Command, Help } from "commander";
import { helpWidth } from "./terminal.ts";

/** A term, and what it means. */
export type Row = readonly [term: string, meaning: string];

export interface Example {
  /** What it is for, in a few words. */
  readonly says: string;
  /** What to type; after its first line, indented. */
  readonly run: string;
}

export interface Manual {
  /** In a line, for the list of commands. */
  readonly summary: string;
  /** How to call it, after its name, where commander's line would hide what is required; a form each. */
  readonly usage?: readonly string[];
  /** What it does, reads and prints; a paragraph each. */
  readonly about: readonly string[];
  /** Lists of its own, by their headings. */
  readonly lists?: Readonly<Record<string, readonly Row[]>>;
  readonly statuses: readonly Row[];
  readonly examples: readonly Example[];
}

/** What every command heeds. */
export const ENVIRONMENT: readonly Row[] = [
  ["NO_COLOR", "set and not empty: no colours, unless --color asks for them"],
  ["FORCE_COLOR", "set, and not empty, 0 or false: colours even where the output is no terminal; NO_COLOR comes first"],
  ["COLUMNS", "how wide the help is where the output is no terminal (default: 80), within 60 and 120"],
];

const MANUALS = new WeakMap<Command, Manual>();

/** Gives a command its help. */
export function withManual(command: Command, manual: Manual): Command {
  MANUALS.set(command, manual);
  return command
    .summary(manual.summary)
    .description(manual.about.join("\n\n"))
    .addHelpText("after", ({ command: shown }) => afterOptions(manual, shown.createHelp()));
}

/** What `withManual` gave. */
export function manualOf(command: Command): Manual | undefined {
  return MANUALS.get(command);
}

function afterOptions({ lists = {}, statuses, examples }: Manual, help: Help): string {
  const sections = Object.entries({ ...lists, "Exit status": statuses, Environment: ENVIRONMENT });
  const text = sections.map(([title, rows]) => `\n${help.styleTitle(`${title}:`)}\n${table(rows, help)}`);
  const lines = examples.map(({ says, run }) => `  ${says}:\n    $ ${run.replaceAll("\n", "\n    ")}`);
  return `${text.join("\n")}\n\n${help.styleTitle("Examples:")}\n${lines.join("\n")}`;
}

/** Terms under one another, and beside them their meanings, wrapped. */
function table(rows: readonly Row[], help: Help): string {
  const indent = 2;
  const gap = 2;
  const wide = Math.max(...rows.map(([term]) => term.length));
  const start = indent + wide + gap;
  return rows
    .map(([term, meaning]) => {
      const wrapped = help
        .boxWrap(meaning, helpWidth(process.stdout) - start)
        .replaceAll("\n", `\n${" ".repeat(start)}`);
      return `${" ".repeat(indent)}${term.padEnd(wide + gap)}${wrapped}`;
    })
    .join("\n");
}
