/** How large the measured clusters are. */
export interface Size {
  readonly name: "S" | "M" | "L" | "XL";
  readonly pods: number;
  readonly namespaces: number;
  readonly policies: number;
  /** Applications that a namespace runs. */
  readonly applications: number;
}

/** Some 30, 270, 1,900 and 19,500 endpoint classes. */
export const SIZES: readonly Size[] = [
  { name: "S", pods: 100, namespaces: 5, policies: 20, applications: 2 },
  { name: "M", pods: 1_000, namespaces: 20, policies: 200, applications: 4 },
  { name: "L", pods: 10_000, namespaces: 100, policies: 2_000, applications: 6 },
  { name: "XL", pods: 100_000, namespaces: 1_000, policies: 10_000, applications: 5 },
];

/** About a hundred pods run on a node. */
export function nodeCount({ pods }: Size): number {
  return Math.max(3, Math.floor(pods / 100));
}
