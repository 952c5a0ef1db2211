/** Turns a disagreement into the smallest cluster that still shows it, written so that it can become a vector. */
import { stringify } from "yaml";
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import { referenceVerdict } from "../reference/evaluate.ts";
import { askRoute, failureSignature, routeRandom, signatureOf } from "./case.ts";
import { agree, load } from "./compare.ts";
import { type Case, generateCase } from "./generate.ts";
import { ROUTES } from "./routes/index.ts";
import type { Route } from "./routes/route.ts";
import { shrink } from "./shrink.ts";
import type { Found } from "./tally.ts";

interface Small {
  readonly objects: readonly object[];
  readonly options: LoadOptions;
  readonly flows: readonly Flow[];
}

/** Shrinks and words a disagreement. */
export async function report(seed: number, { index, route: name, signature, place, count }: Found): Promise<string> {
  const made = generateCase(seed, index);
  const heading = [
    `# seed ${seed}, case ${index} (npm run fuzz -- --seed ${seed} --case ${index}), seen ${count} times`,
    signature,
  ];
  const route = ROUTES.find((one) => one.name === name);
  const fails = async (small: Small): Promise<boolean> => (await signaturesOf(made, route, small)).has(signature);
  const small = await smallestStart(made, place, fails);
  if (small === undefined) {
    const flow = place === undefined ? [] : [JSON.stringify(made.flows[place])];
    return [...heading, "only after other routes on the same state", ...flow].join("\n");
  }
  const { objects, options, flows } = await shrink(small, fails);
  const head = stringify({ options, ...(route && { flows }) }, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
  const body = objects.map((object) => `---\n${stringify(object).trimEnd()}`);
  return [...heading, `# ${head.replaceAll("\n", "\n# ")}`, ...body].join("\n");
}

/** The flow alone where that fails; else with all flows of its case beside it. */
async function smallestStart(
  { objects, options, flows }: Case,
  place: number | undefined,
  fails: (small: Small) => Promise<boolean>,
): Promise<Small | undefined> {
  for (const some of place === undefined ? [flows] : [flows.slice(place, place + 1), flows]) {
    const small = { objects, options, flows: some };
    if (await fails(small)) return small;
  }
  return undefined;
}

/** Every disagreement of one route over a cluster of its own. */
async function signaturesOf(made: Case, route: Route | undefined, small: Small): Promise<ReadonlySet<string>> {
  const { objects, options, flows } = small;
  const loaded = load(objects, options);
  if ("failure" in loaded) return new Set([failureSignature(loaded.failure)]);
  if (route === undefined) return new Set();
  try {
    const expected = flows.map((flow) => referenceVerdict(small, flow));
    const answers = await askRoute(route, { objects, options, state: loaded.state }, flows, routeRandom(made, route));
    if ("crash" in answers) return new Set([signatureOf(route, "the whole case", answers)]);
    return new Set(
      expected.flatMap((reference, place) => {
        const engine = answers[place];
        return engine === undefined || agree(reference, engine) ? [] : [signatureOf(route, reference, engine)];
      }),
    );
  } catch {
    // Shrinking went past what the reference reads: it expects valid objects.
    return new Set();
  }
}
