/** The first lines of a command's help: how to call it, a form each. */
import type { Command } from "commander";

/** What stands before the first form. */
const TITLE = "Usage: ";

/** An option with its value, or a word: what a line is not broken within. */
const PART = /--\S+ <[^>]+>|\S+/g;

/** The forms under one another, wrapped, without the title. Without forms of its own a command has the one that commander gives. */
export function usageText(command: Command, width: number, forms: readonly string[] = [command.usage()]): string {
  const name = command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`;
  const lines = forms.flatMap((form) => wrapped(`${name} `, form, width - TITLE.length));
  return lines.join(`\n${" ".repeat(TITLE.length)}`);
}

function wrapped(name: string, form: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = name;
  for (const part of form.match(PART) ?? []) {
    if (line.length + part.length > width) {
      lines.push(line.trimEnd());
      line = " ".repeat(name.length);
    }
    line += `${part} `;
  }
  return [...lines, line.trimEnd()];
}
