/**
 * What nodes hand on: their ports that are node ports of Services lead to the Services' backends, those that are host ports
 * of pods to these. Nothing says which address policies see on the way: the flow has to pass to the node, and from its source to
 * each pod that it may come to.
 */
import type { Internals } from "../state.ts";
import { type Candidate, podCandidate } from "./candidate.ts";
import type { End } from "./ends.ts";
import { flowError } from "./flow-error.ts";
import type { FlowSpec } from "./parse-flow.ts";
import { nameOf, resolveNodePort } from "./services.ts";

/**
 * A node as a destination, with the pods that it hands this port on to.
 *
 * @throws NetverdictError `no-backend` for a node port of Services that have none
 */
export function withHandedOn(state: Internals, end: End, flow: FlowSpec): End {
  const { port, protocol } = flow;
  const node = end.candidates[0]?.node;
  if (node === undefined || typeof port !== "number") return end;
  const services = state.directory.servicesAtNodePort(protocol, port);
  const behind = [
    ...resolveNodePort(state, services, flow, node),
    ...state.directory
      .podsAtHostPort(node, protocol, port)
      .map(({ pod, containerPort }) => ({ ...podCandidate(pod), port: containerPort, translated: true })),
  ];
  if (behind.length === 0) {
    const [service] = services;
    if (service === undefined) return end;
    const message = `port ${port} is a node port of Service \`${nameOf(service)}\`, which has no ready backend for it`;
    throw flowError("no-backend", ["to"], message);
  }
  const families = end.candidates.flatMap((one) => one.families).filter((one) => (flow.family ?? one) === one);
  const reached = behind.flatMap((one): Candidate[] => {
    const own = one.families.filter((family) => families.includes(family));
    return own.length === 0 ? [] : [{ ...one, families: own, nodePort: port }];
  });
  if (reached.length === 0) return { ...end, portOf: services };
  return { candidates: [...end.candidates, ...reached], group: true, service: true, oneHost: true, portOf: services };
}
