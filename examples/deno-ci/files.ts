/** Reads files and folders, and tells what cannot be read. */
import type { FileInput } from "./deps.ts";

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** A file or a folder that is not what it should be; the run ends with exit status 2. */
export class InputError extends Error {}

/**
 * Reads a manifest, or the `.yaml`, `.yml` and `.json` files of a folder at any depth, in the order of their names. What
 * begins with a dot is left out. Links are followed, each folder once.
 *
 * @throws InputError when something cannot be read, or the folder holds no manifest: no policies would allow everything.
 */
export function readManifests(path: string): FileInput[] {
  if (attempt(path, Deno.statSync).isFile) return [readManifest(path)];
  const manifests = readFolder(path, new Set());
  if (manifests.length === 0) throw new InputError(`\`${path}\` holds no .yaml, .yml or .json file`);
  return manifests;
}

/** @throws InputError when the file cannot be read. */
export function readText(path: string): string {
  return attempt(path, Deno.readTextFileSync);
}

function readManifest(path: string): FileInput {
  return { file: path, text: attempt(path, Deno.readFileSync) };
}

function readFolder(folder: string, met: Set<string>): FileInput[] {
  const real = attempt(folder, Deno.realPathSync);
  if (met.has(real)) return [];
  met.add(real);
  const names = attempt(folder, (path) => [...Deno.readDirSync(path)].map(({ name }) => name));
  return names
    .filter((name) => !name.startsWith("."))
    .sort()
    .flatMap((name) => {
      const path = `${folder.replace(/\/+$/, "")}/${name}`;
      if (attempt(path, Deno.statSync).isDirectory) return readFolder(path, met);
      return MANIFEST.test(name) ? [readManifest(path)] : [];
    });
}

function attempt<Result>(path: string, read: (path: string) => Result): Result {
  try {
    return read(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "no such file or folder" : messageOf(error);
    throw new InputError(`cannot read \`${path}\`: ${why}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
