/** The options that make one flow: every command that asks about a flow takes them. */
import { type Command, Option } from "commander";
import { type Issue, NetverdictError } from "../bindings/inline.ts";
import type { AskedFlow } from "./documents.ts";
import { type FlowFields, toFlow } from "./flow.ts";
import { failure } from "./issues.ts";

/** How a command is called that asks about one flow. */
export const FLOW_USAGE = "<path...> --from <end> --to <end> --port <port> [options]";

/** Adds the options that `flowOf` reads. */
export function withFlowOptions(command: Command): Command {
  return command
    .option("--from <end>", "where the flow starts")
    .option("--to <end>", "where it goes")
    .option("--port <port>", "destination port: 5432, 53/UDP, http, http/TCP")
    .option("--protocol <protocol>", "TCP (default), UDP, SCTP, ICMP or ICMPv6")
    .addOption(new Option("--family <family>", "IPv4 or IPv6, where both ends have both").choices(["4", "6"]));
}

/** @throws NetverdictError with all that is wrong with the flow; `missing` where an end is not given. */
export function flowOf(flags: FlowFields & { readonly namespace?: string }, missing: string): AskedFlow {
  const absent = (["from", "to"] as const).filter((end) => flags[end] === undefined).map((end) => `--${end}`);
  if (absent.length > 0) {
    const what = absent.length === 2 ? "no flow was given" : `${absent[0]} is missing`;
    throw failure("invalid-option", `${what}: ${missing}`);
  }
  const issues: Issue[] = [];
  const flow = toFlow(flags, issues, flags.namespace);
  if (flow === undefined) throw new NetverdictError(issues);
  return flow;
}
