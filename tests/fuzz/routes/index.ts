/** Every way to ask. A new one is a file beside this one and a line here. */
import { batch } from "./batch.ts";
import { kept } from "./kept.ts";
import { matrices } from "./matrix.ts";
import { podIndex } from "./pod-index.ts";
import { ports } from "./port-sets.ts";
import type { Route } from "./route.ts";
import { single } from "./single.ts";
import { snapshot } from "./snapshot.ts";
import { text } from "./text.ts";
import { threads } from "./threads.ts";
import { update } from "./update.ts";

export const ROUTES: readonly Route[] = [
  single,
  batch,
  podIndex,
  kept,
  matrices,
  ports,
  text,
  snapshot,
  update,
  threads,
];
