/** `netverdict check`: the verdict of one flow, or of a file of flows. */
import type { Command } from "commander";
import { evaluate } from "../bindings/inline.ts";
import { checkFlows } from "./check-flows.ts";
import { END_FORMS } from "./ends.ts";
import { statusOf } from "./exit.ts";
import { FLOW_FIELDS, type FlowFields } from "./flow.ts";
import { flowOf, withFlowOptions } from "./flow-options.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, load, withLoadOptions } from "./load.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { STDIN } from "./paths.ts";
import { renderDecision } from "./render.ts";

interface CheckFlags extends LoadFlags, FlowFields {
  readonly flows?: string;
}

const HELP = `
Ends of a flow: ${END_FORMS}.

Exit status: 0 allowed (with --flows: all of them), 1 denied or undetermined, 2 wrong usage or input.

Examples:
  $ netverdict check manifests/ --from shop/web-0 --to shop/db-0 --port 5432
  $ netverdict check manifests/ --from shop/web-0 --to kube-system/coredns-0 --port 53/UDP
  $ netverdict check manifests/ --from 198.51.100.7 --to service:shop/web --port https
  $ netverdict check manifests/ --from workload:shop/CronJob/report --to node:node-a --protocol ICMP
  $ kubectl get ns,po,svc,no,netpol -A -o yaml | netverdict check - --from shop/web-0 --to 203.0.113.9 --port 443
  $ netverdict check manifests/ --flows flows.csv
  $ netverdict check manifests/ --flows - --json < flows.jsonl > verdicts.jsonl

A file of flows has a JSON object a line, {"from":"shop/web-0","to":"shop/db-0","port":"5432/TCP"}, or is CSV whose first
line is from,to,port,protocol. With --json, the answers are JSON too, a line a flow.
`;

/** Adds the command to the program. */
export function addCheck(program: Command): void {
  withFlowOptions(withLoadOptions(program.command("check")))
    .description("tell whether a flow passes, and why")
    .option("--flows <file>", "check every flow of a file (- for standard input): JSON lines or CSV")
    .addHelpText("after", HELP)
    .action(async (paths: string[], flags: CheckFlags, command: Command) => {
      process.exitCode = await check(paths, flags, outputOf(command));
    });
}

async function check(paths: readonly string[], flags: CheckFlags, output: Output): Promise<number> {
  if (flags.flows !== undefined) {
    requireFlowsAlone(paths, flags, flags.flows);
    return checkFlows(await load(paths, flags, output), flags.flows, output);
  }
  const flow = flowOf(flags, "give --from and --to, or --flows with a file of flows");
  const state = await load(paths, flags, output);
  const decision = evaluate(state, flow);
  if (output.json) await printJson({ flow, ...decision });
  else await print(renderDecision(flow, decision, output.colors));
  return statusOf(decision.verdict);
}

function requireFlowsAlone(paths: readonly string[], flags: CheckFlags, file: string): void {
  const given = FLOW_FIELDS.find((field) => flags[field] !== undefined);
  if (given !== undefined) throw failure("invalid-option", `--flows and --${given} exclude each other`);
  if (file === STDIN && paths.includes(STDIN)) {
    throw failure("invalid-option", "standard input cannot be both the manifests and the flows");
  }
}
