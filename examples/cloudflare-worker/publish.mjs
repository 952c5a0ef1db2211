#!/usr/bin/env node
/**
 * Puts a snapshot where the worker reads it: the bytes under their SHA-256 first, the pointer to them last.
 *
 *   node publish.mjs shop.snapshot            prints the two commands
 *   node publish.mjs shop.snapshot --run      executes them
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadSnapshot, NetverdictError, snapshot } from "netverdict";

const USAGE = `usage: publish.mjs <snapshot> [--run] [--local] [--binding SNAPSHOTS | --bucket <name>] [--taken-at <time>]

  <snapshot>   what \`netverdict snapshot <manifests> --explain --out <snapshot>\` wrote
  --run        execute the commands, not only print them
  --local      to the storage of \`wrangler dev\`, not to Cloudflare's
  --binding    the binding of the KV namespace in wrangler.jsonc (default: SNAPSHOTS)
  --bucket     the R2 bucket to use in place of KV
  --taken-at   when the cluster looked like this (default: when the file was written)`;

const OPTIONS = {
  run: { type: "boolean", default: false },
  local: { type: "boolean", default: false },
  binding: { type: "string", default: "SNAPSHOTS" },
  bucket: { type: "string" },
  "taken-at": { type: "string" },
  help: { type: "boolean", default: false },
};

function main() {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [file, ...more] = positionals;
  if (values.help || file === undefined || more.length > 0) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const bytes = readFileSync(file);
  // What the worker would refuse is not published: with the pointer on it, nothing would be answered.
  if (!canExplain(loadSnapshot(bytes))) {
    console.error("note: the snapshot was made without --explain, so /explain will be answered 503");
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const takenAt = new Date(values["taken-at"] ?? statSync(file).mtime).toISOString();
  const pointer = `${file}.pointer.json`;
  writeFileSync(pointer, `${JSON.stringify({ sha256, takenAt })}\n`);

  for (const [key, path] of [
    [`snapshots/${sha256}`, file],
    ["current", pointer],
  ]) {
    const command = ["wrangler", ...put(values, key, path)];
    console.log(["npx", ...command].map(quote).join(" "));
    if (!values.run) continue;
    const { status, error } = spawnSync("npx", command, { stdio: "inherit" });
    // A pointer to bytes that did not arrive must not be written.
    if (status !== 0) throw new Error(`wrangler failed: ${error?.message ?? `exit status ${status}`}`);
  }
  return 0;
}

/** Whether a state from a snapshot has what explanations come from. */
function canExplain(state) {
  try {
    snapshot(state, { explain: true });
    return true;
  } catch (error) {
    if (error instanceof NetverdictError && error.code === "needs-full-state") return false;
    throw error;
  }
}

/** The arguments that store a file under a key. */
function put({ bucket, binding, local }, key, path) {
  const where = local ? "--local" : "--remote";
  return bucket === undefined
    ? ["kv", "key", "put", key, "--path", path, "--binding", binding, where]
    : ["r2", "object", "put", `${bucket}/${key}`, "--file", path, where];
}

/** A word as a POSIX shell takes it back. */
function quote(word) {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`publish: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
