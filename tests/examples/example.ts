/** Reads the examples for their tests. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileInput, Flow, IssueCode, Reason, Verdict } from "../../bindings/inline.ts";

export const EXAMPLES: string = fileURLToPath(new URL("../../examples", import.meta.url));

export interface Expectation {
  readonly flow: Flow;
  readonly verdict: Verdict;
  readonly egress: Reason;
  readonly ingress: Reason;
  readonly because: string;
}

export interface Expected {
  readonly flows: readonly Expectation[];
  readonly errors?: readonly { readonly flow: Flow; readonly code: IssueCode }[];
}

/** The names of the recipes' folders, in order. */
export function recipeNames(): string[] {
  return readdirSync(join(EXAMPLES, "recipes")).sort();
}

/** Reads an example's `expected.json`. */
export function readExpected(example: string): Expected {
  return JSON.parse(readFileSync(join(EXAMPLES, example, "expected.json"), "utf8")) as Expected;
}

/** Reads one manifest, or all below a folder. */
export function readManifests(path: string): FileInput[] {
  const whole = join(EXAMPLES, path);
  if (/\.(?:ya?ml|json)$/.test(path)) return [{ file: relative(EXAMPLES, whole), text: readFileSync(whole) }];
  return readdirSync(whole)
    .sort()
    .flatMap((name) => readManifests(join(path, name)));
}

/** Describes an expectation, as a test's name. */
export function nameOf({ flow, verdict, because }: Expectation): string {
  const [from, to] = [flow.from, flow.to].map((end) => (typeof end === "string" ? end : JSON.stringify(end)));
  return `${verdict}: ${from} → ${to} ${flow.port ?? ""}/${flow.protocol ?? "TCP"}: ${because}`;
}
