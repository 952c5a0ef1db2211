/** Which files the paths on the command line mean, and what is in them. */
import type { Dirent } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type FileInput, type Issue, NetverdictError } from "../bindings/inline.ts";
import { printable } from "../sdk/printable.ts";
import { didMean, nearest } from "../sdk/read/nearest.ts";
import { isBare } from "./bare.ts";
import { issue } from "./issues.ts";
import type { Output } from "./output.ts";

/** The path that means standard input, and the name that its problems carry. */
export const STDIN = "-";
export const STDIN_NAME = "<stdin>";

const MANIFEST = /\.(?:ya?ml|json)$/i;

/**
 * Reads the files behind `paths`: a file whatever its name, a folder's `.yaml`, `.yml` and `.json` files at any depth
 * in the order of their names, `-` for standard input. What begins with a dot is left out of folders, and told on standard
 * error; symbolic links are followed, and a file reached twice is read once.
 *
 * @throws NetverdictError `invalid-input` with every path that cannot be read, every folder that holds no manifest, standard
 * input without an object, and files of which none has one: where what wrote them failed, "nothing found" would be a wrong
 * answer. A cluster without objects is an empty list, as kubectl prints it.
 */
export async function readPaths(
  paths: readonly string[],
  { notes, errorColors }: Pick<Output, "notes" | "errorColors">,
): Promise<FileInput[]> {
  const walk = new Walk();
  for (const path of new Set(paths)) {
    if (path === STDIN) walk.found.push(STDIN);
    else await walk.enter(path);
  }
  const inputs: (FileInput & { readonly text: Uint8Array })[] = [];
  for (const path of walk.found) {
    try {
      if (path !== STDIN) inputs.push({ file: path, text: await readFile(path) });
      else {
        const text = await readAll(standardInput());
        if (isBare(text)) walk.issues.push(issue("invalid-input", BARE_INPUT));
        inputs.push({ file: STDIN_NAME, text });
      }
    } catch (error) {
      walk.issues.push(unreadable(path, error));
    }
  }
  if (walk.issues.length === 0 && inputs.every(({ text }) => isBare(text))) {
    walk.issues.push(...inputs.map(({ file }) => issue("invalid-input", `\`${file}\` holds no object`)));
  }
  if (walk.issues.length > 0) throw new NetverdictError(walk.issues);
  const found = new Set(walk.found);
  const [first, ...more] = walk.left.filter((path) => !found.has(path));
  if (first !== undefined && notes) {
    const others = more.length > 0 ? ` (and ${more.length} more)` : "";
    const what = `left out, as its name begins with a dot: ${first}${others}; a path that is given by itself is read`;
    process.stderr.write(`${errorColors.yellow("note:")} ${printable(what)}\n`);
  }
  return inputs;
}

/** Standard input; whoever would have to type it is told that it is waited for. */
export function standardInput(): NodeJS.ReadStream {
  if (process.stdin.isTTY) process.stderr.write("reading standard input: Ctrl-D ends it\n");
  return process.stdin;
}

/** Collects a stream's bytes. */
export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const BARE_INPUT = "standard input holds no object: did the command before the pipe fail?";

/** Says why a path cannot be read. */
export function unreadable(path: string, error: unknown, hint = ""): Issue {
  const code = (error as NodeJS.ErrnoException).code;
  const why = REASONS[code ?? ""] ?? (error instanceof Error ? error.message : String(error));
  return issue("invalid-input", `cannot read \`${path}\`: ${why}${hint}`);
}

/** Why the system refuses, by its codes. */
export const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links go round in circles",
  ENOTDIR: "a part of the path is no folder",
  ENOSPC: "no space is left",
  EROFS: "the file system is read-only",
  ERR_FS_FILE_TOO_LARGE: "it is too large",
};

class Walk {
  readonly found: string[] = [];
  readonly issues: Issue[] = [];
  /** Files that look like manifests and are not read. */
  readonly left: string[] = [];
  /** Real paths of files and folders met so far: what makes loops end, and overlapping arguments harmless. */
  private readonly met = new Set<string>();

  /** Takes a path that the user named. */
  async enter(path: string): Promise<void> {
    try {
      const isFolder = (await stat(path)).isDirectory();
      if (!(await this.isNew(path))) return;
      if (!isFolder) this.found.push(path);
      else if (!(await this.descend(path))) {
        this.issues.push(issue("invalid-input", `\`${path}\` holds no .yaml, .yml or .json file`));
      }
    } catch (error) {
      this.issues.push(unreadable(path, error, await suggestPath(path)));
    }
  }

  /** Goes through a folder; answers whether it holds a manifest, read already or not. */
  private async descend(folder: string): Promise<boolean> {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    let holdsAny = false;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.name.startsWith(".")) {
        await this.leave(path, entry);
        continue;
      }
      try {
        if (await this.visit(path, entry)) holdsAny = true;
      } catch (error) {
        this.issues.push(unreadable(path, error));
        holdsAny = true;
      }
    }
    return holdsAny;
  }

  /** Notes what is left out; nobody keeps manifests among Git's own files. */
  private async leave(path: string, entry: Dirent): Promise<void> {
    if (entry.isFile() && MANIFEST.test(entry.name)) this.left.push(path);
    if (!entry.isDirectory() || entry.name === ".git") return;
    const entries = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => []);
    for (const inside of entries) await this.leave(join(path, inside.name), inside);
  }

  private async visit(path: string, entry: Dirent): Promise<boolean> {
    const isManifest = MANIFEST.test(entry.name);
    // A link that leads nowhere matters only where it stands for a manifest.
    const target = entry.isSymbolicLink()
      ? await stat(path).catch((error) => (isManifest ? raise(error) : undefined))
      : entry;
    if (target?.isDirectory()) return (await this.isNew(path)) ? this.descend(path) : true;
    if (!isManifest || !target?.isFile()) return false;
    if (await this.isNew(path)) this.found.push(path);
    return true;
  }

  private async isNew(path: string): Promise<boolean> {
    // A pipe, as of a shell's process substitution, has no real path.
    const real = await realpath(path).catch(() => path);
    if (this.met.has(real)) return false;
    this.met.add(real);
    return true;
  }
}

/** What was probably meant by a path that leads nowhere: something beside it that is spelt nearly so. */
async function suggestPath(path: string): Promise<string> {
  const folder = dirname(path);
  const names = await readdir(folder).catch((): string[] => []);
  const near = nearest(basename(path), names);
  return near === undefined || near === basename(path) ? "" : didMean(`\`${join(folder, near)}\``);
}

function raise(error: unknown): never {
  throw error;
}
