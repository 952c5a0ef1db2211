/** All groups, in the order in which they run. */
import { batch } from "./batch.ts";
import { build } from "./build.ts";
import type { Group } from "./group.ts";
import { matrices } from "./matrix.ts";
import { packageSize } from "./package.ts";
import { peers } from "./peers.ts";
import { single } from "./single.ts";
import { snapshots } from "./snapshot.ts";
import { tables } from "./tables.ts";
import { threads } from "./threads.ts";
import { tiers } from "./tiers.ts";
import { update } from "./update.ts";

export const GROUPS: readonly Group[] = [
  batch,
  single,
  build,
  matrices,
  snapshots,
  update,
  threads,
  tiers,
  tables,
  packageSize,
  peers,
];
