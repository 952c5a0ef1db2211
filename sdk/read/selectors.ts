/** Label maps and label selectors, checked as apimachinery's `metav1/validation` does. */
import { LIMITS } from "../limits.ts";
import { countOf, eachBelow, type Fields, isAbsent, type Raw, typeName } from "./fields.ts";
import { labelKeyFault, labelValueFault } from "./names.ts";
import type { Labels, Requirement, Selector } from "./objects.ts";

/**
 * Makes empty label maps that inherit nothing: the label `constructor` is legal, and looking it up where it is absent must
 * find nothing. Twice as fast to fill as `Object.create(null)`, which makes hash tables.
 */
// biome-ignore lint/complexity/useArrowFunction: an arrow function constructs nothing
const LabelMap = function () {} as unknown as new () => Record<string, string>;
LabelMap.prototype = Object.create(null) as object;

/** Labels out of a record of texts. */
export function labelsFrom(record: Readonly<Record<string, string>>): Labels {
  return Object.assign(new LabelMap(), record);
}

/** Of everything that has none. */
export const NO_LABELS: Labels = Object.freeze(new LabelMap());

/** More labels than objects have as a rule. */
const MANY = 64;

/** A map of labels; absent is empty, and so is the text of a null, as the API server reads it. One that says what the last one said is the last one, and what is in both is checked once. */
export function readLabels(fields: Fields, value: unknown, key: string): Labels {
  const map = fields.object(value, key);
  if (map === undefined) return NO_LABELS;
  const { shared } = fields;
  const last = shared.labels;
  if (shared.hasLabels(map)) return last;
  const labels = new LabelMap();
  let count = 0;
  let kept = 0;
  for (const name in map) {
    const text = map[name];
    if (text === undefined || !Object.hasOwn(map, name)) continue;
    // Asked once, of maps that are not small: asking each pod's would be half the work of reading it.
    if (++count === MANY && hasTooMany(fields, map, key)) return NO_LABELS;
    const before = last[name];
    const fault = before === undefined ? labelKeyFault(name) : undefined;
    if (text === null && fault === undefined) {
      labels[name] = "";
      shared.labelKeys[kept++] = name;
    } else if (
      typeof text !== "string" ||
      fault !== undefined ||
      (text !== before && labelValueFault(text) !== undefined)
    ) {
      reportLabel(fields, key, name, text, fault);
    } else {
      labels[name] = text;
      shared.labelKeys[kept++] = name;
    }
  }
  shared.labels = kept === count ? labels : NO_LABELS;
  shared.labelCount = kept === count ? count : -1;
  return labels;
}

function hasTooMany(fields: Fields, map: Raw, key: string): boolean {
  const count = Object.keys(map).length;
  if (count > LIMITS.labels) fields.fail("limit-exceeded", `${count} labels are more than ${LIMITS.labels}`, key);
  return count > LIMITS.labels;
}

function reportLabel(fields: Fields, key: string, name: string, value: unknown, fault: string | undefined): void {
  fields.enter(key);
  if (fault !== undefined) fields.failEntry("invalid-label-key", `the label key \`${name}\` ${fault}`, name);
  if (typeof value !== "string") {
    // A null is an empty one, under a key that is none.
    const hint = typeof value === "object" ? "" : "; put it in quotes";
    if (value !== null)
      fields.failEntry("invalid-type", `a label value must be a string, not ${typeName(value)}${hint}`, name);
  } else {
    const valueFault = labelValueFault(value);
    if (valueFault !== undefined) {
      fields.failEntry("invalid-label-value", `the label value \`${value}\` ${valueFault}`, name);
    }
  }
  fields.leave();
}

/** The selector that asks for nothing. */
const EVERYTHING: Selector = [];
const SELECTOR_KEYS: ReadonlySet<string> = new Set(["matchLabels", "matchExpressions"]);
const REQUIREMENT_KEYS: ReadonlySet<string> = new Set(["key", "operator", "values"]);
const OPERATORS: ReadonlySet<string> = new Set(["In", "NotIn", "Exists", "DoesNotExist"]);

/** Requirements of a LabelSelector, which has been entered; `matchLabels` come first, each as `In` with one value. */
export function readSelector(fields: Fields, selector: Raw): Selector {
  fields.onlyKnown(selector, SELECTOR_KEYS);
  const requirements = fields.shared.requirements();
  if (!isAbsent(selector.matchLabels)) {
    const matchLabels = readLabels(fields, selector.matchLabels, "matchLabels");
    for (const key in matchLabels) requirements.push({ key, operator: "In", values: [matchLabels[key]!] });
  }
  if (!isAbsent(selector.matchExpressions)) {
    eachBelow(fields, selector.matchExpressions, "matchExpressions", (expression) => {
      const requirement = readRequirement(fields, expression);
      if (requirement !== undefined) requirements.push(requirement);
    });
  }
  // A copy is as long as it must be: a list that has grown has room for sixteen more.
  return requirements.length === 0 ? EVERYTHING : requirements.slice();
}

function readRequirement(fields: Fields, expression: Raw): Requirement | undefined {
  fields.onlyKnown(expression, REQUIREMENT_KEYS);
  const key = fields.requiredString(expression.key, "key");
  const fault = key === undefined ? undefined : labelKeyFault(key);
  if (fault !== undefined) fields.fail("invalid-label-key", `the label key \`${key}\` ${fault}`, "key");

  const values = readValues(fields, expression.values);
  const operator = fields.requiredString(expression.operator, "operator");
  if (operator === undefined) return undefined;
  if (!OPERATORS.has(operator)) {
    const message = `\`${operator}\` is not an operator: use \`In\`, \`NotIn\`, \`Exists\` or \`DoesNotExist\``;
    return fields.fail("unsupported-value", message, "operator");
  }
  const count = countOf(expression.values);
  if (operator === "In" || operator === "NotIn") {
    if (count === 0 && (isAbsent(expression.values) || Array.isArray(expression.values))) {
      fields.fail("required", "`values` must not be empty with `In` and `NotIn`", "values");
    }
  } else if (count > 0) {
    fields.fail("forbidden", "`values` must be empty with `Exists` and `DoesNotExist`", "values");
  }
  if (key === undefined) return undefined;
  return { key, operator: operator as Requirement["operator"], values };
}

function readValues(fields: Fields, written: unknown): readonly string[] {
  const values: string[] = [];
  const list = fields.list(written, "values");
  fields.enter("values");
  for (let i = 0; i < list.length; i++) {
    const value = list[i] === null ? "" : fields.text(list[i], i);
    if (value === undefined) continue;
    values.push(value);
    const fault = labelValueFault(value);
    if (fault !== undefined) fields.fail("invalid-label-value", `the label value \`${value}\` ${fault}`, i);
  }
  fields.leave();
  return values;
}
