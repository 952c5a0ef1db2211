/** One case through every route, each held against the reference. */
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import { type ReferenceAnswer, type ReferenceInput, referenceVerdict } from "../reference/evaluate.ts";
import { agree, describe, type EngineAnswer, formatAnswer, load, type State } from "./compare.ts";
import { type Case, generateCase } from "./generate.ts";
import { makeRandom, mixSeeds, type Random } from "./random.ts";
import type { Answers, Route } from "./routes/route.ts";
import { add, newTally, note, type Tally } from "./tally.ts";

/** Runs cases `first … first + count - 1` of a seed. */
export async function runCases(seed: number, first: number, count: number, routes: readonly Route[]): Promise<Tally> {
  const tally = newTally();
  for (let index = first; index < first + count; index++) await runCase(generateCase(seed, index), routes, tally);
  return tally;
}

async function runCase(made: Case, routes: readonly Route[], tally: Tally): Promise<void> {
  const { objects, options, flows, index } = made;
  tally.cases++;
  tally.flows += flows.length;
  const loaded = load(objects, options);
  if ("failure" in loaded) {
    note(tally, { index, route: "load", signature: failureSignature(loaded.failure) });
    return;
  }
  const input: ReferenceInput = { objects, options };
  const expected = flows.map((flow) => referenceVerdict(input, flow));
  // Routes share a state: whatever one leaves in it must not change what another answers.
  for (const route of makeRandom(mixSeeds(made.seed, index, 1)).shuffle(routes)) {
    const answers = await askRoute(route, { objects, options, state: loaded.state }, flows, routeRandom(made, route));
    if ("crash" in answers) {
      note(tally, { index, route: route.name, signature: signatureOf(route, "the whole case", answers) });
      // A state whose core failed answers nothing any more.
      return;
    }
    compare(tally, { index, route }, expected, answers);
  }
}

function compare(
  tally: Tally,
  { index, route }: { index: number; route: Route },
  expected: readonly ReferenceAnswer[],
  answers: Answers,
): void {
  let asked = 0;
  for (const [place, reference] of expected.entries()) {
    const engine = answers[place];
    if (engine === undefined) continue;
    asked++;
    if (route.name === "single") add(tally.answers, pairOf(label(reference), label(engine)), 1);
    if (agree(reference, engine)) continue;
    note(tally, { index, route: route.name, place, signature: signatureOf(route, reference, engine) });
  }
  add(tally.asked, route.name, asked);
}

/** Asks a route; what it throws is its failure for the whole case. */
export async function askRoute(
  route: Route,
  subject: { objects: readonly object[]; options: LoadOptions; state: State },
  flows: readonly Flow[],
  random: Random,
): Promise<Answers | { readonly crash: string }> {
  try {
    return await route.ask({ ...subject, random }, flows);
  } catch (error) {
    return { crash: describe(error) };
  }
}

/** A route's own choices on a case, whatever the other routes do. */
export function routeRandom({ seed, index }: Pick<Case, "seed" | "index">, { name }: Route): Random {
  return makeRandom(mixSeeds(seed, index, ...[...name].map((letter) => letter.charCodeAt(0))));
}

/** Disagreements of one kind share it: names and numbers in messages don't count. */
export function signatureOf(route: Route, reference: ReferenceAnswer | string, engine: EngineAnswer): string {
  const expected = typeof reference === "string" ? reference : formatAnswer(reference);
  return `${route.name}: reference: ${expected}; engine: ${formatAnswer(engine).replaceAll(/`[^`]*`|\d+/g, "…")}`;
}

/** The last code in a message of a failed load says what kind of failure it is. */
export function failureSignature(failure: string): string {
  return `not loaded: ${[...failure.matchAll(/\[([a-z-]+)\]/g)].at(-1)?.[1] ?? failure.slice(0, 60)}`;
}

function pairOf(reference: string, engine: string): string {
  return reference === engine ? reference : `${reference} / ${engine}`;
}

function label(answer: EngineAnswer): string {
  if ("crash" in answer) return "crash";
  return "error" in answer ? answer.error : answer.verdict;
}
