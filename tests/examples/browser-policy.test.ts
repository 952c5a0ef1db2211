/** The policy of examples/browser as it is written; browser.test.ts has Chromium enforce it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXAMPLES } from "./example.ts";

const html = readFileSync(join(EXAMPLES, "browser", "index.html"), "utf8");
const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";

describe("the page's policy", () => {
  it("permits scripts of its own origin and WebAssembly, nothing inline, no eval, no connections", () => {
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'"]),
    );
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|data:|https?:|connect-src|\*/);
  });

  it("is met by the markup: no inline script, style or handler", () => {
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain('<script type="module" src="app.js"></script>');
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
  });
});
