/** Reads files and folders, and tells what cannot be read. */
import type { FileInput } from "./deps.ts";

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** A file or a folder that is not what it should be; the run ends with exit status 2. */
export class InputError extends Error {}

/** What there is to load, and the paths of manifests that are left out, as they or their folders begin with a dot. */
export interface Manifests {
  readonly inputs: readonly FileInput[];
  readonly left: readonly string[];
}

/**
 * Reads a manifest, or the `.yaml`, `.yml` and `.json` files of a folder at any depth, in the order of their names. What
 * begins with a dot is left out. Links are followed, each folder once.
 *
 * @throws InputError when something cannot be read, or the folder holds no manifest: no policies would allow everything.
 */
export function readManifests(path: string): Manifests {
  if (!isFolder(path)) return { inputs: [readManifest(path)], left: [] };
  const left: string[] = [];
  const inputs = readFolder(path, new Set(), left);
  if (inputs.length === 0) throw new InputError(`\`${path}\` holds no .yaml, .yml or .json file`);
  return { inputs, left };
}

/** @throws InputError when the file cannot be read. */
export function readText(path: string): string {
  if (isFolder(path)) throw new InputError(`cannot read \`${path}\`: it is a folder`);
  return attempt(path, Deno.readTextFileSync);
}

function readManifest(path: string): FileInput {
  return { file: path, text: attempt(path, Deno.readFileSync) };
}

function readFolder(folder: string, met: Set<string>, left: string[]): FileInput[] {
  const real = attempt(folder, Deno.realPathSync);
  if (met.has(real)) return [];
  met.add(real);
  return entriesOf(folder).flatMap((entry) => {
    const { name } = entry;
    const path = join(folder, name);
    if (name.startsWith(".")) {
      left.push(...manifestsBehind(path, entry));
      return [];
    }
    const isManifest = MANIFEST.test(name);
    if (entry.isDirectory || (entry.isSymlink && attempt(path, Deno.statSync).isDirectory)) {
      return readFolder(path, met, left);
    }
    return isManifest && !isFolder(path) ? [readManifest(path)] : [];
  });
}

/** Manifests that a dot hides; nobody keeps any among Git's own files. */
function manifestsBehind(path: string, { name, isFile, isDirectory }: Deno.DirEntry): string[] {
  if (isFile) return MANIFEST.test(name) ? [path] : [];
  if (!isDirectory || name === ".git") return [];
  return entriesOf(path).flatMap((entry) => manifestsBehind(join(path, entry.name), entry));
}

function entriesOf(folder: string): Deno.DirEntry[] {
  return attempt(folder, (path) => [...Deno.readDirSync(path)]).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws InputError for a pipe or a device: reading it could wait without end. */
function isFolder(path: string): boolean {
  const { isFile, isDirectory } = attempt(path, Deno.statSync);
  if (!isFile && !isDirectory) throw new InputError(`cannot read \`${path}\`: it is neither a file nor a folder`);
  return isDirectory;
}

function join(folder: string, name: string): string {
  return `${folder.replace(/\/+$/, "")}/${name}`;
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
