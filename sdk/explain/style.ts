/** How the text of an explanation looks. */
import type { Verdict } from "../types.ts";

/** How parts of the text look; the identity where it is plain. */
export interface ExplanationStyle {
  verdict(verdict: Verdict, text: string): string;
  strong(text: string): string;
  faint(text: string): string;
  /** Makes what a manifest says safe to print. */
  printable(text: string): string;
}

export const PLAIN: ExplanationStyle = {
  verdict: (_, text) => text,
  strong: (text) => text,
  faint: (text) => text,
  printable: (text) => text,
};
