/** examples/cloudflare-worker on the packed package, in the real workerd. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explain, type Flow, loadState } from "../../bindings/inline.ts";
import { codeBlocks } from "../docs/markdown.ts";
import { EXAMPLES, readExpected } from "./example.ts";
import { whyNoWorkerd } from "./miniflare.ts";
import { describeWith } from "./needs.ts";
import { describedAnswers, invalid } from "./openapi.ts";
import { type Folder, installPacked, PACKING_MS } from "./packed.ts";
import { bundle, type Storage, start, store, TOKEN } from "./worker.ts";
import { ask, batch, check, openBatch, parseLines, statuses, why } from "./worker-client.ts";
import {
  aged,
  altered,
  type Files,
  hashOf,
  junk,
  pointer,
  pointerOf,
  published,
  take,
  takeWith,
} from "./worker-snapshots.ts";

const ROOT = join(EXAMPLES, "..");
const { flows, errors = [] } = readExpected("shop");
const catalog = { from: "shop/storefront-7b6d5f4c9-9qvxn", to: "shop/catalog-84d6b9c7f-m2c8s", port: 8080 };
const page = codeBlocks(readFileSync(join(EXAMPLES, "cloudflare-worker", "README.md"), "utf8"));
const MINUTE = 60_000;

/** With it, the shop has the same pods, and nothing may reach any. */
const CLOSED = {
  apiVersion: "policy.networking.k8s.io/v1alpha1",
  kind: "AdminNetworkPolicy",
  metadata: { name: "closed" },
  spec: { priority: 0, subject: { namespaces: {} }, ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] },
};

