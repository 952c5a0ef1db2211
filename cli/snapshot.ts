/** `netverdict snapshot`: manifests as a snapshot, which `check` reads in place of them. */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { snapshot } from "../bindings/inline.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, load, withLoadOptions } from "./load.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";

interface SnapshotFlags extends LoadFlags {
  readonly out: string;
  readonly explain?: boolean;
}

const HELP = `
A snapshot answers every flow as the manifests do, but for pods that do not exist yet; it needs no parsing, and no compiling.
With --explain it has the policies too, so that explain, lint and who read it in place of manifests.

Examples:
  $ netverdict snapshot manifests/ --out shop.snapshot
  $ netverdict check shop.snapshot --from shop/web-0 --to shop/db-0 --port 5432
  $ netverdict snapshot manifests/ --explain --out shop.snapshot
`;

/** Adds the command to the program. */
export function addSnapshot(program: Command): void {
  withLoadOptions(program.command("snapshot"))
    .description("write the compiled manifests to a file that loads at once")
    .requiredOption("-o, --out <file>", "the file to write")
    .option("--explain", "add the policies and their places in files, for explain, lint and who")
    .addHelpText("after", HELP)
    .action(async (paths: string[], flags: SnapshotFlags, command: Command) => {
      process.exitCode = await write(paths, flags, outputOf(command));
    });
}

async function write(paths: readonly string[], flags: SnapshotFlags, output: Output): Promise<number> {
  const { out } = flags;
  const state = await load(paths, flags, output);
  const bytes = snapshot(state, { explain: flags.explain ?? false });
  try {
    await writeFile(out, bytes);
  } catch (error) {
    throw failure(
      "invalid-input",
      `cannot write \`${out}\`: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const { pods } = state.counts;
  if (output.json) await printJson({ out, bytes: bytes.length, pods });
  else await print(`${out}: ${bytes.length} bytes, ${pods} pods\n`);
  return EXIT.allowed;
}
