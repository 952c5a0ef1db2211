/** What a Service leads to, by the same steps as a flow to it. */
import { NetverdictError } from "../errors.ts";
import type { Candidate } from "../flow/candidate.ts";
import { resolveDestination } from "../flow/ends.ts";
import { parseFlow } from "../flow/parse-flow.ts";
import type { ServiceCall, TransportProtocol } from "../read/objects.ts";
import type { LintContext } from "./context.ts";
import { compareText } from "./order.ts";

/** The same of a call; of one that names no port of the Service, all that it may mean. */
export function backendsOfCall(context: LintContext, call: ServiceCall): readonly Candidate[] {
  const { namespace, name, port, endpointPort, protocol = "TCP" } = call;
  if (port !== undefined) return backendsOf(context, call, port, protocol);
  const ports = context.full.directory.service(`${namespace}/${name}`)?.ports ?? [];
  return ports
    .filter((one) => one.protocol === protocol && (typeof endpointPort !== "string" || one.name === endpointPort))
    .flatMap((one) => backendsOf(context, call, one.port, protocol))
    .filter((backend) => typeof endpointPort !== "number" || backend.port === endpointPort);
}

/** The pods and addresses behind a Service's port; none where the Service was not loaded, or leads nowhere. */
export function backendsOf(
  { internals }: LintContext,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  port: number | string,
  protocol: TransportProtocol = "TCP",
): readonly Candidate[] {
  try {
    const flow = { from: "192.0.2.1", to: { service: `${namespace}/${name}` }, port, protocol };
    const { candidates } = resolveDestination(internals, parseFlow(flow));
    return [...candidates].sort((a, b) => compareText(a.display, b.display));
  } catch (error) {
    if (error instanceof NetverdictError) return [];
    throw error;
  }
}
