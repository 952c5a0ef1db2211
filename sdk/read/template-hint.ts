/** Templates that nobody has rendered are no YAML; the parser's complaint about a brace does not say so. */
import type { Issue } from "../errors.ts";
import type { IssueSink } from "./text.ts";

/** An action of Go's templates: a field, a variable, a comment, or one of the words that Helm's charts begin with. */
const ACTION =
  /\{\{-?\s*(?:[.$"(]|\/\*|(?:if|else|end|range|with|define|block|include|template|tpl|toYaml|quote|default|required|printf|lookup|index|nindent|indent|toJson)\b)/;

/** Something in two braces, as in the templates of Jinja and others: as YAML, a mapping that is a key of a mapping. */
const BRACES = /\{\{-?\s*[A-Za-z_][^{}\n]*\}\}/;

/** Passes issues on, and says with the first one about syntax where the text looks like a template. */
export class TemplateHint implements IssueSink {
  readonly #text: string;
  readonly #issues: IssueSink;
  #told = false;

  constructor(text: string, issues: IssueSink) {
    this.#text = text;
    this.#issues = issues;
  }

  push(issue: Issue): void {
    const hint = this.#told || issue.code !== "invalid-syntax" ? undefined : this.#hint();
    this.#told ||= hint !== undefined;
    this.#issues.push(hint === undefined ? issue : { ...issue, message: `${hint} (${issue.message})` });
  }

  #hint(): string | undefined {
    if (ACTION.test(this.#text))
      return "this looks like a Helm template: render it with `helm template` and load what that prints";
    return BRACES.test(this.#text) ? "this looks like a template: render it, and load what comes of it" : undefined;
  }
}
