/** What the API server rejects, as rows of a table. */

/** The rule, the code, the path, and a text with the mark `▶` where the problem is: of a NetworkPolicy a spec, or all of it. */
export type Row = readonly [rule: string, code: string, path: string, text: string];

/** Rule, code, path, what of a tier's policy is refused (the position marked), and what is not. */
export type TierRow = readonly [rule: string, code: string, path: string, refused: string, accepted: string];

export const long = (length: number): string => "a".repeat(length);
