/** Label selectors (semantics 1.5), over labels of which some may be open. */
import type { LabelSelector, Labels, Maybe } from "./objects.ts";
import { all, settled, type Truth } from "./truth.ts";

/** `open`: the object may carry further labels that the input doesn't tell; those listed are known. */
export interface KnownLabels {
  readonly labels: Labels;
  readonly open: boolean;
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** Matches a selector whose absence the caller has dealt with; an empty one selects everything (semantics 1.5). */
export function selects(selector: Maybe<LabelSelector>, known: KnownLabels): Truth {
  const requirements = requirementsOf(selector);
  const keys = new Set(requirements.map((requirement) => requirement.key));
  // All requirements are ANDed. Those on one key are looked at together: on an open key they are unknown,
  // unless no value, nor the key's absence, could satisfy them all (semantics 1.5, last line).
  return all(
    [...keys].map((key) => {
      const onKey = requirements.filter((requirement) => requirement.key === key);
      const isOpen = known.open && !Object.hasOwn(known.labels, key);
      if (!isOpen) return settled(onKey.every((requirement) => holds(requirement, labelOf(known.labels, key))));
      return candidates(onKey).some((value) => onKey.every((requirement) => holds(requirement, value)))
        ? "unknown"
        : "no";
    }),
  );
}

/**
 * Whether the API server would take a selector for one (semantics 2.5). The CRDs of the ordered tiers don't ask, so there
 * such selectors come along (semantics 5.4).
 */
export function isValid(selector: Maybe<LabelSelector>): boolean {
  return requirementsOf(selector).every(({ key, operator, values }) => {
    const valued = operator === "In" || operator === "NotIn";
    const known = valued || operator === "Exists" || operator === "DoesNotExist";
    return known && isLabelKey(key) && values.every(isLabelValue) && valued === values.length > 0;
  });
}

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function isLabelKey(key: string): boolean {
  const [name = "", prefix, ...more] = key.split("/").reverse();
  const hasPrefix = prefix === undefined || (prefix.length <= 253 && SUBDOMAIN.test(prefix));
  return more.length === 0 && hasPrefix && name.length <= 63 && NAME.test(name);
}

function isLabelValue(value: string): boolean {
  return value === "" || (value.length <= 63 && NAME.test(value));
}

/** `value` is undefined where the key is absent, which is not the same as an empty value. */
function holds(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case "In":
      return value !== undefined && requirement.values.includes(value);
    case "NotIn":
      return value === undefined || !requirement.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      throw new Error(`not an operator: ${requirement.operator}`);
  }
}

/** Enough values to decide whether requirements on one key can hold together: none, each one named, one never named. */
function candidates(requirements: readonly Requirement[]): (string | undefined)[] {
  const named = requirements.flatMap((requirement) => requirement.values);
  return [undefined, ...named, `${named.join("")}x`];
}

function requirementsOf(selector: Maybe<LabelSelector>): Requirement[] {
  const labels = Object.entries(selector?.matchLabels ?? {});
  return [
    ...labels.map(([key, value]) => ({ key, operator: "In", values: [value] })),
    ...(selector?.matchExpressions ?? []).map(({ key, operator, values }) => ({ key, operator, values: values ?? [] })),
  ];
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
