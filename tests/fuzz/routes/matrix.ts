/** Matrices of the ports that most flows between pods are on: pair by pair, and as bits. */
import { type Matrix, matrix } from "../../../bindings/inline.ts";
import type { Flow } from "../../../sdk/types.ts";
import type { EngineAnswer } from "../compare.ts";
import type { Answers, Route } from "./route.ts";

/** A matrix takes about as long as thousands of flows: how many a case gets. */
const MATRICES = 3;

export const matrices: Route = {
  name: "matrix",
  ask: ({ state, random }, flows) => {
    const answers: (EngineAnswer | undefined)[] = flows.map(() => undefined);
    const groups = new Map<string, number[]>();
    for (const [place, flow] of flows.entries()) {
      if (!isPodPair(flow)) continue;
      const { protocol = "TCP", port, family } = flow;
      const key = `${protocol} ${port} ${family}`;
      groups.set(key, [...(groups.get(key) ?? []), place]);
    }
    const largest = random.shuffle([...groups.values()]).sort((a, b) => b.length - a.length);
    for (const places of random.chance(0.5) ? largest.slice(0, MATRICES) : []) {
      const { protocol, port, family } = flows[places[0]!]!;
      const reach = matrix(state, {
        ...(protocol && { protocol }),
        ...(typeof port === "number" && { port }),
        ...(family && { family }),
      });
      const read = readerOf(reach);
      for (const place of places) answers[place] = read(flows[place]!);
    }
    return answers satisfies Answers;
  },
};

/** A flow between two pods that their names tell, over a port that a matrix can be asked about. */
export function isPodPair({ from, to, port, protocol = "TCP", family }: Flow): boolean {
  const isPod = (end: Flow["from"]): boolean => typeof end === "string" && end.includes("/");
  const isPort = Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535;
  const isPortless = protocol.startsWith("ICMP") && port === undefined;
  const isTransport = ["TCP", "UDP", "SCTP"].includes(protocol) && isPort;
  return isPod(from) && isPod(to) && (isPortless || isTransport) && [undefined, 4, 6].includes(family);
}

/** Both ways to read a pair must agree, and so must its place among the counts: they add up to all pairs. */
function readerOf(reach: Matrix): (flow: Flow) => EngineAnswer | undefined {
  const { names, rowBytes, size, counts } = reach;
  const places = new Map(names.map((name, place) => [name, place]));
  const allowed = reach.expand();
  const open = reach.expand({ verdict: "undetermined", out: new Uint8Array(rowBytes * size).fill(0x55) });
  const sum = counts.allowed + counts.denied + counts.undetermined + counts.withoutFamily;
  const fault = sum !== size * size || ones(allowed) !== counts.allowed || ones(open) !== counts.undetermined;
  return ({ from, to }) => {
    const [source, destination] = [places.get(String(from)), places.get(String(to))];
    if (source === undefined || destination === undefined) return undefined;
    if (fault) return { crash: `counts do not add up: ${JSON.stringify(counts)}` };
    const verdict = reach.verdict(String(from), reach.podIndices[destination]!);
    const bit = (bits: Uint8Array): boolean =>
      ((bits[source * rowBytes + (destination >> 3)]! >> (destination & 7)) & 1) === 1;
    const agreed = bit(allowed) === (verdict === "allow") && bit(open) === (verdict === "undetermined");
    if (!agreed) return { crash: `bits differ from ${verdict}: ${bit(allowed)}, ${bit(open)}` };
    return verdict === undefined ? { error: "no-common-family" } : { verdict };
  };
}

function ones(bits: Uint8Array): number {
  let count = 0;
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}
