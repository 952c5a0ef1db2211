import { expect, it } from "vitest";
import { fuzz } from "./fuzz.ts";
import { generateCase } from "./generate.ts";
import { report } from "./report.ts";

const seed = Number(process.env.NETVERDICT_FUZZ_SEED ?? 20260101);

it("a seed and a number always make the same case", () => {
  for (let index = 0; index < 50; index++) expect(generateCase(seed, index)).toEqual(generateCase(seed, index));
});

it(`the engine answers as the reference does (NETVERDICT_FUZZ_SEED=${seed})`, { timeout: 600_000 }, async () => {
  const { flows, disagreements, found, answers } = await fuzz({ seed, flows: 100_000 });
  const reports = await Promise.all([...found.values()].slice(0, 3).map((kind) => report(seed, kind)));
  expect(disagreements, reports.join("\n\n")).toBe(0);
  // Every answer comes, or the generator has lost its teeth.
  for (const verdict of ["allow", "deny", "undetermined"]) {
    expect(answers.get(verdict) ?? 0, verdict).toBeGreaterThan(flows / 200);
  }
});
