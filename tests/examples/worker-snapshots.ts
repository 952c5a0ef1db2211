/** Snapshots as examples/cloudflare-worker has them published, good and bad: by key, in the order in which they are stored. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Files = ReadonlyMap<string, Uint8Array>;

/** What the documented commands store of manifests; `folder` has the package installed. */
export function take(folder: string, out: string, ...manifests: readonly string[]): Files {
  return takeWith(folder, out, "--explain", ...manifests);
}

/** The same with other options. */
export function takeWith(folder: string, out: string, ...args: readonly string[]): Files {
  const cli = join(folder, "node_modules", "netverdict", "dist", "cli.js");
  execFileSync(process.execPath, [cli, "snapshot", ...args, "--out", out], { cwd: folder, stdio: "pipe" });
  return published(folder, out);
}

/** Runs the example's publishing script, and gives the files that its commands store, by key and in their order. */
export function published(folder: string, snapshot: string, ...options: readonly string[]): Files {
  const script = join(folder, "cloudflare-worker", "publish.mjs");
  const printed = execFileSync(process.execPath, [script, snapshot, ...options], {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
  });
  return new Map(
    printed
      .trim()
      .split("\n")
      .map((command) => {
        const [, key, file] = /(?:key put|object put) (\S+) --(?:path|file) (\S+) /.exec(command) ?? [];
        if (key === undefined || file === undefined) throw new Error(`no command that stores a file: ${command}`);
        return [key, readFileSync(join(folder, file))];
      }),
  );
}

/** What the pointer says. */
export function pointerOf(files: Files): { sha256: string; takenAt: string } {
  return JSON.parse(new TextDecoder().decode(files.get("current")));
}

export function hashOf(files: Files): string {
  return pointerOf(files).sha256;
}

/** A pointer that says something else. */
export function pointer(value: object): [string, Uint8Array] {
  return ["current", Buffer.from(JSON.stringify(value))];
}

/** The same snapshot, as if taken some milliseconds ago. */
export function aged(files: Files, age: number): [string, Uint8Array][] {
  const takenAt = new Date(Date.now() - age);
  return [...files].map(([key, bytes]) =>
    key === "current" ? pointer({ sha256: hashOf(files), takenAt }) : [key, bytes],
  );
}

/** The same snapshot with one bit of its bytes changed. */
export function altered(files: Files): [string, Uint8Array][] {
  return [...files].map(([key, bytes]) =>
    key === "current" ? [key, bytes] : [key, bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))],
  );
}

/** Bytes under their right hash that are no snapshot. */
export function junk(): [string, Uint8Array][] {
  const bytes = Buffer.from("junk".repeat(100));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return [[`snapshots/${sha256}`, bytes], pointer({ sha256, takenAt: new Date() })];
}
