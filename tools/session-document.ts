/** docs/session.svg and the README's text of the same session. */
import { recordSession, sessionText } from "./session.ts";
import { terminalSvg } from "./terminal-svg.ts";

const START = "<!-- session: written by npm run docs:session -->";
const END = "<!-- /session -->";
const TITLE = "A session with netverdict at a terminal: its text stands in the README, below the picture";

/** The prompt is not part of what anybody types. */
const PROMPT = "\u001b[2m$\u001b[22m ";

export function sessionSvg(): string {
  const steps = recordSession(true).map(({ command, output }) => `${PROMPT}\u001b[1m${command}\u001b[22m\n${output}`);
  return terminalSvg(steps.join("\n"), TITLE);
}

/** The README with the session's text as it is now. */
export function withSession(readme: string): string {
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start) throw new Error("the README has no place for the session");
  const text = `\n\n\`\`\`console\n${sessionText(recordSession(false))}\`\`\`\n\n`;
  return readme.slice(0, start + START.length) + text + readme.slice(end);
}
