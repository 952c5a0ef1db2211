/** Writes files whole or not at all. */
import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { chmod, chown, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import type { Path } from "../bindings/inline.ts";
import { failure } from "./issues.ts";
import { REASONS } from "./paths.ts";

export interface NewContent {
  readonly path: string;
  readonly content: Uint8Array | string;
}

/** A file that stands ready beside the one that it is to replace. */
interface Ready {
  readonly beside: string;
  readonly path: string;
}

/**
 * Writes all files beside those that are there and then moves each into its place: readers see the old file or the new one, and
 * a write that fails leaves the old ones and nothing else. What is there and is no file (a pipe, a device) is written to as it is.
 *
 * @param option the option that named the files, for the error
 * @throws NetverdictError `invalid-input` when one of them cannot be written
 */
export async function writeWhole(files: readonly NewContent[], option: Path = []): Promise<void> {
  const ready: Ready[] = [];
  let current = "";
  try {
    for (const { path, content } of files) {
      current = path;
      const there = await stat(path).catch(() => undefined);
      if (there !== undefined && !there.isFile()) await writeFile(path, content);
      // Behind a symbolic link it is the link's target that changes.
      else ready.push(await writeBeside(there === undefined ? path : await realpath(path), content, there));
    }
    for (const { beside, path } of ready) {
      current = path;
      await rename(beside, path);
    }
  } catch (error) {
    for (const { beside } of ready) await rm(beside, { force: true });
    const why = REASONS[(error as NodeJS.ErrnoException).code ?? ""];
    const words = why ?? (error instanceof Error ? error.message : String(error));
    throw failure("invalid-input", `cannot write \`${current}\`: ${words}`, option);
  }
}

/** With the mode of what is there, and with its owner as far as the user may give files away. */
async function writeBeside(path: string, content: Uint8Array | string, there: Stats | undefined): Promise<Ready> {
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, "wx");
    try {
      await file.writeFile(content);
      // Before the move: else a crash could leave the new name with nothing in it.
      await file.sync();
    } finally {
      await file.close();
    }
    if (there !== undefined) {
      // First the owner: to give a file away takes some bits of its mode.
      await chown(beside, there.uid, there.gid).catch(() => {});
      await chmod(beside, there.mode);
    }
    return { beside, path };
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
