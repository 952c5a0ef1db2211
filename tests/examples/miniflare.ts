/** Whether there is a workerd for miniflare; miniflare itself would wait without end for one that does not start. */
import { createRequire } from "node:module";
import { whyMissing } from "./needs.ts";

/** Why the workerd that miniflare brings, or is told to take, cannot be run; nothing when it can. */
export function whyNoWorkerd(): string | undefined {
  try {
    const miniflare = createRequire(createRequire(import.meta.url).resolve("miniflare"));
    const { default: brought } = miniflare("workerd") as { default: string };
    return whyMissing(process.env.MINIFLARE_WORKERD_PATH ?? brought);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
