/** The one NetworkPolicy of an input, as it was written: descriptions repeat what reading normalises. */
import { NetverdictError } from "../errors.ts";
import type { Raw } from "../read/fields.ts";
import { readInput, type Watch } from "../read/index.ts";
import type { NetworkPolicyObject } from "../read/objects.ts";
import type { TextReader } from "../read/text.ts";
import type { FileInput, LoadInput } from "../types.ts";
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
  const written: Raw[] = [];
  const watch: Watch = (_version, _kind, object) => {
    written.push(object);
  };
  const { networkPolicies } = readInput(input, { defaultNamespace, readText, watch });
  const [read] = networkPolicies;
  const [policy] = written;
  if (read === undefined || policy === undefined || written.length > 1) {
    throw new NetverdictError([
      { code: "invalid-input", message: "only a NetworkPolicy is described, one at a time", path: [] },
    ]);
  }
  return { written: policy as unknown as WrittenPolicy, read };
}

/** The NetworkPolicies among other objects, as they were written, each one that `readPolicy` takes. */
export function writtenPolicies(input: LoadInput, readText: TextReader): readonly object[] {
  const policies: object[] = [];
  readInput(input, {
    defaultNamespace: "default",
    readText,
    watch: (apiVersion, kind, object) => {
      if (kind === "NetworkPolicy" && apiVersion === API_VERSION) policies.push({ ...object, apiVersion, kind });
    },
  });
  return policies;
}

const API_VERSION = "networking.k8s.io/v1";
