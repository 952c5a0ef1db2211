/** Findings with their files as code hosts name them. */
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Finding, Source } from "../bindings/inline.ts";
import { STDIN_NAME } from "./paths.ts";

/** Files in the folder that this runs in are named from there, however they were given; those outside by whole paths. */
export function fromHere(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => {
    const { source, fix } = finding;
    const insertions = fix?.insertions?.map((one) => ({ ...one, source: placed(one.source) }));
    return {
      ...finding,
      ...(source && { source: placed(source) }),
      ...(fix && { fix: { ...fix, ...(insertions && { insertions }) } }),
    };
  });
}

function placed(source: Source): Source {
  const { file } = source;
  return file === undefined || file === STDIN_NAME ? source : { ...source, file: pathFromHere(file) };
}

function pathFromHere(file: string): string {
  const path = relative("", file);
  const isOutside = path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
  return isOutside ? resolve(file) : path.split(sep).join("/");
}
