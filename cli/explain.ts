/** `netverdict explain`: why a flow passes or not. */
import type { Command } from "commander";
import { explain, renderExplanation } from "../bindings/inline.ts";
import { printable } from "../sdk/printable.ts";
import { refuseBareNames } from "./bare-names.ts";
import { END_ROWS } from "./ends.ts";
import { statusOf } from "./exit.ts";
import type { FlowFields } from "./flow.ts";
import { FLOW_USAGE, flowOf, withFlowOptions } from "./flow-options.ts";
import { type LoadFlags, load, WILL_DO, withCniOption, withLoadOptions } from "./load.ts";
import { manifestYaml } from "./manifest-yaml.ts";
import { type Manual, withManual } from "./manual.ts";
import { inOptions } from "./option-names.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { styleOf } from "./style.ts";

interface ExplainFlags extends LoadFlags, FlowFields {
  readonly changes: boolean;
  readonly show?: boolean;
}

const MANUAL: Manual = {
  summary: "tell why a flow passes or not, and what would change that",
  usage: [FLOW_USAGE],
  about: [
    "Tells, for each direction, which policies isolate the pod, which rules decide and which came near, with file and line, and what kept them from matching; then the smallest changes that would turn the verdict, each of them tried on a copy, with what else it would open or cut.",
    "It reads manifests, or a snapshot that was written with --explain.",
  ],
  lists: { "Ends of a flow": END_ROWS },
  statuses: [
    ["0", "allowed"],
    ["1", "denied or undetermined"],
    ["2", "wrong usage, wrong input, or a flow that has no answer"],
  ],
  examples: [
    { says: "Why not", run: "netverdict explain manifests/ --from shop/cron-0 --to shop/db-0 --port 5432" },
    {
      says: "What to apply to have it allowed, as YAML",
      run: "netverdict explain manifests/ --from shop/cron-0 --to service:shop/web --port https --show",
    },
    {
      says: "In the cluster that kubectl is set up for, as JSON",
      run: "kubectl get ns,po,svc,no,netpol -A -o yaml |\n  netverdict explain - --from shop/web-0 --to 203.0.113.9 --port 443 --json",
    },
  ],
};

/** Adds the command to the program. */
export function addExplain(program: Command): void {
  withCniOption(withLoadOptions(withFlowOptions(withManual(program.command("explain"), MANUAL))), WILL_DO)
    .option("--no-changes", "do not look for changes that would turn the verdict")
    .option("--show", "print the policies that a change would apply")
    .action(async (paths: string[], flags: ExplainFlags, command: Command) => {
      process.exitCode = await run(paths, flags, outputOf(command));
    });
}

async function run(paths: readonly string[], flags: ExplainFlags, output: Output): Promise<number> {
  const flow = flowOf(flags, "give --from and --to");
  const state = await load(paths, flags, output);
  refuseBareNames(state, flow);
  const explanation = explain(state, flow, { changes: flags.changes });
  if (output.json) {
    await printJson({ flow, ...explanation });
    return statusOf(explanation.verdict);
  }
  const caveats = explanation.caveats.map((caveat) => ({ ...caveat, message: inOptions(caveat.message) }));
  await print(renderExplanation({ ...explanation, caveats }, styleOf(output.colors)));
  if (flags.show) {
    for (const { verdict, message, apply } of explanation.changes) {
      // Of an undetermined flow there are changes of both kinds.
      const word =
        explanation.verdict === "undetermined" ? `to have it ${verdict === "allow" ? "allowed" : "denied"}: ` : "";
      await print(
        `\n# ${word}${printable(message)}\n${apply.map((policy) => `---\n${manifestYaml(policy)}`).join("")}`,
      );
    }
  }
  return statusOf(explanation.verdict);
}
