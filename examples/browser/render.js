/** Decisions and problems as elements. Text goes in as text: nothing in a manifest can become markup. */

const VERDICTS = { allow: "✓ Allowed", deny: "✕ Denied", undetermined: "? Undetermined" };

/** A reason in words, for egress and for ingress. */
const REASONS = {
  "not-isolated": [
    "no NetworkPolicy selects the source for egress, and no tier decides it",
    "no NetworkPolicy selects the destination for ingress, and no tier decides it",
  ],
  rule: ["a rule of the source's policies lets it out", "a rule of the destination's policies lets it in"],
  "no-rule": [
    "policies select the source for egress, and no rule lets it out",
    "policies select the destination for ingress, and no rule lets it in",
  ],
  "not-a-subject": ["policies do not apply to the source", "policies do not apply to the destination"],
  "same-pod": ["a pod always reaches itself", "a pod always reaches itself"],
  "own-node": ["a node always reaches its own pods", "a node always reaches its own pods"],
  "admin-allow": ["a rule of the Admin tier lets it out", "a rule of the Admin tier lets it in"],
  "admin-deny": ["a rule of the Admin tier denies it", "a rule of the Admin tier denies it"],
  "baseline-allow": ["a rule of the Baseline tier lets it out", "a rule of the Baseline tier lets it in"],
  "baseline-deny": ["a rule of the Baseline tier denies it", "a rule of the Baseline tier denies it"],
  mixed: ["the members differ", "the members differ"],
  unsettled: ["the manifests do not settle it", "the manifests do not settle it"],
};

/** The verdict, either side's reason, what it rests on, and the pairs behind it. `showLine` goes to a line of the manifests. */
export function renderDecision({ verdict, egress, ingress, caveats, members }, stateCaveats, showLine) {
  return element("div", { class: `answer ${verdict}` }, [
    element("h2", {}, [VERDICTS[verdict]]),
    element("dl", {}, [...side("Egress", egress, 0), ...side("Ingress", ingress, 1)]),
    ...(members === undefined ? [] : [element("h3", {}, ["Members"]), renderMembers(members)]),
    ...renderCaveats("What the answer rests on", caveats, showLine),
    ...renderCaveats("About these manifests", stateCaveats, showLine),
  ]);
}

/** What is wrong, each with its line where it has one. */
export function renderIssues(issues, showLine) {
  const items = issues.map(({ message, code, object, source }) => {
    const { kind, namespace, name } = object ?? {};
    const what = object === undefined ? "" : `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}: `;
    return element("li", {}, [...lineButton(source, showLine), `${what}${message} `, element("code", {}, [code])]);
  });
  const title = issues.length === 1 ? "No answer: one problem" : `No answer: ${issues.length} problems`;
  return element("div", { class: "problems" }, [element("h2", {}, [title]), element("ul", {}, items)]);
}

function side(title, { verdict, reason }, direction) {
  return [
    element("dt", {}, [title]),
    element("dd", {}, [
      element("span", { class: `mark ${verdict}` }, [verdict]),
      ` – ${REASONS[reason]?.[direction] ?? reason} `,
      element("code", {}, [reason]),
    ]),
  ];
}

function renderCaveats(title, caveats, showLine) {
  if (caveats.length === 0) return [];
  const items = caveats.map(({ message, code, source }) =>
    element("li", {}, [...lineButton(source, showLine), `${message} `, element("code", {}, [code])]),
  );
  return [element("h3", {}, [title]), element("ul", {}, items)];
}

function renderMembers(members) {
  const rows = members.map(({ from, to, port, verdict, egress, ingress }) =>
    element("tr", {}, [
      element("td", {}, [element("span", { class: `mark ${verdict}` }, [verdict])]),
      ...[from, to, String(port ?? ""), egress.reason, ingress.reason].map((text) => element("td", {}, [text])),
    ]),
  );
  const heads = ["verdict", "from", "to", "port", "egress", "ingress"];
  const head = element(
    "tr",
    {},
    heads.map((text) => element("th", { scope: "col" }, [text])),
  );
  const table = element("table", {}, [element("thead", {}, [head]), element("tbody", {}, rows)]);
  // What scrolls must be reached by the keyboard too.
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Members" }, [table]);
}

function lineButton(source, showLine) {
  if (source === undefined) return [];
  const button = element("button", { class: "line", type: "button" }, [`Line ${source.line}`]);
  button.addEventListener("click", () => showLine(source.line));
  return [button, " "];
}

function element(tag, attributes, children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
