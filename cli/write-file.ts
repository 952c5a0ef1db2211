/** Writes a file whole or not at all. */
import { randomUUID } from "node:crypto";
import { chmod, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { failure } from "./issues.ts";
import { REASONS } from "./paths.ts";

/**
 * Writes `bytes` beside the file and moves them into its place: readers see the old file or the new one, and a write that fails
 * leaves the old one and nothing else. What is there and is no file (a pipe, a device) is written to as it is.
 *
 * @throws NetverdictError `invalid-input` when it cannot be written
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const there = await stat(path).catch(() => undefined);
    if (there !== undefined && !there.isFile()) await writeFile(path, bytes);
    else if (there === undefined) await replace(path, bytes, undefined);
    // Behind a symbolic link it is the link's target that changes.
    else await replace(await realpath(path), bytes, there.mode);
  } catch (error) {
    const why = REASONS[(error as NodeJS.ErrnoException).code ?? ""];
    const words = why ?? (error instanceof Error ? error.message : String(error));
    throw failure("invalid-input", `cannot write \`${path}\`: ${words}`, ["out"]);
  }
}

async function replace(path: string, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, "wx");
    try {
      await file.writeFile(bytes);
      // Before the move: else a crash could leave the new name with nothing in it.
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== undefined) await chmod(beside, mode);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
