/** `netverdict check`: the verdict of one flow, or of a file of flows. */
import type { Command } from "commander";
import { type Decision, evaluate } from "../bindings/inline.ts";
import { refuseBareNames } from "./bare-names.ts";
import { checkFlows } from "./check-flows.ts";
import { END_ROWS } from "./ends.ts";
import { statusOf } from "./exit.ts";
import { FLOW_FIELDS, type FlowFields } from "./flow.ts";
import { FLOW_USAGE, flowOf, withFlowOptions } from "./flow-options.ts";
import { failure } from "./issues.ts";
import { type LoadFlags, load, WILL_DO, withCniOption, withLoadOptions } from "./load.ts";
import { type Manual, withManual } from "./manual.ts";
import { type Output, outputOf, print, printJson } from "./output.ts";
import { STDIN } from "./paths.ts";
import { renderDecision } from "./render.ts";

interface CheckFlags extends LoadFlags, FlowFields {
  readonly flows?: string;
}

const MANUAL: Manual = {
  summary: "tell whether a flow passes",
  usage: [FLOW_USAGE, "<path...> --flows <file> [options]"],
  about: [
    "Tells whether the policies let a flow pass, and for each of its two sides what decides: the source's egress and the destination's ingress. The verdict is allow, deny, or undetermined where what was loaded does not settle it.",
    'With --flows it answers a file of flows, a line each, while they are being read: JSON objects, one a line, {"from":"shop/web-0","to":"shop/db-0","port":"5432/TCP"}, or CSV whose first line is from,to,port,protocol. A line that cannot be answered is told on standard error, and does not keep the others from being answered.',
  ],
  lists: { "Ends of a flow": END_ROWS },
  statuses: [
    ["0", "allowed; with --flows, all of them"],
    ["1", "denied or undetermined; with --flows, at least one"],
    ["2", "wrong usage, wrong input, or a flow that has no answer"],
  ],
  examples: [
    { says: "A pod to a pod", run: "netverdict check manifests/ --from shop/web-0 --to shop/db-0 --port 5432" },
    { says: "DNS", run: "netverdict check manifests/ --from shop/web-0 --to kube-system/coredns-0 --port 53/UDP" },
    {
      says: "From outside to a Service, by the name of its port",
      run: "netverdict check manifests/ --from 198.51.100.7 --to service:shop/web --port https",
    },
    {
      says: "A ping by what a CronJob will run",
      run: "netverdict check manifests/ --from workload:shop/CronJob/report --to node:node-a --protocol ICMP",
    },
    {
      says: "In the cluster that kubectl is set up for, and what its CNI plugin will do",
      run: "kubectl get ns,po,svc,no,netpol,ds,cm -A -o yaml |\n  netverdict check - --cni auto --from shop/web-0 --to 203.0.113.9 --port 443",
    },
    { says: "A file of flows", run: "netverdict check manifests/ --flows flows.csv" },
    {
      says: "Many flows, as JSON lines",
      run: "netverdict check manifests/ --flows - --json < flows.jsonl > verdicts.jsonl",
    },
  ],
};

/** Adds the command to the program. */
export function addCheck(program: Command): void {
  withCniOption(withLoadOptions(withFlowOptions(withManual(program.command("check"), MANUAL))), WILL_DO)
    .option("--flows <file>", "check every flow of a file (- for standard input): JSON lines or CSV")
    .action(async (paths: string[], flags: CheckFlags, command: Command) => {
      process.exitCode = await check(paths, flags, outputOf(command));
    });
}

async function check(paths: readonly string[], flags: CheckFlags, output: Output): Promise<number> {
  if (flags.flows !== undefined) {
    requireFlowsAlone(paths, flags, flags.flows);
    return checkFlows(await load(paths, flags, output), flags.flows, flags.namespace, output);
  }
  const flow = flowOf(flags, "give --from and --to, or --flows with a file of flows");
  const state = await load(paths, flags, output);
  refuseBareNames(state, flow);
  const decision = evaluate(state, flow);
  if (output.json) await printJson({ flow, ...decision });
  else await print(renderDecision(flow, decision, output.colors));
  noteUnasked(decision, output);
  return statusOf(decision.verdict);
}

/** An address that was mistyped, or that was a pod's once, passes: nobody is asked. */
function noteUnasked({ egress, ingress, members }: Decision, { notes, errorColors }: Output): void {
  const isUnasked = egress.reason === "not-a-subject" && ingress.reason === "not-a-subject";
  if (!notes || members !== undefined || !isUnasked) return;
  const what = "no policy was asked: neither end is a pod of what was loaded that policies apply to";
  process.stderr.write(`${errorColors.yellow("note:")} ${what}\n`);
}

function requireFlowsAlone(paths: readonly string[], flags: CheckFlags, file: string): void {
  const given = FLOW_FIELDS.find((field) => flags[field] !== undefined);
  if (given !== undefined)
    throw failure("invalid-option", `--flows and --${given} exclude each other: give a file of flows, or one flow`);
  if (file === STDIN && paths.includes(STDIN)) {
    throw failure("invalid-option", "standard input cannot be both the manifests and the flows");
  }
}
