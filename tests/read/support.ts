/** What the tests of the read layer share. */
import { formatPath, NetverdictError } from "../../sdk/errors.ts";
import { type ReadOptions, readInput } from "../../sdk/read/index.ts";
import type { LoadedObjects, NetworkPolicyObject } from "../../sdk/read/objects.ts";
import { readYaml } from "../../sdk/read/yaml.ts";
import type { LoadInput } from "../../sdk/types.ts";

export function read(input: LoadInput, options: Partial<ReadOptions> = {}): LoadedObjects {
  return readInput(input, { defaultNamespace: "default", readText: readYaml, ...options });
}

/** The problems of an input as `code path`, with `@line:column` where they have a position; none if it is read. */
export function problems(input: LoadInput, options: Partial<ReadOptions> = {}): string[] {
  try {
    read(input, options);
  } catch (error) {
    if (!(error instanceof NetverdictError)) throw error;
    return error.issues.map(({ code, path, source }) => {
      const at = source === undefined ? "" : ` @${source.line}:${source.column}`;
      return `${code} ${formatPath(path)}${at}`;
    });
  }
  return [];
}

/** The problems without their positions. */
export function codes(input: LoadInput, options: Partial<ReadOptions> = {}): string[] {
  return problems(input, options).map((problem) => problem.replace(/ @[0-9:]+$/, ""));
}

/** A manifest of a kind as JSON text; `metadata` and `rest` are the JSON of what it has beside the name `x`. */
export function manifest(apiVersion: string, kind: string, rest = "", metadata = ""): string {
  const more = metadata === "" ? "" : `, ${metadata}`;
  const fields = rest === "" ? "" : `, ${rest}`;
  return `{"apiVersion": "${apiVersion}", "kind": "${kind}", "metadata": {"name": "x", "namespace": "ns"${more}}${fields}}`;
}

/** The one object of a kind; `rest` and `metadata` as in `manifest`. */
export function readOne<K extends "pods" | "nodes" | "services" | "endpointSlices" | "endpoints" | "workloads">(
  key: K,
  apiVersion: string,
  kind: string,
  rest = "",
  metadata = "",
): LoadedObjects[K][number] {
  const found = read(manifest(apiVersion, kind, rest, metadata))[key];
  if (found.length !== 1) throw new Error(`expected one of \`${key}\``);
  return found[0]!;
}

/** A NetworkPolicy as JSON text with this `spec`. */
export function policy(spec: string): string {
  return manifest("networking.k8s.io/v1", "NetworkPolicy", `"spec": ${spec}`);
}

/** A NetworkPolicy as JSON text with these fields. */
export const policyWith = (text: string): string =>
  `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", ${text}}`;

/** A NetworkPolicy as JSON text with the name `x` and this metadata beside it. */
export const withMetadata = (text: string): string => policyWith(`"metadata": {"name": "x", ${text}}`);

/** The one NetworkPolicy with this `spec`. */
export function readPolicy(spec: string): NetworkPolicyObject {
  const { networkPolicies } = read(policy(spec));
  if (networkPolicies.length !== 1) throw new Error("expected one policy");
  return networkPolicies[0]!;
}

/** Takes the mark `▶` out of a text, and says where it stood. */
export function unmark(text: string): { text: string; line: number; column: number } {
  const at = text.indexOf("▶");
  if (at < 0 || text.indexOf("▶", at + 1) >= 0) throw new Error(`expected one mark in ${text}`);
  const before = text.slice(0, at).split("\n");
  return { text: text.replace("▶", ""), line: before.length, column: before.at(-1)!.length + 1 };
}
