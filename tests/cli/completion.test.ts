/** Completion in a real bash; in zsh and fish where they are. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { LINT_RULES } from "../../sdk/lint/rules/index.ts";
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

/** What is typed, and the word that it becomes. */
const CASES = [
  ["netverdict sna", "snapshot"],
  ["netverdict --json check --fr", "--from"],
  ["netverdict lint --fail-on err", "error"],
  ["netverdict check --cni cil", "cilium"],
  ["netverdict lint --suppress dns-cu", "dns-cut="],
  ["netverdict schema expl", "explain"],
  ["netverdict completion fi", "fish"],
  ["netverdict help lin", "lint"],
  ["netverdict check packag", "package.json"],
] as const;

/** Whether there is such a shell here; bash is taken for granted. */
const hasShell = (name: string): boolean => spawnSync(name, ["--version"]).error === undefined;

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

  it("offers rules to suppress, each to be followed by a reason", async () => {
    const rules = LINT_RULES.map(({ id }) => `${id}=`);
    expect(await offered("netverdict", "lint", "--suppress", "")).toEqual(rules);
    expect(await offered("netverdict", "lint", "--suppress", "dns-cu")).toEqual(["dns-cut="]);
    // Bash has split the word at its equals sign.
    expect(await offered("netverdict", "lint", "--suppress", "dns-cut", "=", "pack")).toEqual([]);
  });

  it("completes what stands behind an equals sign", async () => {
    expect(await offered("netverdict", "check", "--cni", "=", "ci")).toEqual(["cilium"]);
    expect(await offered("netverdict", "lint", "--fail-on", "=")).toEqual(["info", "warning", "error", "never"]);
  });

  it("offers no files where the value is none", async () => {
    for (const option of ["--from", "--to", "--port", "--namespace", "-n", "--pod-cidr"])
      expect(await offered("netverdict", "check", option, "packa"), option).toEqual([]);
    expect(await offered("netverdict", "lint", "--config", "packa")).toEqual(expect.arrayContaining(["package.json"]));
    expect(await offered("netverdict", "snapshot", "-o", "packa")).toEqual(expect.arrayContaining(["package.json"]));
  });

  it.skipIf(!hasTerminal)("completes in a bash that somebody types in", async () => {
    const cwd = await folder({ "completion.bash": await script("bash") });
    const shown = await inTerminal("bash --norc --noprofile -i", {
      cwd,
      input: "source completion.bash\nnetverdict sna\tTHEN\nexit\n",
    });
    expect(shown).toContain("netverdict snapshot THEN");
    const reason = await inTerminal("bash --norc --noprofile -i", {
      cwd,
      input: "source completion.bash\nnetverdict lint --suppress dns-cu\tTHEN\nexit\n",
    });
    expect(reason).toContain("netverdict lint --suppress dns-cut=THEN");
  });

  it("prints scripts that speak of every command", async () => {
    const { stdout: help } = await netverdict(["--help"]);
    const commands = help.slice(help.indexOf("Commands:"), help.indexOf("Exit status:")).matchAll(/^ {2}(\w+) /gm);
    const names = [...commands].map(([, name = ""]) => name);
    for (const shell of ["bash", "zsh", "fish"]) {
      const text = await script(shell);
      for (const name of names) expect(text, shell).toContain(name);
    }
  });

  it.skipIf(!hasShell("fish")).each(CASES)("fish completes `%s`", async (typed, expected) => {
    const cwd = await folder({ "netverdict.fish": await script("fish"), "package.json": "" });
    const args = ["-N", "-c", `source netverdict.fish; complete -C '${typed}'`];
    const { stdout, stderr } = spawnSync("fish", args, { cwd, encoding: "utf8", env: { ...process.env, HOME: cwd } });
    expect(stderr).toBe("");
    expect(stdout.split("\n").map((line) => line.split("\t")[0])).toContain(expected);
  });

  it.skipIf(!hasTerminal || !hasShell("zsh")).each(CASES)("zsh completes `%s`", async (typed, expected) => {
    const cwd = await folder({ _netverdict: await script("zsh"), "package.json": "" });
    const input = `fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D\n${typed}\tTHEN\nexit\n`;
    const shown = await inTerminal("zsh -f -i", { cwd, input, env: { TERM: "dumb" } });
    // It goes back over the blank that it has added.
    const line = stripVTControlCharacters(shown).replace(/[ \b]+/g, " ");
    const end = expected.endsWith("=") ? "THEN" : " THEN";
    expect(line).toContain(`${typed.slice(0, typed.lastIndexOf(" "))} ${expected}${end}`);
  });

  it("refuses a shell that it does not know", async () => {
    const { status, stderr } = await netverdict(["completion", "tcsh"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("bash, zsh, fish")]);
  });
});
