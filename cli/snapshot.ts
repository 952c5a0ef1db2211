/** `netverdict snapshot`: manifests as a snapshot, which `check` reads in place of them. */
import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { type FileInput, type State, snapshot } from "../bindings/inline.ts";
import { printable } from "../sdk/printable.ts";
import { internalsOf } from "../sdk/state.ts";
import { EXIT } from "./exit.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, loadInputs, withCniOption, withManifestOptions } from "./load.ts";
import { type Manual, withManual } from "./manual.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { readPaths, STDIN } from "./paths.ts";
import { writeWhole } from "./write-file.ts";

interface SnapshotFlags extends LoadFlags {
  readonly out: string;
  readonly explain?: boolean;
}

const MANUAL: Manual = {
  summary: "write the compiled manifests to a file that loads at once",
  usage: ["<path...> --out <file> [options]"],
  about: [
    "A snapshot answers every flow as the manifests do, but for pods that do not exist yet, and loads by one copy: nothing is parsed or compiled. check reads it in place of the manifests; in a program, loadSnapshot does. It is bound to this version of netverdict.",
    "With --explain it has the policies too, with their places in files, so that explain, lint, who and describe read it in place of manifests; with --cni too, cni.",
    "The file is written beside its place and moved there, so that it is never half a one. With -, what would be printed goes to standard error; then there is no --json.",
  ],
  statuses: [
    ["0", "written"],
    ["2", "wrong usage or input, or a file that cannot be written; then the old one is left as it was"],
  ],
  examples: [
    { says: "Make one", run: "netverdict snapshot manifests/ --out shop.snapshot" },
    { says: "Ask it", run: "netverdict check shop.snapshot --from shop/web-0 --to shop/db-0 --port 5432" },
    {
      says: "Ask it why",
      run: "netverdict snapshot manifests/ --explain --out shop.snapshot\nnetverdict explain shop.snapshot --from shop/web-0 --to shop/db-0 --port 5432",
    },
    { says: "Pass it on", run: "netverdict snapshot manifests/ --out - | gzip > shop.snapshot.gz" },
  ],
};

/** Adds the command to the program. */
export function addSnapshot(program: Command): void {
  withCniOption(
    withManifestOptions(withManual(program.command("snapshot"), MANUAL)),
    "with --explain: what the CNI plugin will do, for who asks the snapshot",
  )
    .requiredOption("-o, --out <file>", "the file to write; - for standard output")
    .option("--explain", "add the policies and their places in files, for explain, lint, who and describe")
    .action(async (paths: string[], flags: SnapshotFlags, command: Command) => {
      process.exitCode = await write(paths, flags, outputOf(command));
    });
}

async function write(paths: readonly string[], flags: SnapshotFlags, output: Output): Promise<number> {
  const { out } = flags;
  const toStdout = out === STDIN;
  if (flags.cni !== undefined && flags.explain !== true)
    throw failure("invalid-option", "it goes with --explain", ["cni"]);
  if (toStdout && output.json)
    throw failure("invalid-option", "--json and --out - would both write to standard output");
  if (toStdout && process.stdout.isTTY) {
    throw failure("invalid-option", "standard output is a terminal, and a snapshot is no text: give a file or a pipe", [
      "out",
    ]);
  }
  const inputs = await readPaths(paths, output);
  await refuseInput(inputs, out);
  const state = loadInputs(inputs, flags, output);
  const bytes = snapshot(state, { explain: flags.explain ?? false });
  if (toStdout) await print(bytes);
  else await writeWhole([{ path: out, content: bytes }], ["out"]);
  const { pods } = state.counts;
  const size = `${bytes.length} bytes, ${contentText(state)}\n`;
  if (output.json) await printJson({ out, bytes: bytes.length, pods });
  else if (!toStdout) await print(`${printable(out)}: ${size}`);
  else if (!output.quiet) process.stderr.write(size);
  return EXIT.allowed;
}

function contentText(state: State): string {
  const { pods } = state.counts;
  const told = `${pods} ${pods === 1 ? "pod" : "pods"}`;
  const workloads = podless(state);
  return workloads === 0 ? told : `${told}, ${workloads} ${workloads === 1 ? "workload" : "workloads"} without pods`;
}

/** How many workloads are there by pods to come, for want of loaded ones. */
function podless(state: State): number {
  const workloads = internalsOf(state).full?.directory.workloads() ?? [];
  return [...workloads].filter(([, pods]) => pods.length > 0 && pods.every(({ standsIn }) => standsIn)).length;
}

/** What is read must not be written over: a misplaced `--out` would cost a manifest. */
async function refuseInput(inputs: readonly FileInput[], out: string): Promise<void> {
  const target = await stat(out).catch(() => undefined);
  if (target === undefined || !target.isFile()) return;
  for (const { file } of inputs) {
    const input = await stat(file).catch(() => undefined);
    if (input?.ino === target.ino && input.dev === target.dev) {
      throw failure("invalid-option", `\`${out}\` is one of the files to read`, ["out"]);
    }
  }
}
