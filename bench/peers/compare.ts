/** Verdicts side by side, before anything is timed: peers that answer other questions need no stopwatch. */
import type { Cluster, Size } from "../cluster/index.ts";
import type { Flows } from "../flows/draw.ts";
import type { Disagreement } from "../groups/group.ts";

const NAMES = ["deny", "allow", "undetermined"] as const;
const PROTOCOLS: Record<number, string> = { 6: "TCP", 17: "UDP", 132: "SCTP" };

/** Flows on which a peer may differ, and who is right there by the specification. */
interface Known {
  readonly applies: (flows: Flows, i: number) => boolean;
  readonly right: string;
}

const KNOWN: readonly Known[] = [
  {
    applies: ({ from, to }, i) => from[i] === to[i],
    right:
      "Netverdict: a pod cannot block access to itself (the documentation's prerequisites of pod isolation); the peer applies policies to it",
  },
];

const UNEXPLAINED = "not settled: nobody has looked into it yet";

/** Every disagreement between our verdicts and a peer's, those of one cause together. */
export function compareVerdicts(
  peer: string,
  size: Size["name"],
  cluster: Cluster,
  flows: Flows,
  ours: ArrayLike<number>,
  theirs: ArrayLike<number>,
): Disagreement[] {
  const found = new Map<string, Disagreement>();
  for (let i = 0; i < theirs.length; i++) {
    if (ours[i] === theirs[i]) continue;
    const right = KNOWN.find(({ applies }) => applies(flows, i))?.right ?? UNEXPLAINED;
    const our = NAMES[ours[i] ?? 0] ?? "deny";
    const their = theirs[i] === 1 ? "allow" : "deny";
    const key = `${right} ${our} ${their}`;
    const earlier = found.get(key);
    const example = earlier?.example ?? describe(cluster, flows, i);
    found.set(key, { peer, size, count: (earlier?.count ?? 0) + 1, example, ours: our, theirs: their, right });
  }
  return [...found.values()];
}

function describe({ podNames }: Cluster, { from, to, port, protocol }: Flows, i: number): string {
  const end = (place: number | undefined): string => podNames[place ?? 0] ?? "?";
  return `${end(from[i])} → ${end(to[i])} ${port[i]}/${PROTOCOLS[protocol[i] ?? 0]}`;
}
