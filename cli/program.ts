/** The program and its commands. A command is one file that adds itself: to add one, write it and list it here. */
import { Command, type Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { addCheck } from "./check.ts";
import { addCni } from "./cni.ts";
import { addCompletion } from "./completion.ts";
import { addDescribe } from "./describe.ts";
import { addExplain } from "./explain.ts";
import { failure } from "./issues.ts";
import { addLint } from "./lint.ts";
import { manualOf, withManual } from "./manual.ts";
import { addMatrix } from "./matrix.ts";
import { colorOption } from "./output.ts";
import { addSchema } from "./schema.ts";
import { addSnapshot } from "./snapshot.ts";
import { colorsFor, helpWidth, wantsColor } from "./terminal.ts";
import { usageText } from "./usage-forms.ts";
import { addWho } from "./who.ts";

const COMMANDS = [
  addCheck,
  addExplain,
  addDescribe,
  addWho,
  addMatrix,
  addCni,
  addLint,
  addSnapshot,
  addSchema,
  // The last, for it knows those before it.
  addCompletion,
] as const;

/** Makes the program. It throws a `CommanderError` where it would exit, and leaves telling of it to the caller. */
export function createProgram(): Command {
  const program = withManual(new Command("netverdict"), {
    summary: "tell whether network policies let a flow pass, and why",
    about: [
      "Would this cluster's network policies let this flow pass, and why? Answers offline, from manifests: files, folders, what kubectl prints, or a snapshot.",
      "`netverdict <command> --help` tells all of a command.",
    ],
    statuses: [
      ["0", "the answer is yes: allowed, nothing found, done"],
      ["1", "the answer is no: denied or undetermined, something found"],
      ["2", "no answer: wrong usage, wrong input, or a question that has none"],
      ["141", "whoever read the output went away"],
    ],
    examples: [
      {
        says: "Whether web-0 reaches the database",
        run: "netverdict check manifests/ --from shop/web-0 --to shop/db-0 --port 5432",
      },
      {
        says: "Why not, in the cluster that kubectl is set up for",
        run: "kubectl get ns,po,svc,no,netpol -A -o yaml |\n  netverdict explain - --from shop/cron-0 --to shop/db-0 --port 5432",
      },
      { says: "What is probably not meant", run: "netverdict lint manifests/" },
    ],
  });
  program
    .version(packageJson.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print a command's help")
    .option("--json", "print JSON instead of text; `netverdict schema` tells its shape")
    .option("-q, --quiet", "print no notes on what was loaded, no totals, no progress")
    .option("--color", "colour the text even where it does not go to a terminal")
    .option("--no-color", "never colour the text")
    .configureHelp({
      showGlobalOptions: true,
      minWidthToWrap: 20,
      commandUsage: (command) => usageText(command, helpWidth(process.stdout), manualOf(command)?.usage),
      styleTitle: (title) => colorsFor(process.stdout, colorOption(program)).bold(title),
    })
    .configureOutput({
      // `reportError` tells of errors, in one voice.
      writeErr: () => {},
      getOutHelpWidth: () => helpWidth(process.stdout),
      getOutHasColors: () => wantsColor(process.stdout, colorOption(program)),
    })
    .exitOverride();
  for (const add of COMMANDS) add(program);
  for (const { options } of program.commands) for (const option of options) takeOnce(option);
  return program;
}

/** Of an option that takes one value, two would leave one of them unheard. */
function takeOnce(option: Option): void {
  if (!option.required || option.variadic) return;
  const { parseArg, argChoices } = option;
  // It collects.
  if (parseArg !== undefined && argChoices === undefined) return;
  let given: string | undefined;
  option.argParser((value: string, before: unknown) => {
    if (given !== undefined && given !== value)
      throw failure("invalid-option", `\`${option.long}\` is given twice: \`${given}\` and \`${value}\``);
    given = value;
    return parseArg === undefined ? value : parseArg.call(option, value, before);
  });
}
