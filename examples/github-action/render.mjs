/** What GitHub shows: annotations beside the lines, and a summary of the run. */

/** A workflow command that puts `message` beside a line, if there is one; `line` and `column` count from 1. */
export function annotation({ file, line, column, message }, level = "error") {
  const places = Object.entries({ file, line, col: column, title: "Netverdict" })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeData(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`);
  return `::${level} ${places.join(",")}::${escapeData(message)}`;
}

/** The outcomes as a table in Markdown, what was wrong besides, and what all of it rests on. */
export function summary(outcomes, problems, notes) {
  const rows = outcomes.map(({ line, expect, because = "", flow, decision: { verdict } }) => {
    const mark = verdict === expect ? "✅" : "❌";
    return `| ${[mark, line, expect, verdict, formatFlow(flow), because].map(cell).join(" | ")} |`;
  });
  const others = problems.filter(({ isSurprise }) => !isSurprise);
  return [
    "### NetworkPolicies\n",
    ...(rows.length > 0
      ? ["| | line | expected | verdict | flow | because |", "|---|---|---|---|---|---|", ...rows]
      : []),
    ...others.map(
      ({ file, line, message }) => `\n${cell(`${file === undefined ? "" : `${file}:${line ?? 1}: `}${message}`)}`,
    ),
    ...notes.map((note) => `\n⚠️ ${cell(note)}`),
    "\n",
  ].join("\n");
}

/** A flow on one line. */
export function formatFlow({ from, to, port, protocol }) {
  const what = [port, protocol].filter((part) => part !== undefined && part !== null).join("/");
  return `${formatEnd(from)} → ${formatEnd(to)} ${what}`;
}

function formatEnd(end) {
  return typeof end === "string" ? end : JSON.stringify(end);
}

function escapeData(text) {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Text that stays in its cell, and has no markup of its own. */
function cell(value) {
  return String(value)
    .replace(/[&<>|*_`[\]\\#~@]/g, (char) => `&#${char.codePointAt(0)};`)
    .replace(/\p{Cc}+/gu, " ");
}
