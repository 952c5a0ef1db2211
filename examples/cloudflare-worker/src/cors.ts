/** CORS: off, unless `ALLOWED_ORIGINS` names the page's origin. */

const METHODS = "POST, GET";

/** The headers that let the page that asks read the answer; none where it may not. */
export function corsHeaders(request: Request, allowed: readonly string[]): Readonly<Record<string, string>> {
  if (allowed.length === 0) return {};
  const origin = request.headers.get("Origin");
  if (origin === null || !allowed.includes(origin)) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Expose-Headers": "Netverdict-Snapshot, Netverdict-Snapshot-Age, Retry-After",
  };
}

/** The answer to a preflight request from an allowed origin; of others there is none. */
export function preflight(request: Request, cors: Readonly<Record<string, string>>): Response | undefined {
  const asks = request.method === "OPTIONS" && request.headers.has("Access-Control-Request-Method");
  if (!asks || cors["Access-Control-Allow-Origin"] === undefined) return undefined;
  const headers = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
  };
  return new Response(null, { status: 204, headers });
}
