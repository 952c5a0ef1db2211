/** Services that lead to backends on one node alone: their clients' own (`internalTrafficPolicy: Local`), or the one whose port is asked (`externalTrafficPolicy: Local`). */
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
  const isOutside = source.pod === undefined && node === undefined;
  const isReached = ({ onlyFrom, onlyFromInside }: Candidate): boolean =>
    (onlyFrom === undefined || node === undefined || onlyFrom.includes(node)) &&
    !(isOutside && onlyFromInside === true);
  const candidates = to.candidates.filter(isReached);
  if (candidates.length === to.candidates.length) return to;
  // A node is there itself, whatever its port leads to.
  if (candidates.some(({ service, nodePort }) => service !== undefined || nodePort !== undefined)) {
    return { ...to, candidates };
  }
  const left = to.candidates.find((one) => !isReached(one));
  const name = left?.service === undefined ? "it" : `Service \`${nameOf(left.service)}\``;
  const message = isOutside
    ? `from outside, port ${left?.nodePort} of a node leads to ${name}'s backends on that node alone (\`externalTrafficPolicy: Local\`), and there is no ready one for it`
    : `${name} leads to backends on the client's own node alone (\`internalTrafficPolicy: Local\`), and on \`${node}\`, where \`${source.display}\` is, it has no ready one for this port`;
  throw flowError("no-backend", ["to"], message);
}

/** Why it is not known which backends a source is led to. */
export function localUnknown(source: Candidate, to: Candidate): string | undefined {
  if (to.onlyFrom === undefined || source.pod === undefined || nodeOf(source) !== undefined) return undefined;
  const { service } = to;
  return `\`${source.display}\` is on no node yet, and Service \`${service === undefined ? to.display : nameOf(service)}\` leads to backends on its client's own node alone: all of them are judged`;
}
