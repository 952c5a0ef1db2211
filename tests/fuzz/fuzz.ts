/** Runs cases through both evaluators and gathers what they disagree about. */
import { agree, ask, type EngineAnswer, load } from "./compare.ts";
import { type Case, generateCase } from "./generate.ts";
import { type Report, reportDisagreement, reportFailure } from "./report.ts";

export interface Outcome {
  flows: number;
  cases: number;
  disagreements: number;
  /** One report for each kind of disagreement. */
  readonly reports: Map<string, Report & { count: number }>;
  /** How often each pair of answers came, reference's first; pairs of different error codes show here. */
  readonly answers: Map<string, number>;
}

export interface Run {
  readonly seed: number;
  /** Stops after the case in which this many flows are reached. */
  readonly flows: number;
  readonly firstCase?: number;
  readonly cases?: number;
  /** Kinds of disagreement that are shrunk; shrinking takes time. */
  readonly reports: number;
  readonly onCase?: (outcome: Outcome, made: Case) => void;
}

/** Runs. */
export function fuzz({ seed, flows, firstCase = 0, cases = Number.POSITIVE_INFINITY, reports, onCase }: Run): Outcome {
  const outcome: Outcome = { flows: 0, cases: 0, disagreements: 0, reports: new Map(), answers: new Map() };
  for (let index = firstCase; outcome.flows < flows && outcome.cases < cases; index++) {
    const made = generateCase(seed, index);
    runCase(made, outcome, reports);
    outcome.cases++;
    outcome.flows += made.flows.length;
    onCase?.(outcome, made);
  }
  return outcome;
}

function runCase(made: Case, outcome: Outcome, reports: number): void {
  const input = { objects: made.objects, options: made.options };
  const loaded = load(made.objects, made.options);
  const note = (signature: string, report: () => Report): void => {
    outcome.disagreements++;
    const known = outcome.reports.get(signature);
    if (known !== undefined) known.count++;
    else if (outcome.reports.size < reports) outcome.reports.set(signature, { ...report(), count: 1 });
  };
  if ("failure" in loaded) {
    note(loaded.failure.replaceAll(/`[^`]*`|\d+/g, ""), () => reportFailure(made, loaded.failure));
    return;
  }
  for (const flow of made.flows) {
    const answers = ask(loaded.state, input, flow);
    const { reference, engine } = answers;
    count(outcome, label(reference), label(engine));
    if (agree(answers)) continue;
    note(JSON.stringify([reference, engine]), () => reportDisagreement(made, answers));
    // A state whose core failed answers nothing any more.
    if ("crash" in engine) return;
  }
}

function count({ answers }: Outcome, reference: string, engine: string): void {
  const key = reference === engine ? reference : `${reference} / ${engine}`;
  answers.set(key, (answers.get(key) ?? 0) + 1);
}

function label(answer: EngineAnswer): string {
  if ("crash" in answer) return "crash";
  return "error" in answer ? answer.error : answer.verdict;
}
