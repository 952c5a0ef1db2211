/** What a Service leads to, by the same steps as a flow to it; a headless one as whoever reads its endpoints takes it. */
import { NetverdictError } from "../errors.ts";
import type { Candidate } from "../flow/candidate.ts";
import { parseFlow } from "../flow/parse-flow.ts";
import { resolveServices } from "../flow/services.ts";
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

/**
 * The pods and addresses behind a Service's port; none where the Service was not loaded, or leads nowhere. Controllers, routers
 * and the API server go to a headless Service's endpoints too, on the ports that its own are translated to.
 */
export function backendsOf(
  { internals }: LintContext,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  port: number | string,
  protocol: TransportProtocol = "TCP",
): readonly Candidate[] {
  try {
    const to = `${namespace}/${name}`;
    const service = internals.directory.service(to);
    if (service === undefined) return [];
    const flow = parseFlow({ from: "192.0.2.1", to: { service: to }, port, protocol });
    const candidates = resolveServices(internals, [{ ...service, headless: false }], flow);
    return candidates.sort((a, b) => compareText(a.display, b.display));
  } catch (error) {
    if (error instanceof NetverdictError) return [];
    throw error;
  }
}
