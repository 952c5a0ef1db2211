/**
 * Long runs: `npm run fuzz -- --flows 10000000 --seed 7`. `--case N` runs that case alone; `--routes a,b` asks these ways only;
 * `--workers N` is the number of processes; `--reports N` says how many kinds of disagreement are shrunk and printed. Ends with
 * 1 where there was a disagreement.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { fuzz, type Run } from "./fuzz.ts";
import { report } from "./report.ts";
import { ROUTES } from "./routes/index.ts";

const { values } = parseArgs({
  options: {
    flows: { type: "string", default: "10000000" },
    seed: { type: "string", default: "1" },
    case: { type: "string" },
    routes: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    reports: { type: "string", default: "5" },
  },
});
const seed = Number(values.seed);
const one = values.case === undefined ? {} : { firstCase: Number(values.case), cases: 1, workers: 0 };
const routes = values.routes?.split(",");
for (const name of routes ?? []) {
  if (!ROUTES.some((route) => route.name === name))
    throw new Error(`no route ${name}: ${ROUTES.map(({ name }) => name)}`);
}

const started = performance.now();
let lastLine = started;
const run: Run = {
  seed,
  flows: Number(values.flows),
  workers: Number(values.workers),
  ...one,
  ...(routes && { routes }),
  onBlock: ({ flows, cases, disagreements }) => {
    if (performance.now() - lastLine < 10_000) return;
    lastLine = performance.now();
    const rate = Math.round((flows / (lastLine - started)) * 1000);
    console.error(`${flows} flows, ${cases} cases, ${disagreements} disagreements; ${rate} flows/s`);
  },
};
const { flows, cases, disagreements, asked, answers, found } = await fuzz(run);

for (const kind of [...found.values()].slice(0, Number(values.reports))) console.log(`${await report(seed, kind)}\n`);
for (const { signature, route, index, count } of found.values())
  console.log(`${count} × ${route}, first in case ${index}: ${signature}`);
table("answers to single flows, the reference's first", answers);
table("flows by route", asked);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`seed ${seed}: ${flows} flows, ${cases} cases, ${disagreements} disagreements, ${seconds} s`);
process.exitCode = disagreements > 0 ? 1 : 0;

function table(heading: string, counts: ReadonlyMap<string, number>): void {
  console.log(`${heading}:`);
  for (const [name, count] of [...counts].sort(([, a], [, b]) => b - a))
    console.log(`${String(count).padStart(12)}  ${name}`);
}
