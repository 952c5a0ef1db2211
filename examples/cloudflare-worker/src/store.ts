/**
 * Where snapshots lie: each under its SHA-256, and under one key a pointer to the current one, which is written last. Whoever
 * reads the pointer finds what it points to, and what it points to never changes.
 */
import { type Env, misconfigured } from "./env.ts";
import { Problem } from "./problem.ts";

const POINTER_KEY = "current";
const snapshotKey = (sha256: string): string => `snapshots/${sha256}`;

/** How far a clock may be ahead of ours, in milliseconds. */
const SKEW = 300_000;

/** The snapshot to answer from; `takenAt` is in milliseconds since 1970. */
export interface Pointer {
  readonly sha256: string;
  readonly takenAt: number;
}

/** @throws Problem 503 when there is no pointer, or none that can be read. */
export async function readPointer(env: Env): Promise<Pointer> {
  const bytes = await read(env, POINTER_KEY);
  if (bytes === undefined) throw unavailable("no-snapshot", `there is no key ${POINTER_KEY}`);
  const pointer = parsePointer(new TextDecoder().decode(bytes));
  if (pointer === undefined) throw unavailable("unusable-snapshot", "the pointer is not { sha256, takenAt }");
  if (pointer.takenAt > Date.now() + SKEW) throw unavailable("unusable-snapshot", "the pointer is from the future");
  return pointer;
}

/** @throws Problem 503 when the snapshot is not there, or is not the one that the pointer means. */
export async function readSnapshot(env: Env, { sha256 }: Pointer): Promise<Uint8Array> {
  const bytes = await read(env, snapshotKey(sha256));
  if (bytes === undefined) throw unavailable("unusable-snapshot", `there is no key ${snapshotKey(sha256)}`);
  const found = hex(await crypto.subtle.digest("SHA-256", bytes));
  if (found !== sha256) throw unavailable("unusable-snapshot", `under ${snapshotKey(sha256)} lies ${found}`);
  return new Uint8Array(bytes);
}

/** Logs why, and gives the problem that says only that there is nothing to answer from. */
export function unavailable(code: string, why: unknown): Problem {
  console.error(`${code}:`, why);
  return new Problem(503, code);
}

async function read(env: Env, key: string): Promise<ArrayBuffer | undefined> {
  const { SNAPSHOTS, SNAPSHOT_BUCKET } = env;
  if ((SNAPSHOTS === undefined) === (SNAPSHOT_BUCKET === undefined)) {
    throw misconfigured("one of SNAPSHOTS and SNAPSHOT_BUCKET must be bound");
  }
  try {
    const bytes = SNAPSHOTS ? await SNAPSHOTS.get(key, "arrayBuffer") : await readObject(SNAPSHOT_BUCKET, key);
    return bytes ?? undefined;
  } catch (error) {
    throw unavailable("store-unavailable", error);
  }
}

async function readObject(bucket: Env["SNAPSHOT_BUCKET"], key: string): Promise<ArrayBuffer | undefined> {
  const object = await bucket?.get(key);
  return object?.arrayBuffer();
}

function parsePointer(text: string): Pointer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { sha256, takenAt } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256) || typeof takenAt !== "string") return undefined;
  const time = Date.parse(takenAt);
  return Number.isNaN(time) ? undefined : { sha256, takenAt: time };
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
