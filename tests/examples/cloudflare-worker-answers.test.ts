/** examples/cloudflare-worker in the real workerd: what goes with answers and refusals, and settings that make no sense. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadState } from "../../bindings/inline.ts";
import { whyNoWorkerd } from "./miniflare.ts";
import { describeWith } from "./needs.ts";
import { invalid } from "./openapi.ts";
import { type Folder, installPacked, PACKING_MS } from "./packed.ts";
import { bundle, start, store, TOKEN } from "./worker.ts";
import { ask, batch, check, why } from "./worker-client.ts";
import { type Files, hashOf, take } from "./worker-snapshots.ts";

const flow = { from: "shop/web", to: "front/db", port: 80 };
const query = { from: flow.from, to: flow.to, port: "80" };

/** No policies, no Namespaces, and two pods with a port name twice: three codes, one of them for two objects. */
const bare = JSON.stringify([pod("shop", "web", "10.0.0.1"), pod("front", "db", "10.0.0.2")]);

describeWith("workerd by miniflare", whyNoWorkerd(), "answers of examples/cloudflare-worker", () => {
  let folder: Folder;
  let modules: Awaited<ReturnType<typeof bundle>>;
  let files: Files;
  let mf: Miniflare;
  const running: Miniflare[] = [];

  beforeAll(async () => {
    folder = installPacked("cloudflare-worker");
    modules = await bundle(join(folder.path, "cloudflare-worker", "src", "index.ts"));
    writeFileSync(join(folder.path, "bare.json"), bare);
    files = take(folder.path, "bare.snapshot", "bare.json");
    mf = await worker();
  }, PACKING_MS);
  afterAll(async () => {
    await Promise.all(running.map((mf) => mf.dispose()));
    folder.remove();
  });

  async function worker(vars: Readonly<Record<string, string>> = {}, log?: (text: string) => void): Promise<Miniflare> {
    const mf = await start(modules, "KV", vars, log);
    running.push(mf);
    await store(mf, "KV", files);
    return mf;
  }

  describe("caveats of the state", () => {
    const all = loadState(bare).caveats;
    const codes = [...new Set(all.map(({ code }) => code))];
    const expected = codes.map((code) => {
      const [first, ...others] = all.filter((caveat) => caveat.code === code);
      return { code, message: first?.message, ...(others.length > 0 && { more: others.length }) };
    });

    it("stand beside every verdict, one for each code", async () => {
      expect(codes).toEqual(expect.arrayContaining(["no-policies", "no-namespaces", "duplicate-port-name"]));
      expect(expected).toContainEqual(expect.objectContaining({ code: "duplicate-port-name", more: 1 }));
      expect((await check(mf, flow)).json).toMatchObject({ decision: { verdict: "allow" }, caveats: expected });
      expect((await why(mf, query)).json).toMatchObject({ explanation: { verdict: "allow" }, caveats: expected });
      const lines = await batch(mf, `${JSON.stringify(flow)}\n{}\n`);
      expect(lines.map(({ caveats }) => caveats)).toEqual([expected, expected, expected]);
    });

    it("end an explanation as text, as the command tells them", async () => {
      const { text } = await why(mf, { ...query, format: "text" });
      const notes = text.split("\n").filter((line) => line.startsWith("note: "));
      expect(notes).toHaveLength(codes.length);
      expect(notes).toContainEqual(expect.stringMatching(/no NetworkPolicy was loaded.* \[no-policies\]$/));
      expect(notes).toContainEqual(expect.stringMatching(/ \(and 1 more\) \[duplicate-port-name\]$/));
    });

    it("are not told to whom has no token", async () => {
      const { text } = await ask(mf, "/healthz", { method: "GET", headers: { Authorization: undefined } });
      expect(text).not.toContain("caveats");
    });
  });

  describe("refusals of a flow", () => {
    it.each([
      ["an unknown pod", { ...flow, to: "shop/nobody" }, "unknown-pod", ["to"]],
      ["a misspelt field", { ...flow, protcol: "UDP" }, "invalid-flow", ["protcol"]],
      ["no source", { to: flow.to }, "invalid-flow", ["from"]],
      ["a port too far", { ...flow, port: 65_536 }, "invalid-flow", ["port"]],
    ])("say of %s where it is, and which snapshot has no answer", async (_, asked, code, path) => {
      const { status, json, headers } = await check(mf, asked);
      const sha256 = hashOf(files);
      expect({ status, json }).toMatchObject({ status: 422, json: { code, path, snapshot: { sha256 } } });
      expect(headers.get("Netverdict-Snapshot")).toBe(sha256);
      const [line] = await batch(mf, JSON.stringify(asked));
      expect(line).toMatchObject({ line: 1, error: { code, path }, snapshot: { sha256 } });
      expect(line?.error).not.toHaveProperty("snapshot");
    });

    it("come for whatever the description of a flow does not permit", async () => {
      for (const field of ["from", "to", "port", "protocol", "family"]) {
        for (const value of [null, true, 0, 1.5, [], {}, "", { pod: 1 }, { pod: "shop/web", ip: "10.0.0.1" }]) {
          const asked = { ...flow, [field]: value };
          if (invalid("#/components/schemas/Flow", asked).length === 0) continue;
          const { status, json } = await check(mf, asked);
          expect({ status, json }, JSON.stringify(asked)).toMatchObject({ status: 422, json: { path: [field] } });
        }
      }
    });

    it("come for a key that is given twice, of which only one would be read", async () => {
      const ends = `"from":"${flow.from}","to":"${flow.to}"`;
      for (const body of [`{${ends},"port":80,"port":81}`, `{${ends},"port":80,"fr\\u006fm":"front/db"}`]) {
        expect(await check(mf, body)).toMatchObject({ status: 400, json: { code: "malformed-json" } });
        const [line] = await batch(mf, body);
        expect(line?.error).toMatchObject({ status: 400, detail: expect.stringContaining("is given twice") });
      }
      const twice = await why(mf, { ...query, to: '{"pod":"front/db","pod":"shop/web"}' });
      expect(twice).toMatchObject({ status: 400, json: { code: "invalid-query" } });
      // Another object may have it too, and a value may be the same text.
      const nested = { ...query, from: '{"namespace":"shop","labels":{"namespace":"labels","labels":"x"}}' };
      expect((await why(mf, nested)).status).toBe(200);
    });

    it("repeat what was given for a port that is an object in a query", async () => {
      const { status, json } = await why(mf, { ...query, port: '{"a":1}' });
      expect(status).toBe(422);
      expect(json).toMatchObject({ path: ["port"], detail: expect.stringContaining('{"a":1}') });
    });
  });

  it.each(["/healthz", "/explain"])("HEAD %s is answered as GET, without a body", async (path) => {
    const search = path === "/explain" ? `?${new URLSearchParams(query)}` : "";
    const [head, get] = [
      await ask(mf, path + search, { method: "HEAD" }),
      await ask(mf, path + search, { method: "GET" }),
    ];
    expect([head.status, head.text]).toEqual([200, ""]);
    for (const name of ["Content-Type", "Netverdict-Snapshot"])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
  });

  it.each([
    ["application/json; charset=utf-8", 200],
    ['application/json;charset="UTF-8"', 200],
    ["application/json; charset=utf-16", 415],
    ["application/json; a=b; charset=latin1", 415],
  ])("a body declared as %s is answered %i", async (type, status) => {
    expect((await check(mf, flow, { "Content-Type": type })).status).toBe(status);
  });

  it.each([
    ["text/plain, application/json;q=0.5", "text/plain"],
    ["text/plain;q=0.5, application/json", "application/json"],
    ["application/json;q=0", "text/plain"],
    ["application/json;q=0, */*", "text/plain"],
    ["text/plain;q=0, application/json;q=0", "application/json"],
    ["text/*", "text/plain"],
    ["TEXT/PLAIN; Q=1, application/*;q=0.1", "text/plain"],
    ["image/png", "application/json"],
  ])("an explanation for `Accept: %s` is %s", async (Accept, type) => {
    const { status, headers } = await why(mf, query, { headers: { Accept } });
    expect([status, headers.get("Content-Type")?.split(";")[0]]).toEqual([200, type]);
  });

  it.each([
    ["a token that no request can carry", { TOKEN: "pässword-pässword" }, /TOKEN must be of letters/],
    ["a token with a space", { TOKEN: `${TOKEN} more` }, /TOKEN must be of letters/],
    ["every origin", { ALLOWED_ORIGINS: "*" }, /ALLOWED_ORIGINS .*`\*`/],
    [
      "an origin with a slash",
      { ALLOWED_ORIGINS: "https://a.example, https://b.example/" },
      /`https:\/\/b\.example\/`/,
    ],
    ["an origin without a scheme", { ALLOWED_ORIGINS: "page.example" }, /`page\.example`/],
    ["an origin in capitals", { ALLOWED_ORIGINS: "https://Page.example" }, /`https:\/\/Page\.example`/],
    ["the origin of no page", { ALLOWED_ORIGINS: "null" }, /`null`/],
  ])("nothing is answered with %s; the log says why, without the token", async (_, vars, why) => {
    let log = "";
    const wrong = await worker(vars, (text) => {
      log += text;
    });
    const before = { Origin: "https://b.example", "Access-Control-Request-Method": "POST" };
    for (const { status, json, headers } of [
      await check(wrong, flow),
      await ask(wrong, "/healthz", { method: "GET" }),
      await check(wrong, flow, { Origin: "https://b.example" }),
      await ask(wrong, "/check", { method: "OPTIONS", headers: before }),
    ]) {
      expect({ status, json }).toMatchObject({ status: 500, json: { code: "misconfigured" } });
      expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
    }
    await expect.poll(() => log).toMatch(why);
    if ("TOKEN" in vars) expect(log).not.toContain(vars.TOKEN);
  });

  it("pages of origins that are no websites' can be named too", async () => {
    const Origin = "chrome-extension://abcdefghijklmnop";
    const extended = await worker({ ALLOWED_ORIGINS: Origin });
    expect((await check(extended, flow, { Origin })).headers.get("Access-Control-Allow-Origin")).toBe(Origin);
  });
});

function pod(namespace: string, name: string, podIP: string): object {
  const containers = [1, 2].map((containerPort) => ({
    name: `container-${containerPort}`,
    image: "image",
    ports: [{ name: "twice", containerPort }],
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name },
    spec: { containers },
    status: { phase: "Running", podIP },
  };
}
