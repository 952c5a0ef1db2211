/**
 * Answers over HTTP whether flows pass: `POST /check` one, `POST /batch` many, `GET /explain` why, `GET /healthz` whether it can.
 * `openapi.json` describes every answer.
 */
import { requireToken } from "./auth.ts";
import { answerBatch, NDJSON_TYPES } from "./batch.ts";
import { currentCluster, decide, snapshotHeaders } from "./cluster.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { type Env, readSettings } from "./env.ts";
import { answerWhy, readQuestion } from "./explain.ts";
import { parseFlow } from "./flow.ts";
import { limitedBody, readBody, requireType } from "./limits.ts";
import { Problem, toProblem } from "./problem.ts";

interface Route {
  readonly methods: readonly string[];
  answer(request: Request, env: Env): Promise<Response>;
}

const ROUTES: Readonly<Record<string, Route>> = {
  "/check": { methods: ["POST"], answer: check },
  "/batch": { methods: ["POST"], answer: batch },
  "/explain": { methods: ["GET"], answer: why },
  "/healthz": { methods: ["GET"], answer: health },
};

const COMMON_HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

const worker: { fetch(request: Request, env: Env): Promise<Response> } = {
  async fetch(request, env) {
    const cors = corsHeaders(request, env.ALLOWED_ORIGINS);
    const answer =
      preflight(request, cors) ?? (await route(request, env).catch((error) => toProblem(error).toResponse()));
    for (const [name, value] of Object.entries({ ...COMMON_HEADERS, ...cors })) answer.headers.set(name, value);
    return answer;
  },
};

export default worker;

async function route(request: Request, env: Env): Promise<Response> {
  const { pathname } = new URL(request.url);
  const found = Object.hasOwn(ROUTES, pathname) ? ROUTES[pathname] : undefined;
  if (found === undefined) throw new Problem(404, "not-found");
  if (!found.methods.includes(request.method)) {
    throw new Problem(405, "method-not-allowed", undefined, { Allow: found.methods.join(", ") });
  }
  return found.answer(request, env);
}

async function check(request: Request, env: Env): Promise<Response> {
  const { token, maxSnapshotAge, maxFlowBytes } = readSettings(env);
  await requireToken(request, token);
  requireType(request, ["application/json"]);
  const flow = parseFlow(await readBody(request, maxFlowBytes));
  const cluster = await currentCluster(env, maxSnapshotAge);
  const snapshot = cluster.info;
  return Response.json({ decision: decide(cluster, flow), snapshot }, { headers: snapshotHeaders(snapshot) });
}

async function batch(request: Request, env: Env): Promise<Response> {
  const { token, maxSnapshotAge, maxFlowBytes, maxBatchBytes } = readSettings(env);
  await requireToken(request, token);
  requireType(request, NDJSON_TYPES);
  const body = limitedBody(request, maxBatchBytes);
  return answerBatch(await currentCluster(env, maxSnapshotAge), body, maxFlowBytes);
}

async function why(request: Request, env: Env): Promise<Response> {
  const { token, maxSnapshotAge, maxFlowBytes } = readSettings(env);
  await requireToken(request, token);
  const question = readQuestion(request, maxFlowBytes);
  return answerWhy(await currentCluster(env, maxSnapshotAge), question);
}

/** Needs no token: it says whether flows would be answered, and from which snapshot, but nothing of what is in it. */
async function health(_request: Request, env: Env): Promise<Response> {
  const { info } = await currentCluster(env, readSettings(env).maxSnapshotAge);
  return Response.json({ status: "ok", snapshot: info }, { headers: snapshotHeaders(info) });
}
