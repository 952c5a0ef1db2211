/**
 * Aligns cells as Go's `text/tabwriter` does with kubectl's settings: no minimum width, two spaces of padding.
 *
 * Tabs (and vertical tabs) end cells; what follows the last one on a line is no cell of a column. A column is a run of
 * lines that all have a cell there, and each run is as wide as its widest cell. A form feed ends a line and all columns.
 */
const PADDING = 2;

export function alignTabs(text: string): string {
  // Lines after a form feed are aligned among themselves.
  return text
    .split("\f")
    .map((part) => alignPart(part))
    .join("\n");
}

function alignPart(text: string): string {
  const lines = text.split("\n").map((line) => line.split(/[\t\v]/));
  const out = lines.map(() => "");
  alignColumns(lines, out, 0, lines.length, 0);
  return out.map((start, i) => start + (lines[i]?.at(-1) ?? "")).join("\n");
}

/** Writes the cells from `column` on of lines `first` to `end`, padded, to `out`. */
function alignColumns(lines: readonly string[][], out: string[], first: number, end: number, column: number): void {
  for (let line = first; line < end; line++) {
    const start = line;
    let width = 0;
    for (; line < end; line++) {
      const cells = lines[line] ?? [];
      if (column >= cells.length - 1) break;
      width = Math.max(width, runes(cells[column] ?? "") + PADDING);
    }
    if (line === start) continue;
    for (let i = start; i < line; i++) {
      const cell = lines[i]?.[column] ?? "";
      out[i] += cell + " ".repeat(width - runes(cell));
    }
    alignColumns(lines, out, start, line, column + 1);
  }
}

/** Code points: Go counts runes. */
function runes(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
