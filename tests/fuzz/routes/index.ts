/** Every way to ask. A new one is a file beside this one and a line here. */
import { batch } from "./batch.ts";
import { podIndex } from "./pod-index.ts";
import type { Route } from "./route.ts";
import { single } from "./single.ts";
import { snapshots } from "./snapshot.ts";
import { text } from "./text.ts";

export const ROUTES: readonly Route[] = [single, batch, podIndex, text, snapshots];
