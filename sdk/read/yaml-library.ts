/**
 * What is used of the `yaml` package. It is a file of its own in the published package (`dist/yaml.js`), so that whoever
 * imports no reader of text does not get it: its modules do something when they are loaded, and no bundler can leave them out.
 */
export {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  Parser,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
