/**
 * Writes `outputs/` anew from the real kubectl: `node --import ./tools/sources.mjs tests/describe/record.ts`. What it changes is what
 * kubectl has changed.
 */
import { writeFileSync } from "node:fs";
import { CASES } from "./cases.ts";
import { describeByKubectl, kubectlProblem } from "./kubectl.ts";

const problem = kubectlProblem();
if (problem !== undefined) throw new Error(problem);
for (const { policy, timeZone } of CASES) {
  const file = new URL(`./outputs/${policy.metadata.name}.txt`, import.meta.url);
  writeFileSync(file, await describeByKubectl([policy], timeZone));
}
