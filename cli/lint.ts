/** `netverdict lint`: what probably isn't meant in a cluster's policies. */
import { type Command, Option } from "commander";
import {
  type FileInput,
  type Finding,
  formatReference,
  lint,
  NetverdictError,
  toGithub,
  toJUnit,
  toSarif,
} from "../bindings/inline.ts";
import packageJson from "../package.json" with { type: "json" };
import { FAIL_ON, type FailOn, fails } from "../sdk/lint/severity.ts";
import { printable } from "../sdk/printable.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { readLintConfig } from "./lint-config.ts";
import { changedFiles, diffOf, writeFixed } from "./lint-fix.ts";
import { type Mended, mend } from "./lint-mend.ts";
import { fromHere } from "./lint-places.ts";
import { textOf, totalOf, whereOf } from "./lint-text.ts";
import { type LoadFlags, loadInputs, snapshotAmong, withCniOption, withLoadOptions } from "./load.ts";
import { type Manual, withManual } from "./manual.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { readPaths } from "./paths.ts";
import { linesForOutput, printableJson } from "./terminal.ts";

interface LintFlags extends LoadFlags {
  /** Undefined where it is not given: text. */
  readonly format?: "text" | "json" | "sarif" | "junit" | "github";
  readonly failOn?: FailOn;
  readonly suppress: readonly string[];
  readonly config?: string;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
}

const MANUAL: Manual = {
  summary: "find what is probably not meant",
  about: [
    "Finds what probably is not meant in policies: selectors that match nothing, peers that say OR where AND was meant, rules without effect, DNS that is cut off, and more. Each finding has its rule's name, a severity, file and line, and what to do. docs/lint.md lists the rules, and when each is silent.",
    "What does not count is suppressed with a reason: by --suppress, by --config, or by an annotation `netverdict.dev/suppress.<rule>: <reason>` of an object or of its Namespace. With --fix, what can be mended safely is mended in the files themselves; the exit status is that of what is left.",
    "It reads manifests, or a snapshot that was written with --explain.",
  ],
  statuses: [
    ["0", "nothing as severe as --fail-on"],
    ["1", "something is, and is not suppressed"],
    ["2", "wrong usage or input, or a fix that could not be made; those of other files are"],
  ],
  examples: [
    { says: "All that there is", run: "netverdict lint manifests/" },
    { says: "For code scanning", run: "netverdict lint manifests/ --fail-on error --format sarif > netverdict.sarif" },
    {
      says: "Without a rule, and why",
      run: 'netverdict lint manifests/ --suppress "unprotected-pods=the sandbox is open by design"',
    },
    { says: "What would be mended", run: "netverdict lint manifests/ --fix --dry-run" },
  ],
};

