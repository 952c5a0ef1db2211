/** The file of `netverdict lint --config`: which rules do not count, and why; from which severity on a finding fails. */
import { readFile } from "node:fs/promises";
import { type Issue, NetverdictError, type Path } from "../bindings/inline.ts";
import { LINT_RULES } from "../sdk/lint/rules/index.ts";
import { FAIL_ON, type FailOn } from "../sdk/lint/severity.ts";
import { decodeText } from "../sdk/read/encoding.ts";
import { didYouMean } from "../sdk/read/nearest.ts";
import { sourceAt, type TextDocument } from "../sdk/read/text.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import { unreadable } from "./paths.ts";

const RULES: readonly string[] = LINT_RULES.map(({ id }) => id);

export interface LintConfig {
  readonly suppress: Readonly<Record<string, string>>;
  readonly failOn?: FailOn;
}

/**
 * Reads the file, YAML or JSON.
 *
 * @throws NetverdictError `invalid-input` where it cannot be read, else all that is wrong in it, with its place: `invalid-option`, and
 * the problems of texts
 */
export async function readLintConfig(file: string): Promise<LintConfig> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new NetverdictError([unreadable(file, error)]);
  });
  const issues: Issue[] = [];
  const text = decodeText(bytes, file, issues);
  const [document, second] = text === undefined ? [] : readYaml(text, file, issues);
  const fail = (message: string, path: Path = [], at: TextDocument | undefined = document): void => {
    const source = at?.locate(path, true) ?? sourceAt(file, 1, 1);
    issues.push({ code: "invalid-option", message, path, source });
  };
  if (issues.length === 0) {
    if (second !== undefined) fail("there is a second document: all settings are in one", [], second);
    if (isMapping(document?.value)) checkConfig(document.value, fail);
    else fail("must be a mapping with `suppress` or `failOn`");
  }
  if (issues.length > 0) throw new NetverdictError(issues);
  return { suppress: {}, ...(document?.value as Partial<LintConfig>) };
}

function checkConfig(config: Readonly<Record<string, unknown>>, fail: (message: string, path?: Path) => void): void {
  for (const [key, value] of Object.entries(config)) {
    if (key === "failOn") {
      if (!FAIL_ON.includes(value as FailOn)) fail(`must be one of ${FAIL_ON.join(", ")}`, [key]);
    } else if (key !== "suppress") fail(`\`${key}\` is no setting: there are suppress, failOn`, [key]);
    else if (!isMapping(value)) fail("must be a mapping of rules to reasons", [key]);
    else checkSuppress(value, fail);
  }
}

function checkSuppress(suppress: Readonly<Record<string, unknown>>, fail: (message: string, path: Path) => void): void {
  for (const [id, reason] of Object.entries(suppress)) {
    const path = ["suppress", id];
    if (!RULES.includes(id)) fail(`there is no rule \`${id}\`${didYouMean(id, RULES)}`, path);
    else if (typeof reason !== "string" || reason.trim() === "") fail("must be a text that says why", path);
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
