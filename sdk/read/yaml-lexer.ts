/** The `yaml` package's lexer, with what kubectl's reader has otherwise. */
import { Lexer } from "./yaml-library.ts";

/** What is used of the lexer's own parts: its types hide them. The package's version is pinned. */
interface OpenLexer {
  /** How far what belongs to the value at hand is indented at the least. */
  indentNext: number;
  charAt(offset: number): string;
  lex(source: string): Iterable<string>;
  parseLineStart(): Generator<string, unknown, unknown>;
  parseBlockStart(): Generator<string, unknown, unknown>;
  parseFlowCollection(): Generator<string, unknown, unknown>;
  parseQuotedScalar(): Generator<string, unknown, unknown>;
}

/**
 * A comment without a blank after its `#` ends no value: the package takes it for content, so that what is below a comment
 * that stands further to the left was read into the value above it. [YAML 1.2, 6.6]
 *
 * Between brackets and between quotes lines may begin anywhere, as in go-yaml, whatever the indentation of what they are in.
 */
export class KubectlLexer extends (Lexer as unknown as new () => OpenLexer) {
  #before: number | undefined;

  override *parseLineStart(): Generator<string, unknown, unknown> {
    this.#before = this.indentNext;
    return yield* super.parseLineStart();
  }

  override *parseBlockStart(): Generator<string, unknown, unknown> {
    if (this.#before !== undefined && this.charAt(0) === "#") this.indentNext = this.#before;
    this.#before = undefined;
    return yield* super.parseBlockStart();
  }

  override *parseFlowCollection(): Generator<string, unknown, unknown> {
    return yield* this.#anywhere(super.parseFlowCollection());
  }

  override *parseQuotedScalar(): Generator<string, unknown, unknown> {
    return yield* this.#anywhere(super.parseQuotedScalar());
  }

  *#anywhere(parse: Generator<string, unknown, unknown>): Generator<string, unknown, unknown> {
    const before = this.indentNext;
    this.indentNext = 0;
    const next = yield* parse;
    this.indentNext = before;
    return next;
  }
}
