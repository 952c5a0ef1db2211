/** Templates that nobody has rendered are no YAML; the parser's complaint about a brace does not say so. */
import type { Issue } from "../errors.ts";
import type { IssueSink } from "./text.ts";

/** An action of Go's templates: a field, a variable, a comment, or one of the words that Helm's charts begin with. */
const ACTION =
  /\{\{-?\s*(?:[.$"(]|\/\*|(?:if|else|end|range|with|define|block|include|template|tpl|toYaml|quote|default|required|printf|lookup)\b)/;

/** Passes issues on, and says with the first one about syntax where the text looks like a Helm template. */
export class TemplateHint implements IssueSink {
  readonly #text: string;
  readonly #issues: IssueSink;
  #told = false;

  constructor(text: string, issues: IssueSink) {
    this.#text = text;
    this.#issues = issues;
  }

  push(issue: Issue): void {
    if (this.#told || issue.code !== "invalid-syntax" || !ACTION.test(this.#text)) {
      this.#issues.push(issue);
      return;
    }
    this.#told = true;
    const message = `this looks like a Helm template: render it with \`helm template\` and load what that prints (${issue.message})`;
    this.#issues.push({ ...issue, message });
  }
}
