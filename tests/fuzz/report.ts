/** Turns a disagreement into the smallest cluster that still shows it, written so that it can become a vector. */
import { stringify } from "yaml";
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import type { ReferenceInput } from "../reference/evaluate.ts";
import { type Answers, agree, ask, formatAnswer, load } from "./compare.ts";
import type { Case } from "./generate.ts";
import { shrink } from "./shrink.ts";

export interface Report {
  /** Reference's and engine's answers: disagreements of one kind share it. */
  readonly signature: string;
  readonly text: string;
}

interface Small {
  readonly objects: readonly object[];
  readonly options: LoadOptions;
  readonly flow: Flow;
}

/** Shrinks and words a disagreement over one flow. */
export function reportDisagreement(from: Case, found: Answers): Report {
  const signature = signatureOf(found);
  const fails = ({ objects, options, flow }: Small): boolean => {
    const again = disagreementOf({ objects, options }, flow);
    return again !== undefined && signatureOf(again) === signature;
  };
  const whole: Small = { objects: from.objects, options: from.options, flow: found.flow };
  if (!fails(whole)) {
    const text = `only after the flows before it: ${JSON.stringify(found.flow)}`;
    return { signature, text: [heading(from), signature, text].join("\n") };
  }
  const { objects, options, flow } = shrink(whole, fails);
  return { signature, text: [heading(from), signature, ...bodyOf(objects, options, { flow })].join("\n") };
}

/** Shrinks and words a valid cluster that the engine doesn't load. */
export function reportFailure(from: Case, failure: string): Report {
  // The last code in the message says what kind of failure it is.
  const signature = `not loaded: ${/\[([a-z-]+)\]/.exec(failure)?.[1] ?? failure.slice(0, 60)}`;
  const code = signature.slice("not loaded: ".length);
  const fails = ({ objects, options }: Small): boolean => {
    const loaded = load(objects, options);
    return "failure" in loaded && loaded.failure.includes(code);
  };
  const flow = from.flows[0]!;
  const { objects, options } = shrink<Small>({ objects: from.objects, options: from.options, flow }, fails);
  return { signature, text: [heading(from), failure, ...bodyOf(objects, options, {})].join("\n") };
}

function disagreementOf(input: ReferenceInput, flow: Flow): Answers | undefined {
  const loaded = load(input.objects, input.options ?? {});
  if ("failure" in loaded) return undefined;
  try {
    const answers = ask(loaded.state, input, flow);
    return agree(answers) ? undefined : answers;
  } catch {
    // Shrinking went past what the reference reads: it expects valid objects.
    return undefined;
  }
}

function signatureOf({ reference, engine }: Answers): string {
  return `reference: ${formatAnswer(reference)}; engine: ${formatAnswer(engine)}`;
}

function heading({ seed, index }: Case): string {
  return `# seed ${seed}, case ${index} (npx tsx tests/fuzz/run.ts --seed ${seed} --case ${index})`;
}

function bodyOf(objects: readonly object[], options: LoadOptions, rest: object): string[] {
  const head = stringify({ options, ...rest }, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
  return [`# ${head}`, ...objects.map((object) => `---\n${stringify(object).trimEnd()}`)];
}
