/** Text with a terminal's colours as an SVG: a panel of its own colour, light or dark as the reader has it, and real text in it. */
import { type ParseToken, parseAnsiSequences } from "ansi-sequence-parser";

/** What the command uses of a terminal's colours, on the panel of each scheme; a test holds that all can be read. */
export const SCHEMES = {
  light: {
    panel: "#f6f8fa",
    text: "#1f2328",
    dim: "#57606a",
    red: "#a40e26",
    green: "#116329",
    yellow: "#7d4e00",
    cyan: "#0a5a7a",
  },
  dark: {
    panel: "#0d1117",
    text: "#e6edf3",
    dim: "#8b949e",
    red: "#ff7b72",
    green: "#56d364",
    yellow: "#e3b341",
    cyan: "#76e3ea",
  },
} as const;

const COLUMNS = 122;
const CELL_WIDTH = 7.8;
const LINE_HEIGHT = 18;
const MARGIN = 16;

/** Some characters of one look, and the column that they start in. */
interface Run {
  readonly column: number;
  readonly text: string;
  readonly classes: string;
}

export function terminalSvg(text: string, title: string): string {
  const lines = wrap(text);
  const width = Math.ceil(COLUMNS * CELL_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const rows = lines.map((runs, i) => {
    const y = MARGIN + (i + 1) * LINE_HEIGHT - 5;
    const spans = runs.map(({ column, text: words, classes }) => {
      const x = Number((MARGIN + column * CELL_WIDTH).toFixed(1));
      return `<tspan x="${x}"${classes === "" ? "" : ` class="${classes}"`}>${escaped(words)}</tspan>`;
    });
    return `<text y="${y}">${spans.join("")}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" xml:space="preserve">
<title>${escaped(title)}</title>
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
.bold { font-weight: bold }
${rules("light")}
@media (prefers-color-scheme: dark) {
${rules("dark")}
}
</style>
<rect width="${width}" height="${height}" rx="8" class="panel"/>
${rows.join("\n")}
</svg>
`;
}

function rules(scheme: keyof typeof SCHEMES): string {
  const { panel, text, ...colors } = SCHEMES[scheme];
  const named = Object.entries(colors).map(([name, color]) => `.${name} { fill: ${color} }`);
  return [`.panel { fill: ${panel} }`, `text { fill: ${text} }`, ...named].join("\n");
}

/** Lines as a terminal of `COLUMNS` breaks them, each as runs of one look. */
function wrap(text: string): readonly (readonly Run[])[] {
  const lines: Run[][] = [[]];
  let column = 0;
  for (const token of parseAnsiSequences(text)) {
    for (const [i, part] of token.value.split("\n").entries()) {
      if (i > 0) {
        lines.push([]);
        column = 0;
      }
      let rest = [...part];
      while (rest.length > 0) {
        if (column === COLUMNS) {
          lines.push([]);
          column = 0;
        }
        const here = rest.slice(0, COLUMNS - column);
        const shown = here.join("").trimStart();
        const blanks = here.length - [...shown].length;
        if (shown !== "") lines.at(-1)?.push({ column: column + blanks, text: shown, classes: classesOf(token) });
        column += here.length;
        rest = rest.slice(here.length);
      }
    }
  }
  return lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
}

/** @throws Error for a look that the schemes have no colour for */
function classesOf({ foreground, decorations }: ParseToken): string {
  const color = foreground?.type === "named" ? foreground.name : undefined;
  if ((foreground !== null && color === undefined) || (color !== undefined && !(color in SCHEMES.dark))) {
    throw new Error(`no colour for ${JSON.stringify(foreground)}`);
  }
  return [...(color === undefined ? [] : [color]), ...decorations].join(" ");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
