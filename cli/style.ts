/** An explanation's style on a terminal, or in a log. */
import type { ExplanationStyle } from "../bindings/inline.ts";
import { printable } from "../sdk/printable.ts";
import type { Colors } from "./terminal.ts";

export function styleOf(colors: Colors): ExplanationStyle {
  return {
    verdict: (verdict, text) =>
      colors.bold({ allow: colors.green, deny: colors.red, undetermined: colors.yellow }[verdict](text)),
    strong: colors.bold,
    faint: colors.dim,
    printable,
  };
}
