/** What a run is asked for. */
import { parseArgs } from "node:util";
import { SIZES, type Size } from "./cluster/index.ts";
import { GROUPS } from "./groups/index.ts";

export interface Arguments {
  readonly sizes: readonly Size[];
  readonly groups: readonly string[];
  /** Tiny counts: to see that everything runs. The figures mean nothing. */
  readonly quick: boolean;
  /** Where to write the results. */
  readonly json?: string;
  /** Fail where a goal is missed. */
  readonly check: boolean;
  readonly help: boolean;
}

export const USAGE: string = `npm run bench [-- [size …] [group …] [--check] [--json FILE] [--quick]]

Sizes: ${SIZES.map(({ name, pods }) => `${name} (${pods.toLocaleString("en-US")} pods)`).join(", ")}; without any, S M L.
Groups: ${GROUPS.map(({ name }) => name).join(", ")}; without any, all.
--check exits with 1 if a figure is more than 25 % beyond its goal (bench/goals.ts).
--quick measures next to nothing: the figures are of no use.`;

/** @throws Error for words that mean nothing */
export function parseArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      check: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      json: { type: "string" },
      quick: { type: "boolean", default: false },
    },
  });
  const groupNames = GROUPS.map(({ name }) => name);
  const sizes = SIZES.filter(({ name }) => positionals.includes(name));
  const groups = groupNames.filter((name) => positionals.includes(name));
  const unknown = positionals.filter((word) => !groupNames.includes(word) && !SIZES.some(({ name }) => name === word));
  if (unknown.length > 0) throw new Error(`\`${unknown.join(" ")}\` is no size and no group\n\n${USAGE}`);
  return {
    sizes: sizes.length > 0 ? sizes : SIZES.filter(({ name }) => name !== "XL"),
    groups: groups.length > 0 ? groups : groupNames,
    quick: values.quick,
    check: values.check,
    help: values.help,
    ...(values.json === undefined ? {} : { json: values.json }),
  };
}
