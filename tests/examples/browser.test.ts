/** examples/browser in a real Chromium, on the packed package. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeBlocks } from "../docs/markdown.ts";
import { askShownFlow, CHROMIUM, DESKTOP, launch, type Served, serve } from "./chromium.ts";
import { EXAMPLES } from "./example.ts";
import { describeWith, whyMissing } from "./needs.ts";
import { type Folder, installPacked, PACKING_MS } from "./packed.ts";
import { contrastOf, pixelsOf } from "./pixels.ts";

const HERE = join(EXAMPLES, "browser");
const TMP = join(EXAMPLES, "..", "tests", ".tmp");
const PHONE = { width: 380, height: 800 };
const SCHEMES = ["light", "dark"] as const;

const html = readFileSync(join(HERE, "index.html"), "utf8");

describeWith("Chromium", whyMissing(CHROMIUM), "examples/browser", () => {
  let folder: Folder;
  let served: Served;
  let browser: Browser;
  let page: Page;
  /** What the browser complains about: violations of the policy, errors on the console, exceptions. */
  let complaints: string[];
  let requested: string[];

  beforeAll(async () => {
    folder = installPacked("browser");
    served = await serve(folder.path);
    browser = await launch();
    mkdirSync(TMP, { recursive: true });
  }, PACKING_MS);
  afterAll(async () => {
    await browser?.close();
    served?.stop();
    folder?.remove();
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const opened = await browser.newPage({ viewport: DESKTOP, ...options });
    complaints = [];
    requested = [];
    opened.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("request", (request) => requested.push(request.url()));
    await opened.exposeFunction("complain", (text: string) => complaints.push(text));
    await opened.addInitScript(
      `document.addEventListener("securitypolicyviolation", (event) => complain("violates " + event.effectiveDirective));`,
    );
    return opened;
  }

  beforeEach(async () => {
    page = await open();
    await page.goto(served.url);
  });
  afterEach(() => page.close());

  const status = () => page.getByRole("status");
  const alert = () => page.getByRole("alert");
  const verdict = () => status().getByRole("heading", { level: 2 });

  async function ask(flow: Readonly<Record<string, string>>): Promise<void> {
    for (const [field, text] of Object.entries(flow)) {
      if (field === "Protocol") await page.getByLabel("Protocol").selectOption(text);
      else await page.getByLabel(field, { exact: true }).fill(text);
    }
    await page.getByRole("button", { name: "Ask" }).click();
  }

  it("answers the flow that it shows, and asks nobody else", async () => {
    await askShownFlow(page);
    expect(await verdict().textContent()).toBe("✕ Denied");
    const sides = await status().locator("dd").allInnerTexts();
    expect(sides[0]).toMatch(/^allow – .*not-isolated$/);
    expect(sides[1]).toMatch(/^deny – .*no-rule$/);
    expect(requested.filter((url) => !url.startsWith(served.url))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("answers every kind of end, and changed manifests", async () => {
    await ask({ From: "shop/web" });
    expect(await verdict().textContent()).toBe("✓ Allowed");
    await ask({ From: "10.0.0.2", Port: "5432", Protocol: "UDP" });
    expect(await verdict().textContent()).toBe("✕ Denied");
    await ask({ From: "192.0.2.1", To: "10.0.0.1", Port: "", Protocol: "ICMP" });
    expect(await verdict().textContent()).toBe("✓ Allowed");
    const manifests = await page.getByLabel("Manifests").inputValue();
    const service = "kind: Service\napiVersion: v1\nmetadata: { name: all, namespace: shop }\n";
    const spec = "spec: { clusterIP: 10.96.0.1, selector: { app: db }, ports: [{ port: 80, targetPort: 5432 }] }\n";
    await page.getByLabel("Manifests").fill(`${manifests}---\n${service}${spec}`);
    await ask({ From: "shop/web", To: "service:shop/all", Port: "80", Protocol: "TCP" });
    expect(await verdict().textContent()).toBe("✓ Allowed");
    expect(await status().getByRole("row").allInnerTexts()).toEqual([
      expect.stringContaining("verdict"),
      expect.stringMatching(/allow\s+shop\/web\s+shop\/db\s+5432/),
    ]);
    expect(complaints).toEqual([]);
  });

  it.each([
    ["Manifests", "\n---\n"],
    ["From", "shop/web"],
    ["To", "shop/web"],
    ["Port", "80"],
    ["Protocol", "UDP"],
  ])("shows no verdict on what was written before %s changed", async (label, text) => {
    await ask({});
    expect(await verdict().count()).toBe(1);
    if (label === "Protocol") await page.getByLabel(label).selectOption(text);
    else await page.getByLabel(label, { exact: true }).pressSequentially(text);
    expect(await status().textContent()).toBe("");
    await page.getByRole("button", { name: "Ask" }).click();
    expect((await verdict().count()) + (await alert().getByRole("heading").count())).toBe(1);
  });

  it("says undetermined, and what would settle it", async () => {
    await page.getByLabel("Manifests").fill(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }
---
{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: front }, status: { phase: Running, podIP: 10.0.0.1 } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: db, namespace: shop }, status: { phase: Running, podIP: 10.0.0.2 } }`);
    await ask({ From: "front/web", To: "shop/db" });
    expect(await verdict().textContent()).toBe("? Undetermined");
    expect(await status().textContent()).toContain("namespace-undeclared");
  });

  it("tells every problem of the manifests with its line, and goes there", async () => {
    const broken = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: db, namespace: shop }\n";
    await page.getByLabel("Manifests").fill(`${"# \n".repeat(60)}${broken}spec:\n  podSelectr: {}\n  ingres: []\n`);
    await ask({});
    expect(await alert().getByRole("heading").textContent()).toMatch(/^No answer: \d problems$/);
    expect(await alert().textContent()).toMatch(/NetworkPolicy shop\/db: .*podSelectr.*unknown-field/);
    expect(await verdict().count()).toBe(0);
    await alert().getByRole("button", { name: "Line 65", exact: true }).click();
    expect(await page.evaluate("getSelection().toString()")).toBe("  podSelectr: {}");
    expect(await page.evaluate("document.activeElement.id")).toBe("manifests");
    expect(await page.evaluate("document.activeElement.scrollTop > 100")).toBe(true);
  });

  it.each([
    ["From", "shop/nobody", "unknown-pod"],
    ["To", "", "invalid-flow"],
    ["Port", "99999", "invalid-flow"],
  ])("marks the field %s where the flow is wrong, until it is right", async (label, text, code) => {
    const field = page.getByLabel(label, { exact: true });
    const before = await field.inputValue();
    await ask({ [label]: text });
    expect(await alert().textContent()).toContain(code);
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await ask({ [label]: before });
    expect(await field.getAttribute("aria-invalid")).toBeNull();
    expect(await alert().textContent()).toBe("");
  });

  it("takes text for text: nothing that is pasted becomes markup", async () => {
    await ask({ From: "<img src=x onerror=alert(1)>/<b>b</b>" });
    expect(await alert().textContent()).toContain("<img src=x");
    expect(await alert().locator("img, b").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("can be used by the keyboard alone, and shows where the focus is", async () => {
    const walk: string[] = [];
    for (let step = 0; step < 6; step++) {
      await page.keyboard.press("Tab");
      walk.push((await page.evaluate("document.activeElement.id || document.activeElement.textContent")) as string);
      expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    }
    expect(walk).toEqual(["manifests", "from", "to", "port", "protocol", "Ask"]);
    await page.keyboard.press("Enter");
    expect(await verdict().textContent()).toBe("✕ Denied");
    for (let step = 0; step < 4; step++) await page.keyboard.press("Shift+Tab");
    await page.keyboard.type("shop/web");
    await page.keyboard.press("Enter");
    expect(await verdict().textContent()).toBe("✓ Allowed");

    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("nonsense\n---\n");
    await page.keyboard.press("Control+Enter");
    expect(await alert().getByRole("button").count()).toBeGreaterThan(0);
    for (let step = 0; step < 6; step++) await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toMatch(/^Line \d+$/);
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("manifests");
  });

  it("has names for all that is used, and live regions for what is said", async () => {
    await ask({ From: "shop/web" });
    const tree = await page.locator("body").ariaSnapshot();
    for (const line of ['heading "Netverdict" [level=1]', 'textbox "Manifests"', 'textbox "From"', 'textbox "Port"']) {
      expect(tree).toContain(line);
    }
    expect(tree).toContain('combobox "Protocol"');
    expect(tree).toContain('status "Answer"');
    expect(tree).not.toMatch(/(textbox|combobox|button|img)(:|$)/m);
    for (const field of ["manifests", "from", "to"]) {
      const hint = await page.locator(`#${field}`).getAttribute("aria-describedby");
      expect(await page.locator(`#${hint}`).textContent()).toMatch(/\w/);
    }
    expect(await page.evaluate("document.documentElement.lang")).toBe("en");
  });

  it("shows what its page shows: the picture in the README is of this page", async () => {
    const blank = await browser.newPage();
    const shown = await pixelsOf(blank, readFileSync(join(HERE, "screenshot.png")));
    await askShownFlow(page);
    const now = await pixelsOf(blank, await page.screenshot());
    await blank.close();
    expect([shown.width, shown.height]).toEqual([now.width, now.height]);
    expect(Math.abs(shown.commonest - now.commonest)).toBeLessThan(0.1);
  });

  describe.each(SCHEMES)("in %s", (colorScheme) => {
    it.each([DESKTOP, PHONE])(
      "is laid out on $width × $height: nothing overlaps, is cut off, or blank",
      async (viewport) => {
        const opened = await open({ viewport, colorScheme });
        await opened.goto(served.url);
        await askShownFlow(opened);
        const path = join(TMP, `browser-${colorScheme}-${viewport.width}.png`);
        const picture = await opened.screenshot({ path, fullPage: true });
        const parts = ["header", ".manifests", "form", "#answer"];
        const boxes = await Promise.all(parts.map(async (part) => (await opened.locator(part).boundingBox())!));
        for (const [at, box] of boxes.entries()) {
          expect(box.width * box.height, parts[at]).toBeGreaterThan(5_000);
          expect(box.x, parts[at]).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width, parts[at]).toBeLessThanOrEqual(viewport.width);
          for (const other of boxes.slice(at + 1)) {
            const apart =
              other.x >= box.x + box.width || other.y >= box.y + box.height || box.y >= other.y + other.height;
            expect(apart, `${parts[at]} and another part`).toBe(true);
          }
        }
        expect(await opened.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
        await opened.goto("about:blank");
        const pixels = await pixelsOf(opened, picture);
        await opened.close();
        expect(pixels.width).toBe(viewport.width);
        expect(pixels.colors).toBeGreaterThan(20);
        expect(pixels.commonest).toBeLessThan(0.9);
      },
    );

    it("has the contrast that WCAG's level AA asks of text", async () => {
      const opened = await open({ colorScheme });
      await opened.goto(served.url);
      const texts = ["h1", "header p", ".hint", "label", "textarea", "select", "form button"];
      for (const [field, shown] of [
        ["shop/web", [".allow h2", ".allow dd code", ".mark.allow"]],
        ["shop/cron", [".deny h2", ".mark.deny"]],
        ["shop/nobody", [".problems h2", ".problems code"]],
      ] as const) {
        await opened.getByLabel("From").fill(field);
        await opened.getByRole("button", { name: "Ask" }).click();
        for (const selector of [...texts, ...shown]) {
          expect(await contrastOf(opened, selector), selector).toBeGreaterThanOrEqual(4.5);
        }
      }
      await opened.close();
    });
  });

  it("is held to its policy by the browser: no inline script, and no engine without 'wasm-unsafe-eval'", async () => {
    await page.evaluate(`document.head.append(Object.assign(document.createElement("script"), { id: "inline" }))`);
    await page.evaluate(`try { document.getElementById("inline").text = "1" } catch {}`);
    await page.evaluate(`try { setTimeout("1") } catch {}`);
    await expect.poll(() => complaints.filter((text) => text.startsWith("violates")).length).toBeGreaterThan(0);

    const strict = await open();
    await strict.route(served.url, (route) =>
      route.fulfill({ contentType: "text/html", body: html.replace(" 'wasm-unsafe-eval'", "") }),
    );
    await strict.goto(served.url);
    await strict.getByRole("button", { name: "Ask" }).click();
    await expect.poll(() => complaints.join("\n")).toMatch(/violates script-src/);
    expect(await strict.getByRole("status").getByRole("heading").count()).toBe(0);
    expect(await strict.getByRole("alert").textContent()).toMatch(/core-failure/);
    await strict.close();
  });

  it("is whole on a static host by the commands of its page", async () => {
    const commands = codeBlocks(readFileSync(join(HERE, "README.md"), "utf8")).find(({ text }) =>
      text.includes("cp "),
    )!;
    execFileSync("bash", ["-ec", commands.text.replaceAll("node_modules/", "../node_modules/")], {
      cwd: join(folder.path, "browser"),
    });
    const site = join(folder.path, "browser", "site");
    const copied = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) => /\.\w+$/.test(name));
    await askShownFlow(page);
    const used = requested.map((url) => url.slice(served.url.length) || "index.html");
    expect(copied.sort()).toEqual([...new Set(used)].sort());
  });
});
