#!/usr/bin/env node
/** The `netverdict` command. */
import { exitQuietlyOnBrokenPipe } from "./exit.ts";
import { colorOption } from "./output.ts";
import { createProgram } from "./program.ts";
import { reportError } from "./report.ts";

const argv = process.argv.slice(2);
/** Known before parsing, because wrong usage is reported as JSON too. */
const json = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length).includes("--json");

exitQuietlyOnBrokenPipe(process.stdout);
exitQuietlyOnBrokenPipe(process.stderr);

const program = createProgram();
try {
  await program.parseAsync(argv, { from: "user" });
} catch (error) {
  const command = program.commands.find((one) => one.name() === argv.find((word) => !word.startsWith("-")));
  process.exitCode = await reportError(error, { json, color: colorOption(program), program, command, argv });
}
