import { describe, expect, it } from "vitest";
import { ALLOWED, CLUSTER, DENIED } from "./cluster.ts";
import { folder, netverdict } from "./command.ts";

const dir = await folder({ "cluster.yaml": CLUSTER });
const explain = (...args: readonly string[]) => netverdict(["explain", "cluster.yaml", ...args], { cwd: dir });

describe("netverdict explain", () => {
  it("names the rule that lets a flow pass, with its line, and exits 0", async () => {
    const { status, stdout } = await explain(...ALLOWED);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^allow {2}shop\/web-0 → shop\/db-0 5432\/TCP over IPv4, from 10\.1\.0\.10 to 10\.1\.0\.20\n/,
    );
    expect(stdout).toMatch(
      /decided by\n +allow: NetworkPolicy shop\/\S+ spec\.ingress\[0\] {2}cluster\.yaml:\d+:\d+ by from\[0\], ports\[0\]\n/,
    );
  });

  it("says what the nearest rule misses, and what would allow it, and exits 1", async () => {
    const { status, stdout } = await explain(...DENIED);
    expect(status).toBe(1);
    expect(stdout).toMatch(/- the port is 5433, not 5432 \(line \d+\)/);
    expect(stdout).toMatch(/To have it allowed\n {2}- add NetworkPolicy `shop\/allow-from-web`/);
  });

  it("prints policies that make the flow pass with --show", async () => {
    const { stdout } = await explain(...DENIED, "--show");
    const [, ...changes] = stdout.split("\n# ");
    expect(changes.length).toBeGreaterThan(1);
    const check = ["check", "-", ...DENIED];
    // The first one adds a policy; the others change one that is there.
    const policies = changes[0]?.slice(changes[0].indexOf("---\n"));
    expect((await netverdict(check, { input: `${CLUSTER}${policies}` })).status).toBe(0);
  });

  it("prints texts that YAML 1.1 takes for something else in quotes, so that kubectl reads what is meant", async () => {
    const labels = { a: "on", b: "y", c: "1_000", d: "0777", e: "12e03", f: "0o17", g: "no", h: "0x1F", i: "null" };
    const from = JSON.stringify({ namespace: "shop", labels });
    const { stdout } = await netverdict(
      ["explain", "-", "--from", from, "--to", "shop/db-0", "--port", "5432", "--show"],
      {
        input: CLUSTER,
      },
    );
    const lines = stdout.split("\n").map((line) => line.trim());
    for (const [key, value] of Object.entries(labels))
      expect(lines).toContain(`${key === "y" ? '"y"' : key}: "${value}"`);
  });

  it("gives data with --json, without changes where they are not wanted", async () => {
    const { stdout } = await explain(...DENIED, "--json", "--no-changes");
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ flow: { from: "shop/web-0" }, verdict: "deny", complete: true, changes: [] });
    expect(told.ingress.nearMisses[0].misses[0]).toMatchObject({
      code: "other-port",
      expected: "5432",
      actual: "5433",
    });
  });

  it("asks for both ends", async () => {
    const { status, stderr } = await explain("--from", "shop/web-0");
    expect([status, stderr]).toEqual([2, expect.stringContaining("give --from and --to")]);
  });

  it("says why no change of policies turns the verdict, and not where none was looked for", async () => {
    const itself = ["explain", "-", "--from", "shop/db-0", "--to", "shop/db-0", "--port", "5432"];
    const { status, stdout } = await netverdict(itself, { input: CLUSTER });
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(
        /\n\nNo change of policies was found that would have it denied: `shop\/db-0` always reaches itself, .*\.\n$/,
      ),
    ]);
    expect((await netverdict([...itself, "--no-changes"], { input: CLUSTER })).stdout).not.toContain("No change");
  });
});
