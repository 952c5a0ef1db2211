/** Chromium, and examples/browser served to it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

/** The browser's path: `CHROMIUM`, or where Debian puts it. */
export const CHROMIUM: string = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const DESKTOP = { width: 1200, height: 860 };

export function launch(): Promise<Browser> {
  // Chromium's own sandbox needs rights that containers do not give; the pages are this repository's.
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

export interface Served {
  readonly url: string;
  stop(): void;
}

/** Starts the page's own server out of `folder`, on a free port. */
export async function serve(folder: string): Promise<Served> {
  const server: ChildProcess = spawn(process.execPath, ["serve.mjs", "0"], { cwd: join(folder, "browser") });
  const [line] = (await Promise.race([
    once(server.stdout!, "data"),
    once(server, "exit").then(([status]) => Promise.reject(new Error(`serve.mjs ended with ${status}`))),
  ])) as [Buffer];
  return { url: String(line).trim(), stop: () => server.kill() };
}

/** Puts the caret at the page's start, asks the flow that stands there, and waits for the answer. */
export async function askShownFlow(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Ask" }).click();
  await page.getByRole("status").getByRole("heading", { level: 2 }).waitFor();
}
