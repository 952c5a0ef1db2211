/** `netverdict schema`: the JSON schema of what a command prints with `--json`. */
import type { Command } from "commander";
import check from "../schemas/v1/check.schema.json" with { type: "json" };
import checkFlows from "../schemas/v1/check-flows.schema.json" with { type: "json" };
import cni from "../schemas/v1/cni.schema.json" with { type: "json" };
import describe from "../schemas/v1/describe.schema.json" with { type: "json" };
import error from "../schemas/v1/error.schema.json" with { type: "json" };
import explain from "../schemas/v1/explain.schema.json" with { type: "json" };
import lint from "../schemas/v1/lint.schema.json" with { type: "json" };
import matrix from "../schemas/v1/matrix.schema.json" with { type: "json" };
import snapshot from "../schemas/v1/snapshot.schema.json" with { type: "json" };
import who from "../schemas/v1/who.schema.json" with { type: "json" };
import { didYouMean } from "../sdk/read/nearest.ts";
import { SCHEMA_NAMES, SCHEMA_VERSION, schemaId } from "./document-names.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { withManual } from "./manual.ts";
import { outputOf, print } from "./output.ts";
import { printableJson } from "./terminal.ts";

const SCHEMAS: Readonly<Record<string, object>> = {
  check,
  "check-flows": checkFlows,
  explain,
  describe,
  who,
  matrix,
  cni,
  lint,
  snapshot,
  error,
};

/** Adds the command to the program. */
export function addSchema(program: Command): void {
  const names = Object.keys(SCHEMAS);
  withManual(program.command("schema"), {
    summary: "print the JSON schema of what a command prints with --json",
    about: [
      `Prints a JSON Schema (draft 2020-12) of what a command prints with --json, errors included; without a name, the names that there are. The version, ${SCHEMA_VERSION}, is in the schema's $id. Within it, documents only gain members; the schemas know those of this release, and refuse all others.`,
      "The package has the same files in schemas/.",
    ],
    lists: {
      Names: SCHEMA_NAMES.map(({ name, command, documents }) => [name, `${command} (${documents})`] as const),
    },
    statuses: [
      ["0", "printed"],
      ["2", "there is no such schema"],
    ],
    examples: [
      { says: "The schema of explanations", run: "netverdict schema explain > explain.schema.json" },
      { says: "The names of all", run: "netverdict schema" },
    ],
  })
    .argument("[name]", "whose documents", undefined)
    .action(async (name: string | undefined, _flags: object, command: Command) => {
      if (name === undefined) {
        const list = names.map((one) => ({ name: one, id: schemaId(one) }));
        const wide = Math.max(...names.map((one) => one.length));
        if (outputOf(command).json) await print(`${printableJson(list)}\n`);
        else await print(list.map((one) => `${one.name.padEnd(wide)}  ${one.id}\n`).join(""));
      } else if (Object.hasOwn(SCHEMAS, name)) {
        await print(`${JSON.stringify(SCHEMAS[name], null, 2)}\n`);
      } else {
        const hint = didYouMean(name, names) || `; there are ${names.join(", ")}`;
        throw failure("invalid-option", `there is no schema \`${name}\`${hint}`);
      }
      process.exitCode = EXIT.allowed;
    });
}
