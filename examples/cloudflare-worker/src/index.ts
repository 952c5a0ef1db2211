/**
 * Answers over HTTP whether flows pass: `POST /check` one, `POST /batch` many, `GET /explain` why, `GET /healthz` whether it can.
 * `openapi.json` describes every answer.
 */
import { requireToken } from "./auth.ts";
import { answerBatch, NDJSON_TYPES } from "./batch.ts";
import { about, type Cluster, currentCluster, decide } from "./cluster.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { type Env, readSettings, type Settings } from "./env.ts";
import { answerWhy, readQuestion } from "./explain.ts";
import { checkFlow, parseJson } from "./flow.ts";
import { limitedBody, readBody, requireType } from "./limits.ts";
import { Problem, toProblem } from "./problem.ts";
import { snapshotHeaders } from "./snapshot-info.ts";

interface Route {
  readonly methods: readonly string[];
  answer(request: Request, env: Env, settings: Settings): Promise<Response>;
}

const ROUTES: Readonly<Record<string, Route>> = {
  "/check": { methods: ["POST"], answer: check },
  "/batch": { methods: ["POST"], answer: batch },
  "/explain": { methods: ["GET", "HEAD"], answer: why },
  "/healthz": { methods: ["GET", "HEAD"], answer: health },
};

const COMMON_HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

const worker: { fetch(request: Request, env: Env): Promise<Response> } = {
  async fetch(request, env) {
    let cors: Readonly<Record<string, string>> = {};
    let answer: Response;
    try {
      const settings = readSettings(env);
      cors = corsHeaders(request, settings.allowedOrigins);
      answer = preflight(request, cors) ?? (await route(request, env, settings));
    } catch (error) {
      answer = toProblem(error).toResponse();
    }
    for (const [name, value] of Object.entries({ ...COMMON_HEADERS, ...cors })) answer.headers.set(name, value);
    return answer;
  },
};

export default worker;

async function route(request: Request, env: Env, settings: Settings): Promise<Response> {
  const { pathname } = new URL(request.url);
  const found = Object.hasOwn(ROUTES, pathname) ? ROUTES[pathname] : undefined;
  if (found === undefined) throw new Problem(404, "not-found");
  if (!found.methods.includes(request.method)) {
    throw new Problem(405, "method-not-allowed", undefined, { headers: { Allow: found.methods.join(", ") } });
  }
  return found.answer(request, env, settings);
}

async function check(request: Request, env: Env, settings: Settings): Promise<Response> {
  await requireToken(request, settings.token);
  requireType(request, ["application/json"]);
  const value = parseJson(await readBody(request, settings.maxFlowBytes));
  const cluster = await currentCluster(env, settings.maxSnapshotAge);
  return answerFrom(cluster, () => {
    const decision = decide(cluster, checkFlow(value));
    return Response.json({ decision, ...about(cluster) }, { headers: snapshotHeaders(cluster.info) });
  });
}

async function batch(request: Request, env: Env, settings: Settings): Promise<Response> {
  await requireToken(request, settings.token);
  requireType(request, NDJSON_TYPES);
  const body = limitedBody(request, settings.maxBatchBytes);
  return answerBatch(await currentCluster(env, settings.maxSnapshotAge), body, settings.maxFlowBytes);
}

async function why(request: Request, env: Env, settings: Settings): Promise<Response> {
  await requireToken(request, settings.token);
  const question = readQuestion(request, settings.maxFlowBytes);
  const cluster = await currentCluster(env, settings.maxSnapshotAge);
  return answerFrom(cluster, () => answerWhy(cluster, question));
}

/** An answer, or a problem that says which snapshot had none. */
function answerFrom(cluster: Cluster, answer: () => Response): Response {
  try {
    return answer();
  } catch (error) {
    return toProblem(error).toResponse(cluster.info);
  }
}

/** Needs no token: it says whether flows would be answered, and from which snapshot, but nothing of what is in it. */
async function health(_request: Request, env: Env, settings: Settings): Promise<Response> {
  const { info } = await currentCluster(env, settings.maxSnapshotAge);
  return Response.json({ status: "ok", snapshot: info }, { headers: snapshotHeaders(info) });
}
