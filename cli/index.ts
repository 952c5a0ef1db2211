#!/usr/bin/env node
/**
 * The `netverdict` command. A command is one file that adds itself to the program: to add one, write it and list it here.
 */
import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { addCheck } from "./check.ts";
import { addCni } from "./cni.ts";
import { addCompletion } from "./completion.ts";
import { addDescribe } from "./describe.ts";
import { exitQuietlyOnBrokenPipe } from "./exit.ts";
import { addExplain } from "./explain.ts";
import { addLint } from "./lint.ts";
import { colorOption } from "./output.ts";
import { reportError } from "./report.ts";
import { addSnapshot } from "./snapshot.ts";
import { addWho } from "./who.ts";

const COMMANDS = [addCheck, addExplain, addDescribe, addWho, addCni, addLint, addSnapshot, addCompletion] as const;

const argv = process.argv.slice(2);
/** Known before parsing, because wrong usage is reported as JSON too. */
const json = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length).includes("--json");

exitQuietlyOnBrokenPipe(process.stdout);
exitQuietlyOnBrokenPipe(process.stderr);

const program = new Command("netverdict")
  .description("Would this cluster's network policies let this flow pass, and why? Answers offline, from manifests.")
  .version(packageJson.version)
  .option("--json", "print JSON instead of text")
  .option("-q, --quiet", "print no notes on what was loaded, no totals, no progress")
  .option("--color", "colour the text even where it does not go to a terminal")
  .option("--no-color", "never colour the text (NO_COLOR and FORCE_COLOR are respected too)")
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ writeErr: (text) => (json ? undefined : process.stderr.write(text)) })
  .showHelpAfterError("run `netverdict --help` or `netverdict check --help` to see what there is")
  .exitOverride();
for (const add of COMMANDS) add(program);

try {
  await program.parseAsync(argv, { from: "user" });
} catch (error) {
  process.exitCode = await reportError(error, json, colorOption(program));
}
