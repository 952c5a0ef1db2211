/** Chromium: a plain page, and one that is cross-origin isolated, with two workers over one state. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../examples/needs.ts";
import { MAIN, useSuite } from "./folder.ts";
import { CHROMIUM } from "./programs.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};
/** What makes a page cross-origin isolated. */
const ISOLATION = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

const page = (script: string) => `<!doctype html><meta charset="utf-8"><title>netverdict</title>
<script type="module" src="/${script}"></script>`;
/** Without an import map, which would be a script in the page, modules are named by their paths. */
const script = (body: string) => `const tell = (text) => { document.title = text; };
try { ${body.replaceAll('"netverdict/slim"', '"/node_modules/netverdict/dist/slim.js"').replaceAll('"netverdict"', '"/node_modules/netverdict/dist/index.js"')} }
catch (error) { tell("failed: " + error.message); }
`;

const DYNAMIC_MAIN = MAIN.replaceAll(/import (.*) from ("[^"]+");/g, (_, names: string, from: string) =>
  names.startsWith("* as ")
    ? `const ${names.slice(5)} = await import(${from});`
    : `const ${names} = await import(${from.replace('"./', '"/')});`,
).replace("console.log(", "tell(");

describeWith("Chromium", CHROMIUM.missing, "Chromium", () => {
  const suite = useSuite();
  let server: Server;
  let browser: Browser;
  let origin: string;
  let isolated = false;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
      try {
        const body = readFileSync(join(suite.path, path));
        const type = TYPES[extname(path)] ?? "text/plain";
        response.writeHead(200, {
          "content-type": type,
          "content-security-policy": POLICY,
          ...(isolated && ISOLATION),
        });
        response.end(body);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Chromium's own sandbox needs rights that containers do not give; the pages are this repository's.
    browser = await chromium.launch({ executablePath: CHROMIUM.path, args: ["--no-sandbox"] });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  /** A page, and its script beside it. */
  function write(name: string, text: string): void {
    suite.write(`${name}.html`, page(`${name}-page.mjs`));
    suite.write(`${name}-page.mjs`, text);
  }

  /** The title that a page has given itself. */
  async function told(name: string): Promise<string> {
    const opened = await browser.newPage();
    try {
      await opened.goto(`${origin}/${name}`);
      const isTold = () => (globalThis as unknown as { document: { title: string } }).document.title !== "netverdict";
      await opened.waitForFunction(isTold, undefined, { timeout: 90_000 });
      return `${await opened.title()}\n`;
    } finally {
      await opened.close();
    }
  }

  it("answers the vectors on a page under a content security policy", async () => {
    write("plain", script(DYNAMIC_MAIN));
    expect(await told("plain.html")).toBe(suite.expected);
  });

  it("answers them by netverdict/slim, with a core that is compiled while it streams in", async () => {
    write(
      "slim",
      script(`const slim = await import("netverdict/slim");
        const compile = (name) => WebAssembly.compileStreaming(fetch("/node_modules/netverdict/dist/" + name));
        const api = slim.withCore({ core: await compile("core.wasm"), inspect: await compile("core-inspect.wasm") });
        const { runVectors } = await import("/suite.mjs");
        const { vectors } = await import("/vectors.mjs");
        const { answers, hash } = runVectors({ ...slim, ...api }, vectors);
        tell(answers + " " + hash);`),
    );
    expect(await told("slim.html")).toBe(suite.expected);
  });

  it("cannot hand a shared state to a worker where the page is not cross-origin isolated", async () => {
    write(
      "refused",
      script(`const { loadState, shareState } = await import("netverdict");
        try { new Worker("/none.mjs").postMessage(shareState(loadState([]))); tell("shared"); }
        catch (error) { tell(error.name); }`),
    );
    expect(await told("refused.html")).toBe("DataCloneError\n");
  });

  it("reads one shared state in two workers, cross-origin isolated", async () => {
    isolated = true;
    suite.write(
      "worker-page.mjs",
      `import * as netverdict from "/node_modules/netverdict/dist/index.js";
       import { runShared } from "/suite.mjs";
       self.onmessage = ({ data }) => self.postMessage(runShared(netverdict, data));
       self.postMessage("ready");`,
    );
    write(
      "isolated",
      script(`const netverdict = await import("netverdict");
        const { makeShared } = await import("/suite.mjs");
        const { vectors } = await import("/vectors.mjs");
        const { handle, columns, expected } = makeShared(netverdict, vectors[0]);
        const answers = await Promise.all([0, 1].map(() => new Promise((resolve, reject) => {
          const worker = new Worker("/worker-page.mjs", { type: "module" });
          worker.onmessage = ({ data }) => { if (data === "ready") worker.postMessage({ handle, columns }); else resolve(data); };
          worker.onerror = reject;
        })));
        tell([crossOriginIsolated, answers.every((answer) => answer === expected), answers.length, expected.length > 100].join(" "));`),
    );
    expect(await told("isolated.html")).toBe("true true 2 true\n");
  });
});
