/** YAML text to documents of nodes, by the `yaml` package. */
import { LIMITS } from "../limits.ts";
import { KubectlLexer } from "./yaml-lexer.ts";
import { Composer, type Document, Parser } from "./yaml-library.ts";

const OPTIONS = {
  version: "1.2",
  schema: "core", // whatever a `%YAML` line says
  merge: false, // done by the conversion, with the limit on aliases
  resolveKnownTags: false,
  uniqueKeys: false, // compares every key with every other one; done by the conversion
  prettyErrors: false,
  logLevel: "silent",
} as const;

/** Composes one document after the other of a text with line feeds alone; stops before one gets too deep for the recursion that follows. */
export function* compose(text: string, stopped: (message: string, offset: number) => void): Iterable<Document.Parsed> {
  const parser = new Parser();
  const composer = new Composer(OPTIONS);
  for (const lexeme of new KubectlLexer().lex(text)) {
    for (const token of parser.next(lexeme)) yield* composer.next(token);
    // The stack holds the document, the open collections, and perhaps a scalar.
    const { stack, offset } = parser;
    if (stack.length > LIMITS.depth + 1 && stack.filter(({ type }) => COLLECTIONS.has(type)).length > LIMITS.depth) {
      return stopped(`nested deeper than ${LIMITS.depth} levels`, offset);
    }
  }
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end(true, text.length);
}

const COLLECTIONS: ReadonlySet<string> = new Set(["block-map", "block-seq", "flow-collection"]);
