/** What the figures were measured on. */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import type { Size } from "./cluster/index.ts";

export function describeMachine(): Record<string, string> {
  const [cpu] = cpus();
  return {
    processor: `${cpu?.model.trim() ?? "unknown"}, ${availableParallelism()} threads`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    v8: process.versions.v8 ?? "unknown",
    netverdict: versionIn("package.json"),
    assemblyscript: versionIn("node_modules/assemblyscript/package.json"),
  };
}

export function describeCluster({ pods, namespaces, policies }: Size): Record<string, number> {
  return { pods, namespaces, policies };
}

function versionIn(packageFile: string): string {
  const file = new URL(`../${packageFile}`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
