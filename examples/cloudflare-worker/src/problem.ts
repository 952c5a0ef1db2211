/** Errors as RFC 9457 has them: `application/problem+json`. What went wrong inside is logged, never told. */
import { type Issue, NetverdictError } from "netverdict";
import { type SnapshotInfo, snapshotHeaders } from "./snapshot-info.ts";

/** How long a client should wait for a snapshot, in seconds: KV shows a new value everywhere within about a minute. */
const RETRY_AFTER = 60;

const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

/** Codes of the engine that say something about it, and nothing about the flow. */
const INTERNAL: readonly string[] = ["core-failure", "poisoned-state", "state-changed", "invalid-snapshot"];

/** `type` is `about:blank`, so that `title` is the status's phrase; `code` tells problems of one status apart. */
export interface ProblemDetails {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  /** Where in the flow it is, as `["from"]`. */
  readonly path?: Issue["path"];
  /** The snapshot that has no answer. */
  readonly snapshot?: SnapshotInfo;
}

/** What may be said besides. */
interface Besides {
  readonly path?: Issue["path"];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request is refused with. `detail` is sent: it may say only what the client knows or may know. */
export class Problem extends Error {
  readonly status: keyof typeof TITLES;
  readonly code: string;
  readonly detail: string | undefined;
  readonly path: Issue["path"] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: keyof typeof TITLES, code: string, detail?: string, { path, headers }: Besides = {}) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.path = path;
    this.headers = headers ?? (status === 503 ? { "Retry-After": String(RETRY_AFTER) } : {});
  }

  get details(): ProblemDetails {
    const { status, code, detail, path } = this;
    return {
      type: "about:blank",
      title: TITLES[status],
      status,
      code,
      ...(detail !== undefined && { detail }),
      ...(path !== undefined && path.length > 0 && { path }),
    };
  }

  /** The answer; with the snapshot where it is one that has no answer to the flow. */
  toResponse(snapshot?: SnapshotInfo): Response {
    const from = this.status === 422 ? snapshot : undefined;
    return new Response(JSON.stringify({ ...this.details, ...(from !== undefined && { snapshot: from }) }), {
      status: this.status,
      headers: {
        "Content-Type": "application/problem+json",
        ...this.headers,
        ...(from !== undefined && snapshotHeaders(from)),
      },
    });
  }
}

/** Any error as a problem. What the engine says about a flow is passed on; the rest is logged and becomes a bare 500. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const [issue] = error instanceof NetverdictError ? error.issues : [];
  if (issue !== undefined && !INTERNAL.includes(issue.code)) {
    return new Problem(422, issue.code, issue.message, { path: issue.path });
  }
  console.error(error);
  return new Problem(500, "internal");
}
