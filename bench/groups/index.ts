/** All groups, in the order in which they run. */
import { batch } from "./batch.ts";
import { build } from "./build.ts";
import type { Group } from "./group.ts";
import { packageSize } from "./package.ts";
import { peers } from "./peers.ts";
import { single } from "./single.ts";
import { tables } from "./tables.ts";

export const GROUPS: readonly Group[] = [batch, single, build, tables, packageSize, peers];
