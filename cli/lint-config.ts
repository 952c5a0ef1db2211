/** The file of `netverdict lint --config`: which rules do not count, and why; from which severity on a finding fails. */
import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { formatPath, type Issue, NetverdictError, type Path } from "../bindings/inline.ts";
import { didYouMean } from "../sdk/flow/suggest.ts";
import { LINT_RULES } from "../sdk/lint/rules/index.ts";
import { FAIL_ON, type FailOn } from "../sdk/lint/severity.ts";
import { withLineFeeds } from "../sdk/read/line-breaks.ts";
import { unreadable } from "./paths.ts";

const RULES: readonly string[] = LINT_RULES.map(({ id }) => id);

export interface LintConfig {
  readonly suppress: Readonly<Record<string, string>>;
  readonly failOn?: FailOn;
}

/**
 * Reads the file, YAML or JSON.
 *
 * @throws NetverdictError `invalid-input` where it cannot be read, `invalid-option` with all that is wrong in it
 */
export async function readLintConfig(file: string): Promise<LintConfig> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new NetverdictError([unreadable(file, error)]);
  });
  const document = parseDocument(withLineFeeds(text), { prettyErrors: false, logLevel: "silent" });
  const issues: Issue[] = [];
  const fail = (message: string, path: Path = []): void => {
    const where = path.length === 0 ? "" : `${formatPath(path)}: `;
    issues.push({ code: "invalid-option", message: `\`${file}\`: ${where}${message}`, path: ["config"] });
  };
  const [fault] = document.errors;
  const config: unknown = fault === undefined ? document.toJS() : undefined;
  if (fault !== undefined) fail(fault.message.split("\n", 1)[0] ?? "");
  else if (!isMapping(config)) fail("must be a mapping with `suppress` or `failOn`");
  else checkConfig(config, fail);
  if (issues.length > 0) throw new NetverdictError(issues);
  return { suppress: {}, ...(config as Partial<LintConfig>) };
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
