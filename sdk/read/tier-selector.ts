/**
 * Selectors of cluster-wide policies. Their CRDs check the shape alone, so one that means nothing can be in a cluster; it
 * then fails closed. [CNP types; network-policy-api: validation of the CRDs]
 */
import type { Caveat } from "../types.ts";
import { countOf, eachBelow, type Fields, isAbsent, isRecord, type Raw, typeName } from "./fields.ts";
import { labelKeyFault, labelValueFault } from "./names.ts";
import type { Selector } from "./objects.ts";
import { readSelector } from "./selectors.ts";

/** Where a selector that means nothing stands: nothing passes by it. */
export type Place = "accept" | "deny" | "pass" | "subject";

const MEANINGS: Readonly<Record<Place, string>> = {
  accept: "it matches nothing in an Accept",
  deny: "it matches everything here",
  pass: "the rule denies everything",
  subject: "it selects everything, its rules that accept match nothing, and those that pass deny",
};

const EVERYONE: Selector = [];
const SELECTOR_KEYS: ReadonlySet<string> = new Set(["matchLabels", "matchExpressions"]);
const EXPRESSION_KEYS: ReadonlySet<string> = new Set(["key", "operator", "values"]);

/**
 * The selector at `key`; absent is everyone. An invalid one gives a caveat, and is everyone in a Deny and as a subject; in an Accept and
 * a Pass it is undefined, for nobody. Wrong types are problems.
 */
export function readTierSelector(
  fields: Fields,
  value: unknown,
  key: string,
  place: Place,
  caveats: Caveat[],
): Selector | undefined {
  const selector = fields.object(value, key);
  if (selector === undefined) return EVERYONE;
  const fault = faultOf(selector);
  if (fault === undefined && !hasNull(selector.matchLabels)) {
    fields.enter(key);
    const read = readSelector(fields, selector);
    fields.leave();
    return read;
  }
  fields.enter(key);
  checkShape(fields, selector);
  fields.leave();
  if (fault === undefined) return EVERYONE;
  const source = fields.source(key);
  caveats.push({
    code: "invalid-selector",
    message: `a selector is invalid, so ${MEANINGS[place]}: ${fault}`,
    objects: [fields.reference],
    ...(source && { source }),
  });
  return place === "accept" || place === "pass" ? undefined : EVERYONE;
}

/** What NetworkPolicy's decoder makes an empty text of; the CRDs' schema has texts alone. */
const hasNull = (matchLabels: unknown): boolean => isRecord(matchLabels) && Object.values(matchLabels).includes(null);

/** Why a selector of the right shape means nothing; what has another shape is for `readSelector` to report. */
function faultOf({ matchLabels, matchExpressions }: Raw): string | undefined {
  if (isRecord(matchLabels)) {
    for (const [key, value] of Object.entries(matchLabels)) {
      const fault = labelKeyFault(key);
      if (fault !== undefined) return `the label key \`${key}\` ${fault}`;
      const valueFault = typeof value === "string" ? labelValueFault(value) : undefined;
      if (valueFault !== undefined) return `the label value \`${value}\` ${valueFault}`;
    }
  }
  if (!Array.isArray(matchExpressions)) return undefined;
  for (const expression of matchExpressions as unknown[]) {
    const fault = isRecord(expression) ? expressionFault(expression) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What the CRD holds of a selector that means nothing. */
function checkShape(fields: Fields, selector: Raw): void {
  fields.onlyKnown(selector, SELECTOR_KEYS);
  const labels = fields.object(selector.matchLabels, "matchLabels");
  fields.enter("matchLabels");
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (typeof value === "string" || value === undefined) continue;
    fields.failEntry("invalid-type", `a label value must be a string, not ${typeName(value)}`, key);
  }
  fields.leave();
  eachBelow(fields, selector.matchExpressions, "matchExpressions", (expression) => checkExpression(fields, expression));
}

function checkExpression(fields: Fields, expression: Raw): void {
  fields.onlyKnown(expression, EXPRESSION_KEYS);
  for (const key of ["key", "operator"]) {
    if (isAbsent(expression[key])) fields.fail("required", `\`${key}\` is required`, key);
    else fields.string(expression[key], key);
  }
  const values = fields.list(expression.values, "values");
  fields.enter("values");
  for (let i = 0; i < values.length; i++) fields.text(values[i], i);
  fields.leave();
}

function expressionFault({ key, operator, values }: Raw): string | undefined {
  if (typeof key !== "string" || typeof operator !== "string") return undefined;
  const keyFault = labelKeyFault(key);
  if (keyFault !== undefined) return `the label key \`${key}\` ${keyFault}`;
  const count = countOf(values);
  switch (operator) {
    case "In":
    case "NotIn":
      if (count === 0) return `\`${operator}\` without values`;
      break;
    case "Exists":
    case "DoesNotExist":
      if (count > 0) return `\`${operator}\` with values`;
      break;
    default:
      return `\`${operator}\` is not an operator`;
  }
  for (const value of Array.isArray(values) ? (values as unknown[]) : []) {
    const fault = typeof value === "string" ? labelValueFault(value) : undefined;
    if (fault !== undefined) return `the label value \`${value as string}\` ${fault}`;
  }
  return undefined;
}
