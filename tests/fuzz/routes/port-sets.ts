/** The exact ports of all pairs of pods, looked up for each flow between pods. */
import { matrix, type PortSet, type PortSetPart, type Ports, portSets } from "../../../bindings/inline.ts";
import type { Flow, Verdict } from "../../../sdk/types.ts";
import type { EngineAnswer, State } from "../compare.ts";
import { isPodPair } from "./matrix.ts";
import type { Route } from "./route.ts";

type Family = Flow["family"];

export const ports: Route = {
  name: "port-sets",
  ask: async ({ state, objects, random }, flows) => {
    if (!random.chance(objects.length > 200 ? 0.1 : 0.3)) return [];
    const family = random.pick<Family>([undefined, undefined, undefined, 4, 6]);
    const { setOf, isKnown } = await readAll(state, family);
    return flows.map((flow): EngineAnswer | undefined => {
      if (!isPodPair(flow) || flow.family !== family || !isKnown(flow)) return undefined;
      if (flow.from === flow.to) return { verdict: "allow" };
      return { verdict: verdictIn(setOf(flow), flow) };
    });
  },
};

async function readAll(
  state: State,
  family: Family,
): Promise<{ setOf: (flow: Flow) => PortSet | undefined; isKnown: (flow: Flow) => boolean }> {
  const options = family === undefined ? {} : { family };
  // Says which pairs there are: sets have those alone that reach one another somehow.
  const pairs = matrix(state, { ...options, protocol: "ICMP" });
  const names = new Set(pairs.names);
  const groups = new Map(pairs.groups.flatMap(({ index, names }) => names.map((name) => [name, index] as const)));
  const sets = new Map<string, PortSet>();
  const exceptions = new Map<string, PortSet>();
  for await (const part of portSets(state, options)) read(part, sets, exceptions);
  return {
    setOf: ({ from, to }) =>
      exceptions.get(`${from} ${to}`) ?? sets.get(`${groups.get(String(from))} ${groups.get(String(to))}`),
    isKnown: ({ from, to }) =>
      names.has(String(from)) && names.has(String(to)) && pairs.verdict(String(from), String(to)) !== undefined,
  };
}

function read(part: PortSetPart, sets: Map<string, PortSet>, exceptions: Map<string, PortSet>): void {
  part.ports.forEach((number, cell) => {
    sets.set(`${part.from[cell]} ${part.to[cell]}`, part.portSet(number));
  });
  for (const { from, to, ports } of part.exceptions) exceptions.set(`${from} ${to}`, ports);
}

function verdictIn(set: PortSet | undefined, flow: Flow): Verdict {
  if (set === undefined) return "deny";
  if (holds(set.allowed, flow)) return "allow";
  return holds(set.undetermined, flow) ? "undetermined" : "deny";
}

function holds(ports: Ports, { port, protocol = "TCP" }: Flow): boolean {
  if (protocol === "ICMP" || protocol === "ICMPv6") return ports.portless;
  return ports[protocol].some(([first, last]) => first <= Number(port) && Number(port) <= last);
}
