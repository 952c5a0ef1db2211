/** Every way to ask. A new one is a file beside this one and a line here. */
import { batch } from "./batch.ts";
import type { Route } from "./route.ts";
import { single } from "./single.ts";

export const ROUTES: readonly Route[] = [single, batch];
