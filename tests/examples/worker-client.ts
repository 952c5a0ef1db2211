/** Requests to a worker on loopback, over HTTP; every answer is held against `openapi.json`. */
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import type { Miniflare } from "miniflare";
import { expect } from "vitest";
import { type Answer, complaints } from "./openapi.ts";
import { TOKEN } from "./worker.ts";

export type HeaderValues = Readonly<Record<string, string | undefined>>;

/** What one asks; a body of parts is sent without a Content-Length, and not ended before the answer comes if it stays open. */
export interface Ask {
  readonly open?: boolean;
  readonly method?: string;
  readonly headers?: HeaderValues;
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[];
}

const TYPES: Readonly<Record<string, string>> = { "/check": "application/json", "/batch": "application/x-ndjson" };

/** Asks with the token and the path's media type, but for the headers that are given (undefined: left out). */
export async function ask(mf: Miniflare, path: string, asked: Ask = {}): Promise<Answer & { json: unknown }> {
  const { method = "POST", headers = {} } = asked;
  const { pathname } = new URL(path, "http://worker");
  const all = { Authorization: `Bearer ${TOKEN}`, "Content-Type": TYPES[pathname], ...headers };
  const answer = await send(await mf.ready, path, all, asked);
  statuses.add(`${pathname} ${answer.status}`);
  if (method !== "OPTIONS") expect(complaints(method, pathname, answer)).toEqual([]);
  const isJson =
    /json$/.test(answer.headers.get("Content-Type") ?? "") && !answer.headers.get("Content-Type")?.includes("ndjson");
  return { ...answer, json: isJson && method !== "HEAD" ? JSON.parse(answer.text) : undefined };
}

/** Every answer that was seen, as `describedAnswers` writes them. */
export const statuses: Set<string> = new Set();

/** Asks about one flow. */
export function check(mf: Miniflare, flow: object | string, headers: HeaderValues = {}): ReturnType<typeof ask> {
  return ask(mf, "/check", { headers, body: typeof flow === "string" ? flow : JSON.stringify(flow) });
}

/** Asks why about one flow; fields of the query are texts. */
export function why(mf: Miniflare, query: Readonly<Record<string, string>>, asked: Ask = {}): ReturnType<typeof ask> {
  return ask(mf, `/explain?${new URLSearchParams(query)}`, { method: "GET", ...asked });
}

export interface Line {
  readonly line?: number;
  readonly decision?: { readonly verdict: string };
  readonly error?: { readonly code: string; readonly status: number };
  readonly end?: { readonly answers: number; readonly errors: number };
  readonly caveats?: readonly { readonly code: string }[];
  readonly snapshot: { readonly sha256: string; readonly ageSeconds: number };
}

/** The lines that a batch is answered with. */
export async function batch(mf: Miniflare, body: NonNullable<Ask["body"]>, open = false): Promise<Line[]> {
  const { status, text } = await ask(mf, "/batch", { body, open });
  expect(status).toBe(200);
  return parseLines(text);
}

export function parseLines(text: string): Line[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

/** A batch whose lines are sent one by one: `next` gives what came after the last. */
export async function openBatch(mf: Miniflare): Promise<{
  send(line: string): void;
  end(): void;
  readonly answers: AsyncIterator<string>;
}> {
  const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/x-ndjson" };
  const sending = request(new URL("/batch", await mf.ready), { method: "POST", headers, agent: false });
  const coming = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once("response", resolve).once("error", reject);
  });
  async function* lines(): AsyncGenerator<string, void, undefined> {
    let held = "";
    for await (const chunk of (await coming).setEncoding("utf8")) {
      const parts = (held + chunk).split("\n");
      held = parts.pop() ?? "";
      yield* parts;
    }
  }
  return { send: (line) => void sending.write(`${line}\n`), end: () => void sending.end(), answers: lines() };
}

function send(base: URL, path: string, headers: HeaderValues, asked: Ask): Promise<Answer> {
  const { method = "POST", body = "", open = false } = asked;
  const set = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    // A connection each: workerd closes those whose bodies it did not want.
    const options = { method, headers: set as Record<string, string>, agent: false };
    const sending = request(new URL(path, base), options, (response) => {
      const all = new Headers(response.headers as Record<string, string>);
      text(response)
        .then((text) => resolve({ status: response.statusCode ?? 0, headers: all, text }), reject)
        .finally(() => sending.destroy());
    }).on("error", reject);
    const whole = typeof body === "string" || body instanceof Uint8Array;
    // GET and HEAD have no body, and none is declared.
    if (whole && !open) sending.end(method === "GET" || method === "HEAD" ? undefined : body);
    else {
      sending.flushHeaders();
      for (const part of whole ? [body] : body) if (part.length > 0) sending.write(part);
      if (!open) sending.end();
    }
  });
}
