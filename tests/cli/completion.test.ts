/** Completion in a real bash; in zsh and fish where they are. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, netverdict } from "./command.ts";
import { hasTerminal, inTerminal } from "./pseudo-terminal.ts";

const script = async (shell: string) => (await netverdict(["completion", shell])).stdout;

/** What bash would offer after these words, the last of which is being written. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const asked = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _netverdict; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, status, stderr } = spawnSync("bash", ["-c", `${await script("bash")}\n${asked}`], {
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.split("\n").filter((line) => line !== "");
}

describe("netverdict completion", () => {
  it("offers every command of the help in bash", async () => {
    const help = (await netverdict(["--help"])).stdout;
    const list = help.slice(help.indexOf("Commands:"), help.indexOf("Exit status:"));
    const commands = [...list.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name ?? "");
    const all = await offered("netverdict", "");
    expect(commands.length).toBeGreaterThan(7);
    expect(commands.filter((name) => name !== "help" && !all.includes(name))).toEqual([]);
    expect(await offered("netverdict", "ex")).toEqual(["explain"]);
  });

  it("offers a command's options, and what an option can be", async () => {
    expect(await offered("netverdict", "lint", "--fa")).toEqual(["--fail-on"]);
    expect(await offered("netverdict", "lint", "--fail-on", "")).toEqual(["info", "warning", "error", "never"]);
    expect(await offered("netverdict", "check", "--undeclared-namespaces", "un")).toEqual(["unknown", "unlabelled"]);
    expect(await offered("netverdict", "completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  it("offers files where a path can be, blanks in their names and all", async () => {
    expect(await offered("netverdict", "check", "packa")).toEqual(expect.arrayContaining(["package.json"]));
    expect(await offered("netverdict", "check", "--flows", "packa")).toEqual(expect.arrayContaining(["package.json"]));
    const cwd = await folder({ "two words.yaml": "" });
    expect(await offered("netverdict", "check", join(cwd, "tw"))).toEqual([join(cwd, "two words.yaml")]);
  });

  it("finds the command behind options, and completes what names can be", async () => {
    expect(await offered("netverdict", "--json", "expl")).toEqual(["explain"]);
    expect(await offered("netverdict", "--json", "check", "--fr")).toEqual(["--from"]);
    expect(await offered("netverdict", "help", "sn")).toEqual(["snapshot"]);
    expect(await offered("netverdict", "schema", "check")).toEqual(["check", "check-flows"]);
    expect(await offered("netverdict", "check", "--cni", "ci")).toEqual(["cilium"]);
    expect(await offered("netverdict", "cni", "--of", "flannel")).toEqual(["flannel", "flannel-netpol"]);
    expect(await offered("netverdict", "check", "--protocol", "ICMP")).toEqual(["ICMP", "ICMPv6"]);
  });

  it.skipIf(!hasTerminal)("completes in a bash that somebody types in", async () => {
    const cwd = await folder({ "completion.bash": await script("bash") });
    const shown = await inTerminal("bash --norc --noprofile -i", {
      cwd,
      input: "source completion.bash\nnetverdict sna\tTHEN\nexit\n",
    });
    expect(shown).toContain("netverdict snapshot THEN");
  });

  it.each([
    ["zsh", ["-n"]],
    ["fish", ["--no-execute"]],
  ] as const)("prints what %s can read, where it is installed", async (shell, args) => {
    const text = await script(shell);
    for (const command of ["check", "explain", "lint", "describe", "who", "cni", "snapshot", "schema"])
      expect(text).toContain(command);
    const parsed = spawnSync(shell, [...args], { input: text, encoding: "utf8" });
    if (parsed.error === undefined) expect([parsed.status, parsed.stderr]).toEqual([0, ""]);
  });

  it("refuses a shell that it does not know", async () => {
    const { status, stderr } = await netverdict(["completion", "tcsh"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("bash, zsh, fish")]);
  });
});
