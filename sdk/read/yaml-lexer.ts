/** The `yaml` package's lexer, with one thing put right. */
import { Lexer } from "./yaml-library.ts";

/** What is used of the lexer's own parts: its types hide them. The package's version is pinned. */
interface OpenLexer {
  /** How far what belongs to the value at hand is indented at the least. */
  indentNext: number;
  charAt(offset: number): string;
  lex(source: string): Iterable<string>;
  parseLineStart(): Generator<string, unknown, unknown>;
  parseBlockStart(): Generator<string, unknown, unknown>;
}

/**
 * A comment without a blank after its `#` ends no value: the package takes it for content, so that what is below a comment
 * that stands further to the left was read into the value above it. [YAML 1.2, 6.6]
 */
export class CommentLexer extends (Lexer as unknown as new () => OpenLexer) {
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
}
