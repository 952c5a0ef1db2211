/**
 * Long runs: `npx tsx tests/fuzz/run.ts --flows 10000000 --seed 7`. `--case N` runs that case alone; `--reports N` says
 * how many kinds of disagreement are shrunk and printed. Ends with 1 where there was a disagreement.
 */
import { parseArgs } from "node:util";
// Imports of the core give its bytes from here on: so the evaluator is imported after it.
import "../../tools/wasm-bytes.mjs";

const { fuzz } = await import("./fuzz.ts");

const { values } = parseArgs({
  options: {
    flows: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    case: { type: "string" },
    reports: { type: "string", default: "5" },
  },
});

let lastLine = Date.now();
const outcome = fuzz({
  seed: Number(values.seed),
  flows: Number(values.flows),
  ...(values.case === undefined ? {} : { firstCase: Number(values.case), cases: 1 }),
  reports: Number(values.reports),
  onCase: ({ flows, cases, disagreements }) => {
    if (Date.now() - lastLine < 5000) return;
    lastLine = Date.now();
    console.error(`${flows} flows, ${cases} cases, ${disagreements} disagreements`);
  },
});

for (const { text, count } of outcome.reports.values()) console.log(`${text}\n# seen ${count} times\n`);
const answers = [...outcome.answers].sort(([, a], [, b]) => b - a);
for (const [answer, count] of answers) console.log(`${String(count).padStart(10)}  ${answer}`);
console.log(
  `seed ${values.seed}: ${outcome.flows} flows, ${outcome.cases} cases, ${outcome.disagreements} disagreements`,
);
process.exitCode = outcome.disagreements > 0 ? 1 : 0;
