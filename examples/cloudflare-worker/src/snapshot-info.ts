/** What an answer says of the snapshot that it comes from. */
import type { Caveat, CaveatCode } from "netverdict";

/** Which snapshot it is; `takenAt` is an RFC 3339 time. */
export interface SnapshotInfo {
  readonly sha256: string;
  readonly takenAt: string;
  readonly ageSeconds: number;
}

/** What every answer rests on, such as that no policy was loaded; of many with one code the first, and how many more there are. */
export interface StateCaveat {
  readonly code: CaveatCode;
  readonly message: string;
  readonly more?: number;
}

/** The headers that say which snapshot an answer comes from. */
export function snapshotHeaders({ sha256, ageSeconds }: SnapshotInfo): Readonly<Record<string, string>> {
  return { "Netverdict-Snapshot": sha256, "Netverdict-Snapshot-Age": String(ageSeconds) };
}

/** One for each code: a cluster can have thousands of one, and they go with every answer. */
export function summarize(caveats: readonly Caveat[]): readonly StateCaveat[] {
  const byCode = new Map<CaveatCode, StateCaveat>();
  for (const { code, message } of caveats) {
    const first = byCode.get(code);
    byCode.set(code, first === undefined ? { code, message } : { ...first, more: (first.more ?? 0) + 1 });
  }
  return [...byCode.values()];
}
