/** What a run has seen. Tallies are plain data: workers send them, and they add up in any number of parts. */

/** Where a kind of disagreement came first, and how often it came. */
export interface Found {
  readonly index: number;
  readonly route: string;
  readonly signature: string;
  /** The flow's place in its case; absent where the whole case failed. */
  readonly place?: number;
  count: number;
}

export interface Tally {
  /** Flows that the reference answered. */
  flows: number;
  cases: number;
  /** Disagreements, each route's of its own. */
  disagreements: number;
  /** How many flows each route was asked. */
  readonly asked: Map<string, number>;
  /** By signature. */
  readonly found: Map<string, Found>;
  /** How often each pair of answers came one by one, reference's first; pairs of different error codes show here. */
  readonly answers: Map<string, number>;
}

/** Makes a tally of nothing. */
export function newTally(): Tally {
  return { flows: 0, cases: 0, disagreements: 0, asked: new Map(), found: new Map(), answers: new Map() };
}

/** Adds what came later to what came before. */
export function addTally(total: Tally, part: Tally): void {
  total.flows += part.flows;
  total.cases += part.cases;
  total.disagreements += part.disagreements;
  for (const [route, count] of part.asked) add(total.asked, route, count);
  for (const [answer, count] of part.answers) add(total.answers, answer, count);
  for (const [signature, found] of part.found) {
    const known = total.found.get(signature);
    if (known === undefined) total.found.set(signature, { ...found });
    else known.count += found.count;
  }
}

/** Notes a disagreement. */
export function note(tally: Tally, found: Omit<Found, "count">): void {
  tally.disagreements++;
  const known = tally.found.get(found.signature);
  if (known === undefined) tally.found.set(found.signature, { ...found, count: 1 });
  else known.count++;
}

/** Adds to a count. */
export function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
