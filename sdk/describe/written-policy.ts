/** The one NetworkPolicy of an input, as it was written: descriptions repeat what reading normalises. */
import { NetverdictError } from "../errors.ts";
import type { Raw } from "../read/fields.ts";
import { readInput } from "../read/index.ts";
import type { NetworkPolicyObject } from "../read/objects.ts";
import type { TextReader } from "../read/text.ts";
import type { FileInput } from "../types.ts";
import type { WrittenSelector } from "./selector-text.ts";

/** YAML or JSON text of one NetworkPolicy, or the object. */
export type PolicyInput = string | Uint8Array | FileInput | object;

export interface WrittenPeer {
  readonly podSelector?: WrittenSelector | null;
  readonly namespaceSelector?: WrittenSelector | null;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] | null } | null;
}

export interface WrittenPort {
  readonly protocol?: string | null;
  readonly port?: number | string | null;
  readonly endPort?: number | null;
}

export interface WrittenRule {
  readonly from?: readonly WrittenPeer[] | null;
  readonly _from?: readonly WrittenPeer[] | null;
  readonly to?: readonly WrittenPeer[] | null;
  readonly ports?: readonly WrittenPort[] | null;
}

/** A NetworkPolicy that has been checked. */
export interface WrittenPolicy {
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly creationTimestamp?: unknown;
    readonly labels?: Readonly<Record<string, string>> | null;
    readonly annotations?: Readonly<Record<string, string>> | null;
  };
  readonly spec?: {
    readonly podSelector?: WrittenSelector | null;
    readonly policyTypes?: readonly string[] | null;
    readonly ingress?: readonly WrittenRule[] | null;
    readonly egress?: readonly WrittenRule[] | null;
  } | null;
}

export interface ReadPolicy {
  readonly written: WrittenPolicy;
  readonly read: NetworkPolicyObject;
}

/** @throws NetverdictError with every problem; `invalid-input` for anything but one NetworkPolicy */
export function readPolicy(input: PolicyInput, defaultNamespace: string, readText: TextReader): ReadPolicy {
  const values: unknown[] = [];
  const objects = readInput(input, {
    defaultNamespace,
    *readText(text, file, issues) {
      for (const document of readText(text, file, issues)) {
        values.push(document.value);
        yield document;
      }
    },
  });
  const [read, ...more] = objects.networkPolicies;
  const written = values.length > 0 ? values : [input];
  const [policy, ...others] = written.flatMap(itemsOf);
  if (read === undefined || policy === undefined || more.length > 0 || others.length > 0) {
    throw new NetverdictError([
      { code: "invalid-input", message: "only a NetworkPolicy is described, one at a time", path: [] },
    ]);
  }
  return { written: policy as unknown as WrittenPolicy, read };
}

/** What is in a list, or the object itself. */
function itemsOf(value: unknown): Raw[] {
  if (Array.isArray(value)) return value.flatMap(itemsOf);
  if (typeof value !== "object" || value === null) return [];
  if ("items" in value && Array.isArray(value.items)) return value.items.flatMap(itemsOf);
  return [value as Raw];
}