describeWith("workerd by miniflare", whyNoWorkerd(), "examples/cloudflare-worker", () => {
  let folder: Folder;
  let modules: Awaited<ReturnType<typeof bundle>>;
  let shop: Files;
  let closed: Files;
  let unexplained: Files;
  const running: Miniflare[] = [];

  beforeAll(async () => {
    folder = installPacked("cloudflare-worker", "shop");
    modules = await bundle(join(folder.path, "cloudflare-worker", "src", "index.ts"));
    shop = take(folder.path, "shop.snapshot", "shop/manifests");
    writeFileSync(join(folder.path, "closed.json"), JSON.stringify(CLOSED));
    closed = take(folder.path, "closed.snapshot", "shop/manifests", "closed.json");
    unexplained = takeWith(folder.path, "unexplained.snapshot", "shop/manifests");
  }, PACKING_MS);
  afterAll(async () => {
    await Promise.all(running.map((mf) => mf.dispose()));
    folder.remove();
  });

  async function worker(
    files: Iterable<[string, Uint8Array]>,
    vars: Readonly<Record<string, string>> = {},
    storage: Storage = "KV",
  ): Promise<Miniflare> {
    const mf = await start(modules, storage, vars);
    running.push(mf);
    await store(mf, storage, files);
    return mf;
  }

  it("compiles by its own tsconfig.json", () => {
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    execFileSync(process.execPath, [tsc, "-p", join(folder.path, "cloudflare-worker")], { stdio: "pipe" });
  });

  it("is published by its hash, and the pointer last", () => {
    const [[key = "", bytes = new Uint8Array()] = [], [last] = []] = [...shop];
    expect(key).toBe(`snapshots/${createHash("sha256").update(bytes).digest("hex")}`);
    expect(last).toBe("current");
    expect(pointerOf(shop)).toEqual({ sha256: key.replace("snapshots/", ""), takenAt: expect.any(String) });
  });

  it("refuses to publish what is no snapshot", () => {
    writeFileSync(join(folder.path, "damaged.snapshot"), readFileSync(join(folder.path, "shop.snapshot")).subarray(1));
    expect(() => published(folder.path, "damaged.snapshot")).toThrow(/invalid-snapshot/);
  });

  describe.each(["KV", "R2"] as const)("with a snapshot in %s", (storage) => {
    let mf: Miniflare;
    beforeAll(async () => {
      mf = await worker(shop, {}, storage);
    });

    it("answers every flow of the shop as the engine does", async () => {
      for (const { flow, verdict, egress, ingress } of flows) {
        const { status, json } = await check(mf, flow);
        const reasons = { egress: { reason: egress }, ingress: { reason: ingress } };
        expect({ status, json }).toMatchObject({ status: 200, json: { decision: { verdict, ...reasons } } });
        expect(invalid("#/components/schemas/Flow", flow)).toEqual([]);
      }
      for (const { flow, code } of errors) expect(await check(mf, flow)).toMatchObject({ status: 422, json: { code } });
    });

    it("says in every answer which snapshot it is from, and how old that is", async () => {
      const sha256 = hashOf(shop);
      for (const { headers, json } of [await check(mf, catalog), await ask(mf, "/healthz", { method: "GET" })]) {
        expect(json).toMatchObject({ snapshot: { sha256, takenAt: pointerOf(shop).takenAt } });
        expect(headers.get("Netverdict-Snapshot")).toBe(sha256);
      }
    });

    it("answers many lines, each in its place", async () => {
      const asked = Array.from({ length: 5000 }, (_, at) => flows[at % flows.length]!);
      const answers = await batch(mf, [asked.map(({ flow }) => JSON.stringify(flow)).join("\n")]);
      expect(answers.pop()?.end).toEqual({ answers: asked.length, errors: 0 });
      expect(answers.map(({ line, decision }) => [line, decision?.verdict])).toEqual(
        asked.map(({ verdict }, at) => [at + 1, verdict]),
      );
    });
  });

  describe("why", () => {
    let mf: Miniflare;
    const query = { from: catalog.from, to: catalog.to, port: "8080" };
    const denied = { from: catalog.from, to: "data/orders-db-0", port: "5432" };
    beforeAll(async () => {
      mf = await worker(shop);
    });

    it("is what the library says of the manifests, for every flow of the shop", async () => {
      const state = loadState(manifestsOf(join(folder.path, "shop", "manifests"), "shop/manifests"));
      for (const { flow } of flows) {
        const asked = queryOf(flow as Flow);
        const { status, json, headers } = await why(mf, asked);
        const explanation = JSON.parse(JSON.stringify(explain(state, flow as Flow, { changes: false })));
        const sha256 = hashOf(shop);
        expect({ status, json }).toEqual({
          status: 200,
          json: { explanation, snapshot: { sha256, takenAt: pointerOf(shop).takenAt, ageSeconds: expect.any(Number) } },
        });
        expect(headers.get("Netverdict-Snapshot")).toBe(sha256);
      }
      const { json } = await why(mf, { ...denied, changes: "true" });
      const flow = { from: denied.from, to: denied.to, port: 5432 };
      const explanation = JSON.parse(JSON.stringify(explain(state, flow)));
      expect(json).toMatchObject({ explanation });
      expect(explanation.changes.length).toBeGreaterThan(0);
    });

    it("is text where that is asked for, by the query before the header", async () => {
      for (const [asked, Accept, type] of [
        [{}, undefined, "application/json"],
        [{}, "*/*", "application/json"],
        [{}, "text/plain", "text/plain"],
        [{}, "application/json, text/plain", "application/json"],
        [{ format: "text" }, "application/json", "text/plain"],
        [{ format: "json" }, "text/plain", "application/json"],
      ] as const) {
        const { status, headers, text } = await why(mf, { ...denied, ...asked }, { headers: { Accept } });
        expect([status, headers.get("Content-Type")?.split(";")[0]]).toEqual([200, type]);
        expect(text.startsWith("deny  ")).toBe(type === "text/plain");
        expect(text).toMatch(/policies\.yaml/);
      }
    });

    it("can be asked of a pod to come, of a Service and by a port's name", async () => {
      for (const [flow, verdict] of [
        // The stable backend passes, the canary does not.
        [{ ...catalog, to: { service: "shop/catalog" }, port: 80 }, "deny"],
        [{ ...catalog, from: { namespace: "shop", labels: { app: "storefront" } } }, "allow"],
        [{ ...catalog, from: { namespace: "shop", labels: {} } }, "deny"],
        [{ ...catalog, port: "http" }, "allow"],
      ] as const) {
        const { status, json } = await why(mf, queryOf(flow));
        expect({ status, json }, JSON.stringify(flow)).toMatchObject({
          status: 200,
          json: { explanation: { verdict } },
        });
      }
    });

    it("is not told without the token", async () => {
      const { status, json } = await why(mf, query, { headers: { Authorization: undefined } });
      expect({ status, json }).toMatchObject({ status: 401, json: { code: "unauthorized" } });
    });

    it.each([
      ["a field that there is not", "from=shop/a&to=shop/b&protcol=UDP", 400, "invalid-query"],
      ["a field twice", "from=shop/a&to=shop/b&to=shop/c", 400, "invalid-query"],
      ["an end that begins as JSON and is none", "from={&to=shop/b&port=1", 400, "invalid-query"],
      ["another format", "from=shop/a&to=shop/b&port=1&format=yaml", 400, "invalid-query"],
      ["changes that are neither true nor false", "from=shop/a&to=shop/b&port=1&changes=yes", 400, "invalid-query"],
      ["too much of it", `from=${"x".repeat(2 ** 14)}&to=shop/b`, 414, "too-long"],
      ["no query", "", 422, "invalid-flow"],
      ["no destination", "from=shop/a&port=80", 422, "invalid-flow"],
      ["an unknown pod", `from=${catalog.from}&to=shop/nobody&port=80`, 422, "unknown-pod"],
      ["a port too far", `from=${catalog.from}&to=${catalog.to}&port=65536`, 422, "invalid-flow"],
    ])("with %s is refused", async (_, search, status, code) => {
      expect(await ask(mf, `/explain?${search}`, { method: "GET" })).toMatchObject({ status, json: { code } });
    });

    it("is asked by GET and HEAD alone", async () => {
      const { status, headers } = await ask(mf, "/explain");
      expect([status, headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
    });

    it("cannot be said from a snapshot without policies, from which flows are still answered", async () => {
      const plain = await worker(unexplained);
      const { status, json, headers } = await why(plain, query);
      expect({ status, json }).toMatchObject({ status: 503, json: { code: "snapshot-cannot-explain" } });
      expect(headers.get("Retry-After")).toBe("60");
      expect((await check(plain, catalog)).status).toBe(200);
    });
  });

  describe("requests", () => {
    let mf: Miniflare;
    beforeAll(async () => {
      mf = await worker(shop);
    });

    it.each([
      ["no token", undefined],
      ["another token", `Bearer ${TOKEN}x`],
      ["the beginning of the token", `Bearer ${TOKEN.slice(0, -1)}`],
      ["an empty token", "Bearer "],
      ["another scheme", `Basic ${TOKEN}`],
    ])("with %s are refused", async (_, Authorization) => {
      for (const path of ["/check", "/batch"]) {
        const { status, json, headers } = await ask(mf, path, { headers: { Authorization }, body: "{}" });
        expect({ status, json }).toMatchObject({ status: 401, json: { code: "unauthorized" } });
        expect(headers.get("Netverdict-Snapshot")).toBeNull();
      }
    });

    it.each([
      ["/check", 2 ** 14],
      ["/batch", 2 ** 23],
    ])("to %s with a body that is declared too large are refused before it is sent", async (path, limit) => {
      const headers = { "Content-Length": String(limit + 1) };
      const refused = await ask(mf, path, { headers, open: true });
      expect(refused).toMatchObject({ status: 413, json: { code: "too-large" } });
    });

    it("with a body that turns out too large are refused before its end", async () => {
      const body = ['{"from": "', "x".repeat(2 ** 14)];
      const refused = await ask(mf, "/check", { body, open: true });
      expect(refused).toMatchObject({ status: 413, json: { code: "too-large" } });
    });

    it("with a batch that turns out too large are answered until then, and without a line `end`", async () => {
      const line = `${JSON.stringify(catalog)}\n`;
      const lines = await batch(mf, [line, `${" ".repeat(1023)}\n`.repeat(2 ** 13)], true);
      expect(lines.map(({ decision, error }) => decision?.verdict ?? error?.code)).toEqual(["allow", "too-large"]);
    });

    it.each([
      ["malformed JSON", '{"from": "shop/', 400, "malformed-json"],
      ["nothing", "", 400, "malformed-json"],
      ["bytes that are no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "malformed-json"],
      ["an array", "[]", 422, "invalid-flow"],
      ["null", "null", 422, "invalid-flow"],
      ["a misspelt field", JSON.stringify({ ...catalog, protcol: "UDP" }), 422, "invalid-flow"],
      ["a pod's index", JSON.stringify({ ...catalog, from: 0 }), 422, "invalid-flow"],
      ["no destination", JSON.stringify({ from: "shop/a", port: 80 }), 422, "invalid-flow"],
      ["an end that is null", JSON.stringify({ ...catalog, to: null }), 422, "invalid-flow"],
      ["an unknown pod", JSON.stringify({ ...catalog, from: "shop/nobody" }), 422, "unknown-pod"],
      ["a pod to come", JSON.stringify({ ...catalog, from: { namespace: "a", labels: {} } }), 422, "needs-full-state"],
      ["a port too far", JSON.stringify({ ...catalog, port: 65_536 }), 422, "invalid-flow"],
    ])("with %s are told so", async (_, body, status, code) => {
      expect(await ask(mf, "/check", { body })).toMatchObject({ status, json: { code } });
    });

    it("of another type, path or method are refused", async () => {
      const plain = { "Content-Type": "text/plain" };
      for (const path of ["/check", "/batch"]) {
        expect((await ask(mf, path, { headers: plain })).status).toBe(415);
        expect((await ask(mf, path, { headers: { "Content-Encoding": "gzip" } })).status).toBe(415);
        expect((await ask(mf, path, { method: "GET" })).headers.get("Allow")).toBe("POST");
      }
      expect((await ask(mf, "/healthz")).headers.get("Allow")).toBe("GET, HEAD");
      for (const path of ["/", "/check/", "/toString"]) expect((await ask(mf, path)).status).toBe(404);
    });

    it("of a batch get an error for a line that is none, and answers for the others", async () => {
      const line = JSON.stringify(catalog);
      const unknown = JSON.stringify({ ...catalog, to: "shop/nobody" });
      const lines = await batch(mf, [line, "\r\n{", "]\n\n", unknown, `\n"${"x".repeat(20_000)}"\n`, line]);
      expect(lines.map(({ line, decision, error }) => [line, decision?.verdict ?? error?.code])).toEqual([
        [1, "allow"],
        [2, "malformed-json"],
        [4, "unknown-pod"],
        [5, "too-large"],
        [6, "allow"],
        [undefined, undefined],
      ]);
      expect(lines.at(-1)?.end).toEqual({ answers: 2, errors: 3 });
      expect((await batch(mf, "")).map(({ end }) => end)).toEqual([{ answers: 0, errors: 0 }]);
    });

    it("of a batch are answered while it is still being sent", async () => {
      const { send, end, answers } = await openBatch(mf);
      for (const [at, { flow, verdict }] of flows.slice(0, 3).entries()) {
        send(JSON.stringify(flow));
        const { value } = await answers.next();
        expect(JSON.parse(value ?? "")).toMatchObject({ line: at + 1, decision: { verdict } });
      }
      end();
      const { value } = await answers.next();
      expect(JSON.parse(value ?? "")).toMatchObject({ end: { answers: 3, errors: 0 } });
      expect(await answers.next()).toMatchObject({ done: true });
    });

    it("from pages are not let through", async () => {
      const { headers } = await check(mf, catalog, { Origin: "https://page.example" });
      expect([...allowances(headers)]).toEqual([]);
      const before = { Origin: "https://page.example", "Access-Control-Request-Method": "POST" };
      expect((await ask(mf, "/healthz", { method: "OPTIONS", headers: before })).status).toBe(405);
    });
  });

  it("answers as its page shows", async () => {
    const mf = await worker(shop);
    const [answer, lines] = page.filter(({ language }) => language === "json").map(({ text }) => text);
    const [curl] = page.filter(({ text }) => text.startsWith("curl "));
    const asked = /-d '(.*)'/.exec(curl!.text)?.[1] ?? "";
    const { json } = await check(mf, asked);
    expect(json).toMatchObject({ decision: JSON.parse(answer!).decision });
    const [shell] = page.filter(({ text }) => text.startsWith("curl -G"));
    const query = Object.fromEntries(
      [...shell!.text.matchAll(/-d ([a-z]+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    const [explained] = page.filter(({ language }) => language === "text");
    expect((await why(mf, query as Record<string, string>)).text.trimEnd()).toBe(explained!.text.trimEnd());
    const unknown = JSON.stringify({ ...catalog, to: "shop/nobody" });
    const shown = parseLines(lines!).map(({ snapshot, ...line }) => line);
    expect((await batch(mf, [`${asked}\n${unknown}`])).map(({ snapshot, ...line }) => line)).toEqual(shown);
  });

  it("lets pages ask from origins that are named, and from no others", async () => {
    const mf = await worker(shop, { ALLOWED_ORIGINS: "https://page.example, https://other.example" });
    const before = { Origin: "https://page.example", "Access-Control-Request-Method": "POST" };
    const preflight = await ask(mf, "/check", { method: "OPTIONS", headers: before });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toBe("Authorization, Content-Type");
    const allowed = await check(mf, catalog, { Origin: "https://page.example" });
    expect(allowed.headers.get("Access-Control-Allow-Origin")).toBe("https://page.example");
    const other = await check(mf, catalog, { Origin: "https://page.example.evil" });
    expect([...allowances(other.headers)]).toEqual([]);
    expect(other.headers.get("Vary")).toBe("Origin");
  });

  it.each([
    ["nothing is published", () => [], "no-snapshot"],
    ["the pointer is no JSON", () => [["current", Buffer.from("{")]], "unusable-snapshot"],
    ["the pointer names no hash", () => [pointer({ sha256: "../x", takenAt: new Date() })], "unusable-snapshot"],
    ["what it names is not there", () => [...shop].slice(1), "unusable-snapshot"],
    ["the bytes were altered", () => altered(shop), "unusable-snapshot"],
    ["the bytes are no snapshot", () => junk(), "unusable-snapshot"],
    ["it is too old", () => aged(shop, 86_400_000 + MINUTE), "snapshot-too-old"],
    ["it is from the future", () => aged(shop, -10 * MINUTE), "unusable-snapshot"],
  ] as [string, () => [string, Uint8Array][], string][])("answers nothing when %s", async (_, files, code) => {
    const mf = await worker(files());
    const answers = [
      await check(mf, catalog),
      await why(mf, { from: catalog.from, to: catalog.to, port: "8080" }),
      await ask(mf, "/batch", { body: JSON.stringify(catalog) }),
      await ask(mf, "/healthz", { method: "GET" }),
    ];
    for (const { status, json, headers, text } of answers) {
      expect({ status, json }).toMatchObject({ status: 503, json: { code } });
      expect(headers.get("Retry-After")).toBe("60");
      expect(text).not.toMatch(/snapshots\/|SHA|\.ts|\.js/);
    }
    // A good one is taken as soon as it is there.
    await store(mf, "KV", shop);
    expect((await check(mf, catalog)).status).toBe(200);
  });

  it.each([
    ["a token", { TOKEN: "" }],
    ["a sound limit", { MAX_SNAPSHOT_AGE: "forever" }],
  ])("answers nothing without %s, and does not say why", async (_, vars) => {
    const mf = await worker(shop, vars);
    const answers = [
      await check(mf, catalog),
      await why(mf, { from: catalog.from, to: catalog.to, port: "8080" }),
      await ask(mf, "/batch", { body: "" }),
      await ask(mf, "/healthz", { method: "GET" }),
    ];
    for (const { status, json } of answers) {
      expect(status).toBe(500);
      expect(json).toEqual({ type: "about:blank", title: "Internal Server Error", status: 500, code: "misconfigured" });
    }
  });

  it("never mixes snapshots that are swapped under load", async () => {
    const mf = await worker(shop);
    const verdicts = new Map([
      [hashOf(shop), "allow"],
      [hashOf(closed), "deny"],
    ]);
    const lines = `${JSON.stringify(catalog)}\n`.repeat(300);
    const seen = new Set<string>();
    let swapping = true;
    const load = Array.from({ length: 8 }, async (_, at) => {
      while (swapping) {
        const { text } = at % 2 === 0 ? await check(mf, catalog) : await ask(mf, "/batch", { body: [lines] });
        const answers = parseLines(text);
        expect(new Set(answers.map(({ snapshot }) => snapshot.sha256)).size).toBe(1);
        for (const { decision, snapshot } of answers) {
          seen.add(snapshot.sha256);
          if (decision !== undefined) expect(decision.verdict).toBe(verdicts.get(snapshot.sha256));
        }
      }
    });
    try {
      for (let swap = 0; swap < 20; swap++) {
        await store(mf, "KV", swap % 2 === 0 ? closed : shop);
        await check(mf, catalog);
      }
    } finally {
      swapping = false;
    }
    await Promise.all(load);
    expect(seen).toEqual(new Set(verdicts.keys()));
  });

  it("has given every answer that its description knows", () => {
    expect(describedAnswers().filter((answer) => !statuses.has(answer))).toEqual([]);
  });
});

/** The manifests in a folder, named as the command names them when it is given `prefix`. */
function manifestsOf(path: string, prefix: string): { file: string; text: string }[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => ({ file: `${prefix}/${name}`, text: readFileSync(join(path, name), "utf8") }));
}

/** A flow as the query of `/explain`. */
function queryOf(flow: Flow): Record<string, string> {
  const fields = Object.entries(flow).map(([name, value]) => [
    name,
    typeof value === "object" ? JSON.stringify(value) : String(value),
  ]);
  return Object.fromEntries(fields);
}

function* allowances(headers: { get(name: string): string | null }): Generator<string> {
  for (const name of ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers"]) {
    if (headers.get(name) !== null) yield name;
  }
}
