/** Services that lead to backends on one node alone: their clients' own (`internalTrafficPolicy: Local`), or the one that is asked (`externalTrafficPolicy: Local`). */
import type { ServiceEntry } from "../model/directory.ts";
import { type Candidate, nodeOf } from "./candidate.ts";
import type { End } from "./ends.ts";
import { flowError } from "./flow-error.ts";
import { nameOf } from "./services.ts";

/**
 * The destination as it is for one source. All that it can be where it is not known on which node the source is, and for clients
 * inside the cluster that ask a node's port: proxies differ on those.
 *
 * @throws NetverdictError `no-backend`
 */
export function destinationFor(source: Candidate, to: End): End {
  const node = nodeOf(source);
  const isOutside = isFromOutside(source);
  const isReached = ({ onlyFrom, fromOutside }: Candidate): boolean =>
    (onlyFrom === undefined || onlyFrom === "unknown" || node === undefined || onlyFrom.includes(node)) &&
    !(isOutside && fromOutside === "never");
  const candidates = to.candidates.filter(isReached);
  if (candidates.length === to.candidates.length) return to;
  // A node is there itself, whatever its port leads to.
  if (candidates.some(({ service, nodePort }) => service !== undefined || nodePort !== undefined)) {
    return { ...to, candidates };
  }
  const left = to.candidates.find((one) => !isReached(one));
  const name = left?.service === undefined ? "it" : `Service \`${nameOf(left.service)}\``;
  const where = source.pod === undefined ? `\`${node}\`` : `\`${node}\`, where \`${source.display}\` is,`;
  const message = isOutside
    ? `from outside, the node leads to backends of ${name} that are on it (\`externalTrafficPolicy: Local\`), and there is no ready one that this flow can come to`
    : `${name} leads to backends on the client's own node (\`internalTrafficPolicy: Local\`), and on ${where} there is no ready one that this flow can come to`;
  throw flowError("no-backend", ["to"], message);
}

/** The Service that takes the port of a node in a family and has nobody there to lead to. */
export function deadEnd({ portOf }: End, reached: readonly Candidate[], family: 4 | 6): ServiceEntry | undefined {
  if (reached.some(({ nodePort, families }) => nodePort !== undefined && families.includes(family))) return undefined;
  return portOf?.find(({ families }) => families?.includes(family));
}

/** Why it is not known which backends a source is led to. */
export function localUnknown(source: Candidate, to: Candidate): string | undefined {
  const { onlyFrom, service } = to;
  const name = `Service \`${service === undefined ? to.display : nameOf(service)}\``;
  const node = nodeOf(source);
  if (onlyFrom !== undefined && source.pod !== undefined && node === undefined) {
    return `\`${source.display}\` is on no node yet, and ${name} leads to backends on its client's own node: all of them are judged`;
  }
  const isOpen = onlyFrom === "unknown" || (to.fromOutside === "unknown" && isFromOutside(source));
  if (!isOpen) return undefined;
  const there = onlyFrom === undefined ? "the node that is asked" : "its client's own node";
  return `\`${to.display}\` is on no node yet, and ${name} leads to backends on ${there}: it is judged as one of them`;
}

/** Whether a client is outside the cluster. */
export function isFromOutside(source: Candidate): boolean {
  return source.pod === undefined && source.node === undefined;
}
