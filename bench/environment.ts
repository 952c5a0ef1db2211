/** What the figures were measured on. */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import packageJson from "../package.json" with { type: "json" };
import type { Size } from "./cluster/index.ts";

export function describeMachine(): Record<string, string> {
  const [cpu] = cpus();
  return {
    processor: `${cpu?.model.trim() ?? "unknown"}, ${availableParallelism()} threads`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    v8: process.versions.v8 ?? "unknown",
    netverdict: packageJson.version,
    assemblyscript: installedVersion("assemblyscript"),
  };
}

export function describeCluster({ pods, namespaces, policies }: Size): Record<string, number> {
  return { pods, namespaces, policies };
}

function installedVersion(name: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
