/**
 * Ratios, measured side by side; see docs/performance.md. `npm run bench -- --help` tells the arguments.
 */
import { writeFileSync } from "node:fs";
import { parseArguments, USAGE } from "./arguments.ts";
import { formatJson, shortfalls } from "./report.ts";
import { runSuite } from "./suite.ts";

const options = parseArguments(process.argv.slice(2));
if (options.help) console.log(USAGE);
else {
  console.log(
    "size group: case / what it is compared with                               time  ratio (half of the rounds)",
  );
  const report = runSuite(options, (text) => console.log(text));
  for (const { peer, size, count, example, ours, theirs, right } of report.disagreements) {
    console.log(`${size} ${peer} differs on ${count}: it says ${theirs}, we ${ours}: ${example}. Right is ${right}`);
  }
  if (options.json !== undefined) writeFileSync(options.json, formatJson(report));
  const short = shortfalls(report.results);
  if (options.check) {
    console.log(short.length === 0 ? "\nall goals are met" : `\nfalls short:\n${short.join("\n")}`);
    process.exitCode = short.length === 0 ? 0 : 1;
  }
}
