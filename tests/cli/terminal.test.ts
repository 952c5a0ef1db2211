import { describe, expect, it } from "vitest";
import { ALLOWED, CLUSTER } from "./cluster.ts";
import { COMMAND, folder, netverdict, start } from "./command.ts";
import { hasTerminal, inTerminal } from "./pseudo-terminal.ts";

const ESCAPE = "\u001b";
const cwd = await folder({ "cluster.yaml": CLUSTER });
const allowed = ["check", "cluster.yaml", ...ALLOWED];

describe("colours", () => {
  it("are off where the output is no terminal, CI or not", async () => {
    expect((await netverdict(allowed, { cwd })).stdout).not.toContain(ESCAPE);
    expect((await netverdict(allowed, { cwd, env: { CI: "true" } })).stdout).not.toContain(ESCAPE);
  });

  it("come with FORCE_COLOR and --color, and go with NO_COLOR and --no-color", async () => {
    const stdout = async (args: readonly string[], env: Record<string, string>): Promise<boolean> =>
      (await netverdict([...allowed, ...args], { cwd, env })).stdout.includes(ESCAPE);
    expect(await stdout([], { FORCE_COLOR: "1" })).toBe(true);
    expect(await stdout(["--color"], {})).toBe(true);
    expect(await stdout(["--color"], { NO_COLOR: "1" })).toBe(true);
    expect(await stdout([], { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
    for (const off of ["0", "false", ""]) expect(await stdout([], { FORCE_COLOR: off })).toBe(false);
    expect(await stdout(["--no-color"], { FORCE_COLOR: "1" })).toBe(false);
  });

  it.skipIf(!hasTerminal)("are on in a terminal, but for NO_COLOR, --no-color and a dumb one", async () => {
    const shown = (env: Record<string, string>, ...options: readonly string[]): Promise<string> =>
      inTerminal([`"${process.execPath}" "${COMMAND}"`, ...allowed, ...options].join(" "), { cwd, env });
    const colored = async (...args: Parameters<typeof shown>): Promise<boolean> =>
      (await shown(...args)).includes(ESCAPE);
    expect(await colored({})).toBe(true);
    expect(await colored({ NO_COLOR: "1" })).toBe(false);
    expect(await colored({ TERM: "dumb" })).toBe(false);
    expect(await colored({}, "--no-color")).toBe(false);
    expect(await colored({}, "--help")).toBe(true);
    expect(await colored({}, "--no-color", "--help")).toBe(false);
  });

  it("are never in JSON", async () => {
    expect((await netverdict([...allowed, "--json", "--color"], { cwd })).stdout).not.toContain(ESCAPE);
  });
});

describe("control characters in what the user wrote", () => {
  const nasty = `shop/web${ESCAPE}[31m\u009b\u202e\n0`;

  it("are shown, not sent to the terminal", async () => {
    const run = await netverdict(["check", "cluster.yaml", "--from", nasty, "--to", "shop/db-0", "--port", "1"], {
      cwd,
    });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("shop/web\\u{1b}[31m\\u{9b}\\u{202e}\\n0");
    expect(run.stderr).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  });

  it("are escapes in JSON and in the messages of bad lines", async () => {
    const flows = JSON.stringify({ from: nasty, to: "shop/db-0", port: 1 });
    for (const json of [["--json"], []]) {
      const run = await netverdict(["check", "cluster.yaml", "--flows", "-", ...json], { cwd, input: flows });
      expect(run.status).toBe(2);
      expect(run.stdout + run.stderr).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
      if (json.length > 0) expect(JSON.parse(run.stdout).error.issues[0].message).toContain(nasty);
    }
  });
});

describe("a reader that goes away", () => {
  it("ends the command without a word, and not as success", async () => {
    const child = start(["check", "cluster.yaml", "--flows", "-"], { cwd });
    let stderr = "";
    child.stderr?.on("data", (bytes) => {
      stderr += String(bytes);
    });
    child.stdin?.on("error", () => {});
    child.stdout?.once("data", () => child.stdout?.destroy());
    const closed = new Promise((resolve) => child.on("close", resolve));
    const flow = '{"from":"shop/web-0","to":"shop/db-0","port":5432}\n'.repeat(1000);
    const feed = (): void => {
      if (child.exitCode === null && child.stdin?.writable) child.stdin.write(flow, () => setImmediate(feed));
    };
    feed();
    expect(await closed).toBe(141);
    expect(stderr).toBe("");
  });
});

it.skipIf(!hasTerminal)(
  "describe shows control characters on a terminal, and leaves them to whoever pipes it",
  async () => {
    const metadata = 'metadata: { name: p, namespace: shop, annotations: { note: "a\\a\\x9bb" } }';
    const cwd = await folder({
      "p.yaml": `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${metadata}\nspec: { podSelector: {} }\n`,
    });
    const shown = await inTerminal(`"${process.execPath}" "${COMMAND}" describe p.yaml`, { cwd });
    expect(shown).toContain(String.raw`note: a\u{7}\u{9b}b`);
    expect((await netverdict(["describe", "p.yaml"], { cwd })).stdout).toContain("note: a\u0007\u009bb\n");
  },
);
