/** The page: reads the manifests and the flow, asks the engine, shows what it says. */

import { readFlow } from "./flow.js";
import { evaluate, loadState, NetverdictError } from "./netverdict/index.js";
import { renderDecision, renderIssues } from "./render.js";

const [form, manifests, problems, answer] = ["ask", "manifests", "problems", "answer"].map((id) =>
  document.getElementById(id),
);

/** The state of the text that was loaded last: another question about it needs no loading. */
let loaded;

function stateOf(text) {
  if (loaded?.text !== text) loaded = { text, state: loadState(text) };
  return loaded.state;
}

function ask() {
  problems.replaceChildren();
  answer.replaceChildren();
  for (const field of form.elements) field.removeAttribute("aria-invalid");
  try {
    const state = stateOf(manifests.value);
    answer.append(renderDecision(evaluate(state, readFlow(form.elements)), state.caveats, showLine));
  } catch (error) {
    // Where the browser refuses to compile the engine, that is shown like any other problem.
    const unexpected = [{ code: "core-failure", message: String(error), path: [] }];
    const issues = error instanceof NetverdictError ? error.issues : unexpected;
    problems.append(renderIssues(issues, showLine));
    // The path of a flow's problem begins with its field; one of a manifest's has a source.
    const wrong = issues.filter(({ source }) => source === undefined).map(({ path }) => path[0]);
    for (const name of wrong) form.elements[name]?.setAttribute("aria-invalid", "true");
  }
}

/** Selects a line of the manifests, and scrolls to it. */
function showLine(line) {
  const lines = manifests.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((length, text) => length + text.length + 1, 0);
  manifests.focus();
  manifests.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  const height =
    (manifests.scrollHeight - 2 * Number.parseFloat(getComputedStyle(manifests).paddingTop)) / lines.length;
  manifests.scrollTop = Math.max(0, (line - 4) * height);
}

/** A verdict that is shown is of what is written: after a change there is none until it is asked for. */
function forget() {
  answer.replaceChildren();
}

for (const edited of [form, manifests]) edited.addEventListener("input", forget);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
manifests.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
