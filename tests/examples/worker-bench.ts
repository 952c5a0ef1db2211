/**
 * `npm run bench:worker`: measures examples/cloudflare-worker in workerd, and writes into its page what part of a request's
 * time a verdict takes, and what a cold start costs. All figures are ratios of times on one machine. The package must be built.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { EXAMPLES } from "./example.ts";
import { installPacked } from "./packed.ts";
import { bundle, config, start, store, TOKEN } from "./worker.ts";
import { type Files, take } from "./worker-snapshots.ts";

const STARTS = 9;
const REQUESTS = 400;
const RUNS = 9;
const LINES = 20_000;
const VERDICTS = 200_000;
const FLOW = { from: "shop/storefront-7b6d5f4c9-9qvxn", to: "shop/catalog-84d6b9c7f-m2c8s", port: 8080 };

/** Asks the engine as often as the path says, in one request. */
const LOOP = `
import { evaluate, loadSnapshot } from "netverdict";
let state;
export default {
  async fetch(request, env) {
    const { sha256 } = JSON.parse(new TextDecoder().decode(await env.SNAPSHOTS.get("current", "arrayBuffer")));
    state ??= loadSnapshot(new Uint8Array(await env.SNAPSHOTS.get("snapshots/" + sha256, "arrayBuffer")));
    let allowed = 0;
    for (let left = Number(new URL(request.url).pathname.slice(1)); left > 0; left--) {
      if (evaluate(state, ${JSON.stringify(FLOW)}).verdict === "allow") allowed++;
    }
    return new Response(String(allowed));
  },
};`;
const EMPTY = 'export default { fetch: () => new Response("") };';

const folder = installPacked("cloudflare-worker", "shop");
try {
  const files = take(folder.path, "shop.snapshot", "shop/manifests");
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder.path, name), text);
    return join(folder.path, name);
  };
  const worker = await bundle(join(folder.path, "cloudflare-worker", "src", "index.ts"));
  const loop = await bundle(write("loop.js", LOOP));
  const empty = await bundle(write("empty.js", EMPTY));

  const idle = await coldAndWarm(empty, files);
  const check = await coldAndWarm(worker, files);
  const body = `${JSON.stringify(FLOW)}\n`.repeat(LINES);
  const line = await withWorker(worker, files, async (mf) => {
    return (await median(RUNS, () => post(mf, "/batch", "application/x-ndjson", body))) / LINES;
  });
  const verdict = await withWorker(loop, files, async (mf) => {
    const many = await median(RUNS, () => post(mf, `/${VERDICTS}`, "text/plain", ""));
    const none = await median(RUNS, () => post(mf, "/0", "text/plain", ""));
    return (many - none) / VERDICTS;
  });

  const rows = [
    ["a verdict, of the time of a `/check`", percent(verdict / check.later)],
    ["a verdict, of the time of a line of `/batch`", percent(verdict / line)],
    ["a line of `/batch`, of the time of a `/check`", percent(line / check.later)],
    ["a `/check`, to a request to an empty worker", times(check.later / idle.later)],
    ["the first `/check` in an isolate, to a later one", times(check.first / check.later)],
    ["the first request to an empty worker, to a later one", times(idle.first / idle.later)],
  ];
  const table = [
    "| what | ratio |",
    "| ---- | ----- |",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    "",
    `Medians on ${cpus().length} cores of ${cpus()[0]?.model.trim()}, over loopback, compatibility date ${config.compatibility_date}.`,
  ].join("\n");
  console.log(table);
  const readme = join(EXAMPLES, "cloudflare-worker", "README.md");
  const text = readFileSync(readme, "utf8");
  writeFileSync(readme, text.replace(/(<!-- figures -->\n)[\s\S]*(\n<!-- \/figures -->)/, `$1${table}$2`));
} finally {
  folder.remove();
}

type Modules = Awaited<ReturnType<typeof bundle>>;

/** The times of the first request to a new worker and of later ones, in milliseconds. */
async function coldAndWarm(modules: Modules, files: Files): Promise<{ first: number; later: number }> {
  const firsts: number[] = [];
  const laters: number[] = [];
  for (let starts = 0; starts < STARTS; starts++) {
    await withWorker(modules, files, async (mf) => {
      firsts.push(await ask(mf));
      laters.push(await median(REQUESTS, () => ask(mf)));
    });
  }
  return { first: middle(firsts), later: middle(laters) };
}

async function withWorker<Result>(
  modules: Modules,
  files: Files,
  use: (mf: Miniflare) => Promise<Result>,
): Promise<Result> {
  const mf = await start(modules);
  try {
    await store(mf, "KV", files);
    return await use(mf);
  } finally {
    await mf.dispose();
  }
}

function ask(mf: Miniflare): Promise<number> {
  return post(mf, "/check", "application/json", JSON.stringify(FLOW));
}

/** Milliseconds from asking to the end of the answer. */
async function post(mf: Miniflare, path: string, type: string, body: string): Promise<number> {
  const url = new URL(path, await mf.ready);
  const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": type };
  const began = performance.now();
  const response = await fetch(url, { method: "POST", headers, body });
  await response.arrayBuffer();
  const took = performance.now() - began;
  if (!response.ok) throw new Error(`${path} answers ${response.status}`);
  return took;
}

async function median(runs: number, measure: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let run = 0; run < runs; run++) all.push(await measure());
  return middle(all);
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toPrecision(2)} %`;
}

function times(ratio: number): string {
  return `${ratio.toPrecision(2)} times`;
}
