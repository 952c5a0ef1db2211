/** `netverdict lint`: what probably isn't meant in a cluster's policies. */
import { type Command, Option } from "commander";
import { type Finding, formatReference, lint, type Severity, toGithub, toJUnit, toSarif } from "../bindings/inline.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, load, withLoadOptions } from "./load.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { type Colors, printable } from "./terminal.ts";

interface LintFlags extends LoadFlags {
  readonly format: "text" | "json" | "sarif" | "junit" | "github";
  readonly failOn: Severity | "never";
  readonly suppress: readonly string[];
}

const HELP = `
docs/lint.md lists the rules, and when each is silent.

Exit status: 0 nothing as severe as --fail-on, 1 something, 2 wrong usage or input.

Examples:
  $ netverdict lint manifests/
  $ netverdict lint manifests/ --fail-on error --format sarif > netverdict.sarif
  $ netverdict lint manifests/ --suppress "unprotected-pods=the sandbox is open by design"
`;

const SEVERITIES: readonly Severity[] = ["info", "warning", "error"];

/** Adds the command to the program. */
export function addLint(program: Command): void {
  const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  withLoadOptions(program.command("lint"))
    .description("find what is probably not meant")
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
    .option("--suppress <rule=reason>", "a rule that does not count, and why (repeatable)", collect, [])
    .addHelpText("after", HELP)
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
      await printJson(toSarif(findings));
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
