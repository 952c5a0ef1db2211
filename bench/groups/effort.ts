/** How much work a measurement is: enough to tell, little enough to wait for. */
import type { Size } from "../cluster/index.ts";
import type { Effort } from "./group.ts";

const QUICK: Effort = {
  rounds: { warmUp: 1, kept: 2 },
  shortRounds: { warmUp: 1, kept: 2 },
  longRounds: { warmUp: 0, kept: 1 },
  flows: 2_000,
  calls: 200,
  slowCalls: 50,
};

export function effortFor({ name }: Size, quick: boolean): Effort {
  if (quick) return QUICK;
  const long = { S: 31, M: 15, L: 9, XL: 5 }[name];
  return {
    rounds: { warmUp: 3, kept: 15 },
    shortRounds: { warmUp: 10, kept: 51 },
    longRounds: { warmUp: name === "XL" ? 1 : 3, kept: long },
    flows: 1_000_000,
    calls: 20_000,
    slowCalls: name === "XL" ? 200 : 1_000,
  };
}
