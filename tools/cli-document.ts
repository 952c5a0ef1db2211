/** `docs/cli.md` from the command itself: its manuals, its schemas, and what `--help` prints. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Command } from "commander";
import { SCHEMA_NAMES, SCHEMA_VERSION } from "../cli/document-names.ts";
import { ENVIRONMENT, manualOf, type Row } from "../cli/manual.ts";
import { createProgram } from "../cli/program.ts";
import { ROOT } from "./session.ts";

export function cliDocument(): string {
  const program = createProgram();
  return `# The command

\`netverdict\` answers from manifests, offline: files, folders (their \`.yaml\`, \`.yml\` and \`.json\` files at any depth, but those that begin with a dot, of which a note tells), \`-\` for standard input, or one
[snapshot](snapshots.md). It reads nothing else, and writes only where \`snapshot --out\` says, and with \`lint --fix\` the files that it mends.

| command | it will |
| --- | --- |
${program.commands.map((command) => `| [\`${command.name()}\`](#${anchor(command)}) | ${command.summary()} |`).join("\n")}

## Exit statuses

| command | status | means |
| --- | --- | --- |
${[...program.commands, program].flatMap(statusRows).join("\n")}

Whatever is not sure is not 0: a flow that is undetermined is 1, an answer that nobody read is 141.

## Errors

All problems go to standard error, a line each: \`error:\`, then the file, line and column or the option that is at fault, then what is wrong and what was
expected, at last the [code](errors.md#issues). Where a name is nearly one that there is (a pod, a namespace, a policy, a command, an option, a plugin, a
rule, a file), the message asks whether it was meant.

\`\`\`console
${shown("netverdict check examples/shop/manifests --from shop/storefront --to data/orders-db-0 --port 5432")}
${shown("netverdict who examples/shop/manifests --policy data/order-db")}
${shown("netverdict lint examples/shop/manifests --format sariff")}
\`\`\`

With \`--json\` they are one document on standard output, with the same codes:

\`\`\`console
${shown("netverdict who examples/shop/manifests --policy data/order-db --json")}
\`\`\`

## JSON

With \`--json\` every command prints JSON, each document on one line, and nothing else; notes on what was loaded, such as that there are no policies, are on standard error as ever. Each kind of document has a JSON Schema (draft 2020-12)
in the package's [schemas](../schemas) folder (\`netverdict/schemas/${SCHEMA_VERSION}/check.schema.json\`, as an import); \`netverdict schema check\` prints it. All but \`error\` describe what
the command prints when it fails, too.

| documents of | a run prints | schema |
| --- | --- | --- |
${SCHEMA_NAMES.map(({ name, command, documents }) => `| ${name === "error" ? command : `\`${command}\``} | ${documents} | [${name}](../schemas/${SCHEMA_VERSION}/${name}.schema.json) |`).join("\n")}

The version stands in each schema's \`$id\`. Within a version documents only gain members, and closed lists (codes, reasons, topics) only gain entries; what a reader of older
documents could misunderstand makes a new version, in a folder beside. A schema is strict: it refuses members that it does not know, so check documents
against the schema of the release that printed them. They are made from the types of the library (\`npm run docs:schemas\`), and tests hold what the command prints against them.

\`lint --format sarif\` prints [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/), which has a schema of its own; \`completion\` and \`schema\` print what they print.

## Environment

| variable | means |
| --- | --- |
${ENVIRONMENT.map(([name, meaning]) => `| \`${name}\` | ${meaning} |`).join("\n")}

\`--color\` and \`--no-color\` come before all of these. JSON has no colours. Control characters in what manifests and arguments say are shown, not sent to the terminal.

## Completion

\`netverdict completion bash\` (or \`zsh\`, \`fish\`) prints a script that completes commands, options, and what an option can be; its help says where to put it.

${program.commands.map((command) => `## ${title(command)}\n\n\`\`\`console\n${shown(`netverdict ${command.name()} --help`)}\n\`\`\``).join("\n\n")}
`;
}

const title = (command: Command): string => `netverdict ${command.name()}`;
const anchor = (command: Command): string => title(command).replaceAll(" ", "-");

function statusRows(command: Command): readonly string[] {
  const rows: readonly Row[] = manualOf(command)?.statuses ?? [];
  const name = command.parent === null ? "any of them" : `\`${command.name()}\``;
  return rows.map(([status, meaning]) => `| ${name} | ${status} | ${meaning} |`);
}

/** A line as it is typed, and what it prints. */
function shown(line: string): string {
  const netverdict = `netverdict() { "${process.execPath}" "${join("dist", "cli.js")}" "$@"; }`;
  const env = { PATH: process.env.PATH, NO_COLOR: "1" };
  const run = spawnSync("bash", ["-c", `${netverdict}\n{ ${line}\n} 2>&1`], { cwd: ROOT, encoding: "utf8", env });
  return `$ ${line}\n${run.stdout.trimEnd()}`;
}
