/** Label selectors in a line, as apimachinery's `metav1.FormatLabelSelector` writes them. */

/** A LabelSelector as it was written; it has been checked. */
export interface WrittenSelector {
  readonly matchLabels?: Readonly<Record<string, string | null>> | null;
  readonly matchExpressions?:
    | readonly {
        readonly key: string;
        readonly operator: string;
        readonly values?: readonly (string | null)[] | null;
      }[]
    | null;
}

/** Requirements by their keys, `<none>` where there are none. Of one key, `matchLabels` come first. */
export function selectorText({ matchLabels, matchExpressions }: WrittenSelector): string {
  const requirements = [
    ...Object.entries(matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value ?? ""}` })),
    ...(matchExpressions ?? []).map(({ key, operator, values }) => ({
      key,
      // A null is an empty text, as the API server stores it.
      text: requirementText(
        key,
        operator,
        (values ?? []).map((value) => value ?? ""),
      ),
    })),
  ];
  if (requirements.length === 0) return "<none>";
  return requirements
    .sort((a, b) => byUnits(a.key, b.key))
    .map(({ text }) => text)
    .join(",");
}

function requirementText(key: string, operator: string, values: readonly string[]): string {
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operator === "In" ? "in" : "notin"} (${[...values].sort(byUnits).join(",")})`;
}

/** Order by code units; of ASCII text that is Go's order of bytes. */
export const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
