/** `netverdict matrix`: who reaches whom, on one port or on all. */
import { type Command, Option } from "commander";
import { type Issue, NetverdictError, type State } from "../bindings/inline.ts";
import { printable } from "../sdk/printable.ts";
import { askedPods } from "./asked-pods.ts";
import { EXIT } from "./exit.ts";
import { toConnection } from "./flow.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, load, withLoadOptions } from "./load.ts";
import { type Manual, withManual } from "./manual.ts";
import { type MatrixView, onAllPorts, onOnePort } from "./matrix-view.ts";
import { type Output, outputOf, print } from "./output.ts";
import { printableJson } from "./terminal.ts";

interface MatrixFlags extends LoadFlags {
  readonly port?: string;
  readonly protocol?: string;
  readonly family?: string;
  readonly from?: string;
  readonly to?: string;
}

const MANUAL: Manual = {
  summary: "tell who reaches whom, on one port or on which ports",
  about: [
    "Without --port it prints which ports each pair of pods may use, exactly; with --port, which pairs may use that one. Pods that no policy can tell apart stand together on a line, the first three by name. Pairs that are not on a line are denied, but that a pod always reaches itself.",
    "With --from or --to it prints the lines of one pod, or of one workload's pods, alone: whom it reaches, and who reaches it; a total is printed without them. Pods are those that were loaded, and those to come of workloads without pods; for Services, nodes and addresses ask check.",
  ],
  statuses: [
    ["0", "told, even if nobody reaches anybody"],
    ["2", "wrong usage or input, no such pod"],
  ],
  examples: [
    { says: "All that is allowed among the pods", run: "netverdict matrix manifests/" },
    { says: "Who reaches whom on one port", run: "netverdict matrix manifests/ --port 5432" },
    { says: "Whom one pod reaches", run: "netverdict matrix manifests/ --from shop/web-0" },
    { says: "Who reaches it, for a program", run: "netverdict matrix manifests/ --to shop/db-0 --json" },
  ],
};

/** Adds the command to the program. */
export function addMatrix(program: Command): void {
  withLoadOptions(withManual(program.command("matrix"), MANUAL))
    .option("--port <port>", "one destination port alone, by its number: 5432, 53/UDP")
    .option("--protocol <protocol>", "its protocol: TCP (default), UDP, SCTP; or without a port ICMP or ICMPv6")
    .addOption(new Option("--family <family>", "IPv4 or IPv6, where pods have both").choices(["4", "6"]))
    .option("--from <pod>", "the lines of this source alone: namespace/pod, or workload:…")
    .option("--to <pod>", "the lines of this destination alone")
    .action(async (paths: string[], flags: MatrixFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], flags: MatrixFlags, output: Output): Promise<number> {
  const issues: Issue[] = [];
  const { port, protocol, family } = toConnection(flags, issues);
  if (issues.length > 0) throw new NetverdictError(issues);
  if (typeof port === "string") {
    throw failure("invalid-option", `\`${port}\` is a name, for which pods have numbers of their own: give a number`, [
      "port",
    ]);
  }
  const state: State = await load(paths, flags, output);
  const asksOne = port !== undefined || protocol !== undefined;
  const asked = askedPods(state, flags);
  const view = await (asksOne ? onOnePort(state, { port, protocol, family }, asked) : onAllPorts(state, family, asked));
  await (output.json ? printJsonOf(view) : printTextOf(view));
  if (!output.quiet) process.stderr.write(view.total);
  return EXIT.allowed;
}

/** Cells come by the million: neither form is ever in memory as a whole. */
const AT_ONCE = 1_000;

async function printTextOf({ cells, exceptions }: MatrixView): Promise<void> {
  const lines = new Batches((some) => print(some.map((line) => `${printable(line)}\n`).join("")));
  for await (const part of cells) for (const { text } of part) await lines.add(text());
  for (const { text } of exceptions()) await lines.add(text());
  await lines.end();
}

/** As one document. */
async function printJsonOf({ head, cells, exceptions }: MatrixView): Promise<void> {
  await print(`${printableJson(head).slice(0, -1)},"cells":[`);
  let separator = "";
  const values = new Batches(async (some) => {
    await print(`${separator}${some.join(",")}`);
    separator = ",";
  });
  for await (const part of cells) for (const { json } of part) await values.add(printableJson(json()));
  await values.end();
  await print(`],"exceptions":${printableJson(exceptions().map(({ json }) => json()))}}\n`);
}

/** Texts that are passed on some at a time. */
class Batches {
  readonly #take: (texts: readonly string[]) => Promise<void>;
  #texts: string[] = [];

  constructor(take: (texts: readonly string[]) => Promise<void>) {
    this.#take = take;
  }

  async add(text: string): Promise<void> {
    this.#texts.push(text);
    if (this.#texts.length >= AT_ONCE) await this.end();
  }

  async end(): Promise<void> {
    if (this.#texts.length === 0) return;
    const texts = this.#texts;
    this.#texts = [];
    await this.#take(texts);
  }
}
