/** A change to try, and how several become one. Whether it turns the verdict is tried by changes.ts. */
import type { ObjectReference } from "../errors.ts";
import type { Manifest } from "../read/manifest.ts";
import { freeName } from "./parts.ts";

export interface Candidate {
  readonly message: string;
  /** Policies that are new, and policies as they would be. */
  readonly apply: readonly Manifest[];
  readonly remove: readonly ObjectReference[];
  /** What it is made of where some of it may be needless: it is for several pairs. */
  readonly parts?: readonly string[];
  /** The same without some of its parts; undefined where nothing is left. */
  readonly without?: (parts: ReadonlySet<string>) => Candidate | undefined;
}

/** A kind with the name in it, in words. */
export const policyWords = ({ kind, metadata: { namespace, name } }: Manifest): string =>
  `${kind} \`${namespace === undefined ? name : `${namespace}/${name}`}\``;

/** Words as a list: `a`, `a and b`, `a, b and c`. */
export const listWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** New policies, each once and under a name of its own. */
export function distinct(policies: readonly Manifest[]): Manifest[] {
  const kept = new Map<string, Manifest>();
  const taken = new Map<string, Set<string>>();
  for (const policy of policies) {
    const { kind, metadata, spec } = policy;
    const place = `${kind} ${metadata.namespace}`;
    const content = `${place} ${JSON.stringify(spec)}`;
    if (kept.has(content)) continue;
    const names = taken.get(place) ?? new Set<string>();
    const name = freeName(names, metadata.name);
    taken.set(place, names.add(name));
    kept.set(content, { ...policy, metadata: { ...metadata, name } });
  }
  return [...kept.values()];
}

const keyOf = (kind: string, namespace: string | undefined, name: string): string => `${kind}/${namespace}/${name}`;

const keysOf = ({ apply, remove }: Candidate): string[] => [
  ...apply.map(({ kind, metadata: { namespace, name } }) => keyOf(kind, namespace, name)),
  ...remove.map(({ kind, namespace, name }) => keyOf(kind, namespace, name)),
];

/** Whether a change is of other policies than these. */
export function shareNothing(step: Candidate, others: readonly Candidate[]): boolean {
  const taken = new Set(others.flatMap(keysOf));
  return keysOf(step).every((key) => !taken.has(key));
}

/** Changes that were made one after the other, as one: of a policy that was changed twice, what it came to. */
export function merged(steps: readonly Candidate[]): Candidate {
  const apply = new Map<string, Manifest>();
  const remove = new Map<string, ObjectReference>();
  for (const step of steps) {
    for (const one of step.remove) {
      const key = keyOf(one.kind, one.namespace, one.name);
      apply.delete(key);
      remove.set(key, one);
    }
    for (const one of step.apply) {
      const key = keyOf(one.kind, one.metadata.namespace, one.metadata.name);
      remove.delete(key);
      apply.set(key, one);
    }
  }
  return {
    message: steps.map(({ message }) => message).join(", and then "),
    apply: [...apply.values()],
    remove: [...remove.values()],
  };
}
