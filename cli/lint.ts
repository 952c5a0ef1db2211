/** `netverdict lint`: what probably isn't meant in a cluster's policies. */
import { type Command, Option } from "commander";
import { type Finding, formatReference, lint, type Severity, toGithub, toJUnit, toSarif } from "../bindings/inline.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, load, withLoadOptions } from "./load.ts";
import { type Manual, withManual } from "./manual.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { type Colors, printable, printableJson } from "./terminal.ts";

interface LintFlags extends LoadFlags {
  readonly format: "text" | "json" | "sarif" | "junit" | "github";
  readonly failOn: Severity | "never";
  readonly suppress: readonly string[];
}

const SEVERITIES: readonly Severity[] = ["info", "warning", "error"];

const MANUAL: Manual = {
  summary: "find what is probably not meant",
  about: [
    "Finds what probably is not meant in policies: selectors that match nothing, peers that say OR where AND was meant, rules without effect, DNS that is cut off, and more. Each finding has its rule's name, a severity, file and line, and what to do. docs/lint.md lists the rules, and when each is silent.",
    "It reads manifests: a snapshot has no policies to look at.",
  ],
  statuses: [
    ["0", "nothing as severe as --fail-on"],
    ["1", "something is, and is not suppressed"],
    ["2", "wrong usage or input"],
  ],
  examples: [
    { says: "All that there is", run: "netverdict lint manifests/" },
    { says: "For code scanning", run: "netverdict lint manifests/ --fail-on error --format sarif > netverdict.sarif" },
    {
      says: "Without a rule, and why",
      run: 'netverdict lint manifests/ --suppress "unprotected-pods=the sandbox is open by design"',
    },
  ],
};

/** Adds the command to the program. */
export function addLint(program: Command): void {
  const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  withLoadOptions(withManual(program.command("lint"), MANUAL))
    .addOption(
      new Option("--format <format>", "how to print")
        .choices(["text", "json", "sarif", "junit", "github"])
        .default("text"),
    )
    .addOption(
      new Option("--fail-on <severity>", "exit 1 from this severity on")
        .choices([...SEVERITIES, "never"])
        .default("warning"),
    )
    .addOption(
      new Option("--suppress <rule=reason>", "a rule that does not count, and why (repeatable)")
        .argParser(collect)
        .default([], "none"),
    )
    .action(async (paths: string[], flags: LintFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], flags: LintFlags, output: Output): Promise<number> {
  const suppress = Object.fromEntries(flags.suppress.map(readSuppression));
  const findings = lint(await load(paths, flags, output), { suppress });
  switch (output.json ? "json" : flags.format) {
    case "json":
      await printJson(findings);
      break;
    case "sarif":
      await print(`${printableJson(toSarif(findings))}\n`);
      break;
    case "junit":
      await print(toJUnit(findings));
      break;
    case "github":
      await print(toGithub(findings));
      break;
    default:
      await print(textOf(findings, output.colors));
  }
  const { failOn } = flags;
  if (failOn === "never") return EXIT.allowed;
  const counts = findings.some(
    ({ severity, suppressed }) =>
      suppressed === undefined && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn),
  );
  return counts ? EXIT.refused : EXIT.allowed;
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

function textOf(findings: readonly Finding[], colors: Colors): string {
  const paint = { error: colors.red, warning: colors.yellow, info: colors.cyan };
  const lines = findings.flatMap(({ id, severity, message, help, object, source, suppressed }) => {
    const where = source === undefined ? "" : `${source.file ?? "<input>"}:${source.line}:${source.column}: `;
    const what = printable(`${where}${formatReference(object)}: ${message}`);
    if (suppressed !== undefined) return [colors.dim(`suppressed  ${what} [${id}]: ${printable(suppressed)}`)];
    return [`${colors.bold(paint[severity](severity))}  ${what} ${colors.dim(`[${id}]`)}`, colors.dim(`  ${help}`)];
  });
  const counted = findings.filter(({ suppressed }) => suppressed === undefined);
  const total =
    counted.length === 0 ? "nothing found" : `${counted.length} ${counted.length === 1 ? "finding" : "findings"}`;
  return `${[...lines, total].join("\n")}\n`;
}
