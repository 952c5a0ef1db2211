/** Label maps and label selectors, checked as apimachinery's `metav1/validation` does. */
import { LIMITS } from "../limits.ts";
import { type Fields, typeName } from "./fields.ts";
import { labelKeyFault, labelValueFault } from "./names.ts";
import type { Labels, Requirement, Selector } from "./objects.ts";

/**
 * Makes empty label maps that inherit nothing: the label `constructor` is legal, and looking it up where it is absent must
 * find nothing. Twice as fast to fill as `Object.create(null)`, which makes hash tables.
 */
// biome-ignore lint/complexity/useArrowFunction: an arrow function constructs nothing
const LabelMap = function () {} as unknown as new () => Record<string, string>;
LabelMap.prototype = Object.create(null) as object;

/** Of everything that has none. */
export const NO_LABELS: Labels = Object.freeze(new LabelMap());

/** The map of labels at `key`; absent is empty. */
export function readLabels(fields: Fields, key: string): Labels {
  const map = fields.object(key);
  if (map === undefined) return NO_LABELS;
  const labels = new LabelMap();
  const names = Object.keys(map.value);
  if (names.length > LIMITS.labels) {
    fields.fail("limit-exceeded", `${names.length} labels are more than ${LIMITS.labels}`, key);
    return labels;
  }
  for (const name of names) {
    const value = map.value[name];
    if (value === undefined) continue;
    const fault = labelKeyFault(name);
    if (fault !== undefined) map.failEntry("invalid-label-key", `the label key \`${name}\` ${fault}`, name);
    if (typeof value !== "string") {
      const hint = value === null ? "" : "; put it in quotes";
      map.failEntry("invalid-type", `a label value must be a string, not ${typeName(value)}${hint}`, name);
      continue;
    }
    const valueFault = labelValueFault(value);
    if (valueFault !== undefined)
      map.failEntry("invalid-label-value", `the label value \`${value}\` ${valueFault}`, name);
    labels[name] = value;
  }
  return labels;
}

const SELECTOR_KEYS: ReadonlySet<string> = new Set(["matchLabels", "matchExpressions"]);
const REQUIREMENT_KEYS: ReadonlySet<string> = new Set(["key", "operator", "values"]);
const OPERATORS: ReadonlySet<string> = new Set(["In", "NotIn", "Exists", "DoesNotExist"]);

/** Requirements of a LabelSelector; `matchLabels` come first, each as `In` with one value. */
export function readSelector(selector: Fields): Selector {
  selector.onlyKnown(SELECTOR_KEYS);
  const requirements: Requirement[] = [];
  const matchLabels = readLabels(selector, "matchLabels");
  for (const key of Object.keys(matchLabels)) requirements.push({ key, operator: "In", values: [matchLabels[key]!] });
  for (const expression of selector.objects("matchExpressions")) {
    const requirement = readRequirement(expression);
    if (requirement !== undefined) requirements.push(requirement);
  }
  return requirements;
}

function readRequirement(expression: Fields): Requirement | undefined {
  expression.onlyKnown(REQUIREMENT_KEYS);
  const key = expression.requiredString("key");
  const fault = key === undefined ? undefined : labelKeyFault(key);
  if (fault !== undefined) expression.fail("invalid-label-key", `the label key \`${key}\` ${fault}`, "key");

  const values: string[] = [];
  expression.strings("values", (value, i) => {
    values.push(value);
    const valueFault = labelValueFault(value);
    if (valueFault !== undefined) {
      expression.fail("invalid-label-value", `the label value \`${value}\` ${valueFault}`, "values", i);
    }
  });

  const operator = expression.requiredString("operator");
  if (operator === undefined) return undefined;
  if (!OPERATORS.has(operator)) {
    const message = `\`${operator}\` is not an operator: use \`In\`, \`NotIn\`, \`Exists\` or \`DoesNotExist\``;
    return expression.fail("unsupported-value", message, "operator");
  }
  const count = expression.count("values");
  if (operator === "In" || operator === "NotIn") {
    if (count === 0 && (!expression.has("values") || Array.isArray(expression.raw("values")))) {
      expression.fail("required", "`values` must not be empty with `In` and `NotIn`", "values");
    }
  } else if (count > 0) {
    expression.fail("forbidden", "`values` must be empty with `Exists` and `DoesNotExist`", "values");
  }
  if (key === undefined) return undefined;
  return { key, operator: operator as Requirement["operator"], values };
}
