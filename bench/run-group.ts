/**
 * One group on one size, in a process of its own: what V8 has learnt of other clusters, and memory that they have left, would
 * tell in the figures. Writes its outcome to the file named last.
 *
 *   run-group.ts GROUP SIZE full|quick FILE
 */
import { writeFileSync } from "node:fs";
import { makeCluster, SIZES } from "./cluster/index.ts";
import { effortFor } from "./groups/effort.ts";
import { GROUPS } from "./groups/index.ts";

const [groupName, sizeName, effort, file] = process.argv.slice(2);
const group = GROUPS.find(({ name }) => name === groupName);
const size = SIZES.find(({ name }) => name === sizeName);
if (group === undefined || size === undefined || file === undefined) throw new Error("GROUP SIZE full|quick FILE");
const outcome = await group.run({ size, cluster: makeCluster(size), effort: effortFor(size, effort === "quick") });
writeFileSync(file, JSON.stringify(outcome));