/** Adds the command to the program. */
export function addLint(program: Command): void {
  const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  withCniOption(
    withLoadOptions(withManual(program.command("lint"), MANUAL)),
    "find what the CNI plugin does not enforce too",
  )
    .addOption(
      new Option("--format <format>", "how to print (default: text)").choices([
        "text",
        "json",
        "sarif",
        "junit",
        "github",
      ]),
    )
    .addOption(new Option("--fail-on <severity>", "exit 1 from this severity on (default: warning)").choices(FAIL_ON))
    .addOption(
      new Option("--suppress <rule=reason>", "a rule that does not count, and why (repeatable)")
        .argParser(collect)
        .default([], "none"),
    )
    .option("--config <file>", "a YAML file with `suppress` (rules with reasons) and `failOn`")
    .option("--fix", "carry out the fixes that are safe, in the files themselves")
    .option("--dry-run", "with --fix: print the changes as a diff, and write nothing")
    .action(async (paths: string[], flags: LintFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], flags: LintFlags, output: Output): Promise<number> {
  const format = flags.format ?? (output.json ? "json" : "text");
  if (output.json && format !== "json") {
    throw failure("invalid-option", `--json asks for another format than ${format}: give one of them`, ["format"]);
  }
  if (flags.dryRun === true && flags.fix !== true) throw failure("invalid-option", "it goes with --fix", ["dryRun"]);
  if (flags.dryRun === true && format !== "text") {
    throw failure("invalid-option", `it prints a diff, so it does not go with the format ${format}`, ["dryRun"]);
  }
  const config = flags.config === undefined ? undefined : await readLintConfig(flags.config);
  const suppress = { ...config?.suppress, ...Object.fromEntries(flags.suppress.map(readSuppression)) };
  const inputs = await readPaths(paths, output);
  if (flags.fix === true && snapshotAmong(inputs) !== undefined)
    throw failure("invalid-option", "a snapshot has no files to mend: give the manifests that it was made of", ["fix"]);
  const failOn = flags.failOn ?? config?.failOn ?? "warning";
  const found = lint(loadInputs(inputs, flags, output), { suppress });
  const { remaining, failed }: Fixed =
    flags.fix === true ? await fix(inputs, found, suppress, flags, output) : { remaining: found, failed: [] };
  // As JSON the problems take the place of the findings.
  if (flags.dryRun !== true && (failed.length === 0 || format !== "json")) {
    await printFindings(remaining, format, failOn, output);
  }
  if (failed.length > 0) throw new NetverdictError(failed);
  const refused = remaining.some(({ severity, suppressed }) => suppressed === undefined && fails(severity, failOn));
  return refused ? EXIT.refused : EXIT.allowed;
}

type Fixed = Pick<Mended, "remaining" | "failed">;

/** Carries out what fixes there are, or shows them; gives what is found afterwards. */
async function fix(
  inputs: readonly FileInput[],
  findings: readonly Finding[],
  suppress: Readonly<Record<string, string>>,
  flags: LintFlags,
  output: Output,
): Promise<Fixed> {
  const find = (texts: readonly FileInput[]): readonly Finding[] =>
    lint(loadInputs(texts, flags, { ...output, notes: false }), { suppress });
  const { inputs: fixedTexts, remaining, done, failed } = mend(inputs, findings, find);
  const files = changedFiles(inputs, fixedTexts);
  if (flags.dryRun === true) {
    await print(linesForOutput(diffOf(files)));
    if (files.length === 0 && failed.length === 0 && !output.quiet) process.stderr.write(nothingToMend(remaining));
    return { remaining, failed };
  }
  await writeFixed(files);
  if (!output.quiet) {
    for (const { id, object, source, fix } of done) {
      const what = printable(`${whereOf(source)}${formatReference(object)}: ${fix?.message}`);
      process.stderr.write(`${output.errorColors.green("fixed")}  ${what} [${id}]\n`);
    }
  }
  return { remaining, failed };
}

/** What a diff without lines means. */
function nothingToMend(findings: readonly Finding[]): string {
  const counted = findings.filter(({ suppressed }) => suppressed === undefined);
  const left = `${totalOf(findings)} ${counted.length === 1 ? "is" : "are"} left`;
  return counted.length === 0 ? `${totalOf(findings)}\n` : `no finding in a file has a safe fix: ${left}\n`;
}

async function printFindings(
  findings: readonly Finding[],
  format: NonNullable<LintFlags["format"]>,
  failOn: FailOn,
  output: Output,
): Promise<void> {
  switch (format) {
    case "json":
      return printJson(findings);
    case "sarif":
      return print(`${printableJson(toSarif(fromHere(findings), { version: packageJson.version }))}\n`);
    case "junit":
      return print(toJUnit(findings, { failOn }));
    case "github":
      return print(toGithub(fromHere(findings)));
    default:
      return print(textOf(findings, output));
  }
}

function readSuppression(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw failure(
      "invalid-option",
      `\`${text}\` is not a rule and a reason, as in \`dns-cut=pods use a resolver of their own\``,
      ["suppress"],
    );
  return [text.slice(0, at), text.slice(at + 1)];
}
