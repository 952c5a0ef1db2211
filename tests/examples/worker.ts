/** examples/cloudflare-worker in the real workerd, with KV and R2 simulated by miniflare, on loopback. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Miniflare, MiniflareOptions } from "miniflare";
import ts from "typescript";
import { EXAMPLES } from "./example.ts";

export const TOKEN = "a-token-for-tests-only";
const MODULE = { ".js": "ESModule", ".wasm": "CompiledWasm" } as const;

type Modules = Extract<MiniflareOptions, { modules: readonly object[] }>["modules"];

/** What wrangler is told, of the example's own configuration. */
export const config = ts.parseConfigFileTextToJson(
  "wrangler.jsonc",
  readFileSync(join(EXAMPLES, "cloudflare-worker", "wrangler.jsonc"), "utf8"),
).config as { compatibility_date: string; vars: Record<string, string> };

/** Bundles a script as wrangler would, by the conditions of workerd; WebAssembly stays a module of its own. */
export async function bundle(entry: string): Promise<Modules> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [entry],
    outdir: "/",
    entryNames: "index",
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    logLevel: "silent",
  });
  return outputFiles
    .map(({ path, contents }) => {
      const type = path.endsWith(".wasm") ? MODULE[".wasm"] : MODULE[".js"];
      return { type, path, contents: type === "ESModule" ? new TextDecoder().decode(contents) : contents };
    })
    .sort((a, b) => Number(b.type === "ESModule") - Number(a.type === "ESModule"));
}

/** Where the snapshots lie. */
export type Storage = "KV" | "R2";

/** Starts the worker; `vars` and the secret are as the configuration has them but for what is given. `log` gets what it logs for its owner. */
export async function start(
  modules: Modules,
  storage: Storage = "KV",
  vars: Readonly<Record<string, string>> = {},
  log: (text: string) => void = () => {},
): Promise<Miniflare> {
  const { Miniflare } = await import("miniflare");
  const mf = new Miniflare({
    modulesRoot: "/",
    modules,
    compatibilityDate: config.compatibility_date,
    bindings: { ...config.vars, TOKEN, ...vars },
    ...(storage === "KV" ? { kvNamespaces: ["SNAPSHOTS"] } : { r2Buckets: ["SNAPSHOT_BUCKET"] }),
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      for (const stream of [stdout, stderr]) stream.on("data", (chunk: Buffer) => log(chunk.toString()));
    },
  });
  await mf.ready;
  return mf;
}

/** Stores what was published, in its order. */
export async function store(mf: Miniflare, storage: Storage, files: Iterable<[string, Uint8Array]>): Promise<void> {
  const there = await (storage === "KV" ? mf.getKVNamespace("SNAPSHOTS") : mf.getR2Bucket("SNAPSHOT_BUCKET"));
  // TypeScript loses the methods of both on miniflare's way from workerd's types to Node's.
  const { put } = there as unknown as { put(key: string, value: ArrayBuffer): Promise<unknown> };
  for (const [key, bytes] of files) await put.call(there, key, new Uint8Array(bytes).buffer);
}
