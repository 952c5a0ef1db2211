/** Bodies: of the right type, and never more bytes than the limit, whatever their Content-Length says. */
import { join } from "./ndjson.ts";
import { Problem } from "./problem.ts";

/** @throws Problem 415 unless the body is declared as one of `types`, in UTF-8, and not compressed. */
export function requireType(request: Request, types: readonly string[]): void {
  const [declared = "", ...parameters] = (request.headers.get("Content-Type") ?? "").toLowerCase().split(";");
  if (!types.includes(declared.trim())) {
    throw new Problem(415, "unsupported-media-type", `the body must be ${types.join(" or ")}`);
  }
  const charset = parameters
    .map((text) => /^\s*charset=(.*?)\s*$/.exec(text)?.[1])
    .find((found) => found !== undefined);
  if (charset !== undefined && charset.replaceAll('"', "") !== "utf-8") {
    throw new Problem(415, "unsupported-media-type", "the body must be UTF-8");
  }
  const encoding = request.headers.get("Content-Encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new Problem(415, "unsupported-content-encoding", "the body must not be compressed");
  }
}

/**
 * The body's chunks. A declared length past the limit is refused before the first is read, an undeclared one when it shows.
 *
 * @throws Problem 413, here or from the iterator
 */
export function limitedBody(request: Request, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
  if (Number(request.headers.get("Content-Length") ?? 0) > limit) throw tooLarge(limit);
  return chunks(request.body, limit);
}

/** @throws Problem 413 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of limitedBody(request, limit)) parts.push(chunk);
  return join(parts);
}

export function tooLarge(limit: number): Problem {
  return new Problem(413, "too-large", `the limit is ${limit} bytes`);
}

async function* chunks(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  let bytes = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      bytes += next.value.length;
      if (bytes > limit) throw tooLarge(limit);
      yield next.value;
    }
  } finally {
    // Also when whoever reads stops early: what is left of the body is not wanted.
    await reader.cancel().catch(() => undefined);
  }
}
