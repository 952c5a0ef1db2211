/** Manifests as YAML that kubectl reads as it is meant. */
import { Document, Scalar, visit } from "yaml";

/** What kubectl takes for a number that YAML 1.1 does not know: `0o17`, octal. [go-yaml resolve.go] */
const OCTAL = /^0o[0-7_]+$/;

/** kubectl reads YAML 1.1: a label's value `on`, `1_000` or `0o17` is a text in quotes only. */
export function manifestYaml(manifest: object): string {
  const document = new Document(manifest, { version: "1.1" });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "string" && OCTAL.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString();
}
