/** The parts of pages that are written from a report: each stands between two comments. */

import { addTo } from "../../sdk/add-to.ts";
import { SIZES } from "../cluster/size.ts";
import { SLACK } from "../goals.ts";
import { figureOf, formatBytes, formatNanoseconds, formatRatio, type Report } from "../report.ts";

type Result = Report["results"][number];

/** A block's name → how it is written. */
export const BLOCKS: Readonly<Record<string, (report: Report) => string>> = {
  machine: machineBlock,
  goals: goalsBlock,
  times: timesBlock,
  peers: peersBlock,
  summary: summaryBlock,
};

const begin = (name: string): string => `<!-- figures: ${name}. Written by npm run figures; do not edit. -->`;
const END = "<!-- end of figures -->";

/** The page with each of its blocks written anew. @throws Error for a block that there is no writer for, or that does not end */
export function writeBlocks(page: string, report: Report): string {
  return page.replace(
    /<!-- figures: ([\w-]+)\.[^>]*-->\n[\s\S]*?(?:<!-- end of figures -->|(?=<!-- figures: )|$)/g,
    (found: string, name: string) => {
      const write = BLOCKS[name];
      if (write === undefined) throw new Error(`there are no figures called \`${name}\``);
      if (!found.endsWith(END)) throw new Error(`the figures called \`${name}\` have no end`);
      return `${begin(name)}\n${write(report)}\n${END}`;
    },
  );
}

/** The names of the blocks that a page has. */
export function blocksOf(page: string): string[] {
  return [...page.matchAll(/<!-- figures: ([\w-]+)\./g)].map((match) => match[1] ?? "");
}

function machineBlock({ machine }: Report): string {
  return Object.entries(machine)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join("\n");
}

function goalsBlock({ results }: Report): string {
  const rows = results.flatMap((result) => {
    if (result.goal === undefined) return [];
    const format = (figure: number): string =>
      result.unit === "bytes" ? formatBytes(figure) : `${formatRatio(figure)}×`;
    const figure = figureOf(result);
    const met = figure <= result.goal ? "yes" : figure <= result.goal * (1 + SLACK) ? "within the slack" : "**no**";
    return [[result.size ?? "", nameOf(result), format(result.goal), format(figure), met]];
  });
  return table(["size", "figure", "goal", "measured", "met"], rows);
}

/** Every case that is compared with something or stands alone, by size. */
function timesBlock({ results }: Report): string {
  const named = new Map<string, Result[]>();
  for (const result of results.filter(({ group }) => group !== "peers" && group !== "package")) {
    const key = `${result.group}: ${nameOf(result)}`;
    addTo(named, key, result);
  }
  const sizes = sizesOf(results);
  const rows = [...named].map(([name, ofName]) => [
    name,
    ...sizes.map((size) => cell(ofName.find((result) => result.size === size))),
  ]);
  return table(["", ...sizes], rows);
}

function cell(result: Result | undefined): string {
  if (result === undefined) return "";
  const value = result.unit === "bytes" ? formatBytes(result.value.median) : formatNanoseconds(result.value.median);
  return result.ratio === undefined ? value : `${formatRatio(result.ratio.median)}× (${value})`;
}

function peersBlock({ results, compared, disagreements, skipped }: Report): string {
  const sizes = sizesOf(results);
  const names = [...new Set(results.filter(({ group }) => group === "peers").map((result) => result.case))];
  const rows = names.map((name) => [
    name,
    ...sizes.map((size) => cell(results.find((result) => result.case === name && result.size === size))),
  ]);
  const verdicts = Object.entries(compared).map(
    ([size, counts]) =>
      `- ${size}: ${Object.entries(counts)
        .map(([peer, count]) => `${peer} ${count.toLocaleString("en-US")}`)
        .join(", ")}`,
  );
  const differing = disagreements.map(
    ({ peer, size, count, example, ours, theirs, right }) =>
      `- ${size}, ${peer}: ${count} flows (such as ${example}) are \`${theirs}\` to it and \`${ours}\` to Netverdict. Right is ${right}.`,
  );
  const missing = skipped.map((reason) => `- ${reason}`);
  return [
    table(["", ...sizes], rows),
    "",
    "Verdicts compared, by peer:",
    "",
    ...verdicts,
    "",
    differing.length === 0 ? "There was no disagreement." : "Disagreements:",
    ...(differing.length === 0 ? [] : ["", ...differing]),
    ...(missing.length === 0 ? [] : ["", "Not measured in this run:", "", ...missing]),
  ].join("\n");
}

/** The few ratios that stand for all of them. */
const SUMMARY: readonly (readonly [text: string, group: string, name: string, against: string])[] = [
  ["a flow in a batch, by what three dependent loads take", "batch", "by pod, uniform", "floor"],
  [
    "the same with Admin and Baseline tiers, by without",
    "tiers",
    "by pod, uniform, with tiers",
    "by pod, uniform, without",
  ],
  ["`allows` by index, by two look-ups in a `Map`", "single", "allows by index", "bare Map pair"],
  ["`loadState` of objects, by `JSON.parse` of the same", "build", "loadState of objects", "JSON.parse"],
  ["copying a snapshot, by copying as many bytes", "snapshot", "copy a snapshot", "memcpy"],
  ["adding a policy, by a full build", "update", "add a policy", "full build"],
  ["a naive evaluator in TypeScript, by our batch", "peers", "naive TypeScript", "Netverdict, batch"],
  ["kube-network-policies (Go), by our batch", "peers", "kube-network-policies", "Netverdict, batch"],
];

function summaryBlock({ results, clusters }: Report): string {
  const sizes = SIZES.filter(({ name }) => clusters[name] !== undefined);
  const rows = SUMMARY.map(([text, group, name, against]) => [
    text,
    ...sizes.map(({ name: size }) => {
      const result = results.find(
        (each) => each.group === group && each.case === name && each.against === against && each.size === size,
      );
      return result?.ratio === undefined ? "–" : `${formatRatio(result.ratio.median)}×`;
    }),
  ]);
  return table(
    ["ratio of times", ...sizes.map(({ pods }) => `${pods.toLocaleString("en-US")} pods`)],
    rows.filter((row) => row.slice(1).some((text) => text !== "–")),
  );
}

function nameOf({ case: name, against }: Result): string {
  return against === undefined ? name : `${name} / ${against}`;
}

function sizesOf(results: Report["results"]): string[] {
  return SIZES.map(({ name }) => name).filter((name) => results.some(({ size }) => size === name));
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), `|${heads.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}
