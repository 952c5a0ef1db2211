/** What the worker is given: bindings, variables and the secret; and what it makes of them. */
import { TOKEN_FORM } from "./auth.ts";
import { Problem } from "./problem.ts";

/** The part of a KV namespace that is used here. */
export interface KeyValues {
  get(key: string, type: "arrayBuffer"): Promise<ArrayBuffer | null>;
}

/** The part of an R2 bucket that is used here. */
export interface Bucket {
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
}

/** `wrangler.jsonc` says what each is for. */
export interface Env {
  readonly SNAPSHOTS?: KeyValues;
  readonly SNAPSHOT_BUCKET?: Bucket;
  readonly TOKEN?: string;
  readonly MAX_SNAPSHOT_AGE?: string;
  readonly MAX_FLOW_BYTES?: string;
  readonly MAX_BATCH_BYTES?: string;
  readonly ALLOWED_ORIGINS?: string;
}

/** Ages are in seconds, sizes in bytes. */
export interface Settings {
  readonly token: string;
  readonly maxSnapshotAge: number;
  readonly maxFlowBytes: number;
  readonly maxBatchBytes: number;
  readonly allowedOrigins: readonly string[];
}

const SHORTEST_TOKEN = 16;

/** @throws Problem 500 when a setting is missing or makes no sense; which one is only logged. */
export function readSettings(env: Env): Settings {
  const token = env.TOKEN ?? "";
  if (token.length < SHORTEST_TOKEN) throw misconfigured(`TOKEN must have ${SHORTEST_TOKEN} characters or more`);
  // No request could carry it: nobody would be let in, and nothing would say why.
  if (!TOKEN_FORM.test(token)) throw misconfigured("TOKEN must be of letters, digits and -._~+/, and end with any =");
  return {
    token,
    maxSnapshotAge: positive("MAX_SNAPSHOT_AGE", env.MAX_SNAPSHOT_AGE, 86_400),
    maxFlowBytes: positive("MAX_FLOW_BYTES", env.MAX_FLOW_BYTES, 16_384),
    maxBatchBytes: positive("MAX_BATCH_BYTES", env.MAX_BATCH_BYTES, 8_388_608),
    allowedOrigins: origins(env.ALLOWED_ORIGINS ?? ""),
  };
}

/** Logs what is wrong, and gives the problem that says no more than that something is. */
export function misconfigured(what: string): Problem {
  console.error(`misconfigured: ${what}`);
  return new Problem(500, "misconfigured");
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value <= 0) throw misconfigured(`${name} must be a whole number above 0`);
  return value;
}

/** Origins as browsers send them. One in another form, such as with a slash at its end, would never be that of a page. */
function origins(text: string): readonly string[] {
  const all = text
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "");
  const wrong = all.find((origin) => !isOrigin(origin));
  if (wrong === undefined) return all;
  throw misconfigured(`ALLOWED_ORIGINS must be origins such as https://page.example, and \`${wrong}\` is none`);
}

function isOrigin(text: string): boolean {
  // Of other schemes, such as those of browsers' extensions, URL knows no origin.
  return /^https?:/.test(text) ? URL.parse(text)?.origin === text : /^[a-z][a-z0-9+.-]*:\/\/[^/?#*\s]+$/.test(text);
}
