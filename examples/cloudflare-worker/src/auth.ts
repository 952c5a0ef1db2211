/** The bearer token. */
import { Problem } from "./problem.ts";

/** What can be sent as a token: RFC 6750's `b64token`. */
export const TOKEN_FORM = /^[A-Za-z0-9._~+/-]+=*$/;

/** The scheme in any case, then the token. */
const BEARER = /^Bearer +(\S+)$/i;

/** @throws Problem 401 unless the request carries the token. */
export async function requireToken(request: Request, token: string): Promise<void> {
  const given = BEARER.exec(request.headers.get("Authorization") ?? "")?.[1];
  const same = await equal(given ?? "", token);
  if (given === undefined) throw refusal("Bearer");
  if (!same) throw refusal('Bearer error="invalid_token"');
}

/** Whether two texts are the same, in a time that tells neither where they differ nor how long they are. */
async function equal(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([digest(a), digest(b)]);
  let difference = 0;
  for (const [at, byte] of left.entries()) difference |= byte ^ (right[at] ?? 0);
  return difference === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function refusal(challenge: string): Problem {
  return new Problem(401, "unauthorized", undefined, { headers: { "WWW-Authenticate": challenge } });
}
