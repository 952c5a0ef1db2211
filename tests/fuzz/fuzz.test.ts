import { expect, it } from "vitest";
import { load } from "./compare.ts";
import { fuzz } from "./fuzz.ts";
import { generateCase } from "./generate.ts";
import { report } from "./report.ts";
import { ROUTES } from "./routes/index.ts";

const seed = Number(process.env.NETVERDICT_FUZZ_SEED ?? 20260101);
/** Below and above, other tables answer. */
const FEW_CLASSES = 512;

it("a seed and a number always make the same case", () => {
  for (let index = 0; index < 50; index++) expect(generateCase(seed, index)).toEqual(generateCase(seed, index));
});

it("among the first cases are clusters of few classes and of many", () => {
  const classes = Array.from({ length: 10 }, (_, index) => {
    const { objects, options } = generateCase(seed, index);
    const loaded = load(objects, options);
    return "state" in loaded ? loaded.state.counts.classes : 0;
  });
  expect(Math.min(...classes)).toBeLessThanOrEqual(FEW_CLASSES);
  expect(Math.max(...classes)).toBeGreaterThan(FEW_CLASSES);
});

it(`the engine answers as the reference does (NETVERDICT_FUZZ_SEED=${seed})`, { timeout: 600_000 }, async () => {
  const { flows, disagreements, found, answers, asked } = await fuzz({ seed, flows: 100_000 });
  const reports: string[] = [];
  for (const kind of [...found.values()].slice(0, 3)) reports.push(await report(seed, kind));
  expect(disagreements, reports.join("\n\n")).toBe(0);
  // Every answer comes and every route is asked, or the generator has lost its teeth.
  for (const verdict of ["allow", "deny", "undetermined"]) {
    expect(answers.get(verdict) ?? 0, verdict).toBeGreaterThan(flows / 200);
  }
  for (const { name } of ROUTES) expect(asked.get(name) ?? 0, name).toBeGreaterThan(flows / 200);
});
