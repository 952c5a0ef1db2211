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
  --taken-at   when the cluster looked like this, as 2026-11-26T01:30:00Z (default: when the file was written)`;

const OPTIONS = {
  run: { type: "boolean", default: false },
  local: { type: "boolean", default: false },
  binding: { type: "string" },
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
  if (values.binding !== undefined && values.bucket !== undefined) {
    throw new Error("--binding is of KV and --bucket of R2: give one of the two");
  }
  const takenAt = readTime(values["taken-at"], file);
  const bytes = readFileSync(file);
  // What the worker would refuse is not published: with the pointer on it, nothing would be answered.
  if (!canExplain(loadSnapshot(bytes))) {
    console.error("note: the snapshot was made without --explain, so /explain will be answered 503");
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
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

/** RFC 3339, which names the time zone too. */
const TIME = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** When the cluster looked as in the snapshot. From a time that is to come, the worker would answer nothing, or too long. */
function readTime(given, file) {
  const time = given === undefined ? Math.floor(statSync(file).mtimeMs) : parseTime(given);
  const what = given === undefined ? `\`${file}\` was written` : `--taken-at says \`${given}\``;
  if (Number.isNaN(time)) throw new Error(`${what}, which is no time: give one as 2026-11-26T01:30:00Z`);
  const takenAt = new Date(time).toISOString();
  if (time > Date.now()) throw new Error(`${what}, ${takenAt}, and it is only ${new Date().toISOString()}`);
  return takenAt;
}

function parseTime(text) {
  const [, year, month, day] = TIME.exec(text) ?? [];
  // Date.parse takes the 30th of February for a day of March.
  const exists = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return exists ? Date.parse(text) : Number.NaN;
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
function put({ bucket, binding = "SNAPSHOTS", local }, key, path) {
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
