/** What a bundle holds of the package: no more than what is imported needs. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { ROOT } from "./sources.ts";

/** A bundle of one import, minified as users' are, with the sources that it is made of. */
async function bundleOf(names: string, entry = "index"): Promise<{ text: string; bytes: number }> {
  const { outputFiles } = await build({
    stdin: { contents: `import { ${names} } from "./dist/${entry}.js"; console.log(${names});`, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("no bundle was made");
  return { text: file.text, bytes: gzipSync(file.contents, { level: 9 }).length };
}

/** What only the YAML library says, only the compiler of tables, only the profiles of CNI plugins. */
const YAML = "Unresolved alias";
const COMPILER = "needs more than";
const PROFILES = ["kube-router", "NFQUEUE"];
/** What only rules of lint say. One of them that a bundler takes for something that does more than be there brings half of lint. */
const LINT = ["no verdict would be another", "DNS does not get through"];
/** What only those say who build a state of a snapshot's sources. */
const RESTORING = "and its sources do not agree";
/** What only a state's class says. */
const INSPECT = "nodejs.util.inspect.custom";

describe("a bundle of evaluate and loadSnapshot", () => {
  it("takes 40 KB at the most, compressed", async () => {
    expect((await bundleOf("evaluate, loadSnapshot")).bytes).toBeLessThan(40_000);
  });

  it("holds no YAML, no compiler, no profiles, no lint and nothing that builds a state again", async () => {
    const { text } = await bundleOf("evaluate, loadSnapshot");
    for (const part of [YAML, COMPILER, ...PROFILES, ...LINT, RESTORING]) expect(text.includes(part), part).toBe(false);
  });

  it("leaves a state's class out where nothing makes a state", async () => {
    expect((await bundleOf("formatIssue")).text).not.toContain(INSPECT);
    expect((await bundleOf("evaluate, loadSnapshot")).text).toContain(INSPECT);
  });

  it("with explain holds all but the YAML", async () => {
    const { text } = await bundleOf("evaluate, loadSnapshot, explain");
    for (const part of [COMPILER, ...PROFILES, RESTORING]) expect(text.includes(part), part).toBe(true);
    expect(text).not.toContain(YAML);
  });

  it("which a bundle of everything holds", async () => {
    const { text } = await bundleOf("evaluate, loadState, explain, matrix, lint");
    for (const part of [YAML, COMPILER, ...PROFILES, ...LINT]) expect(text.includes(part), part).toBe(true);
  });
});

describe("a bundle of netverdict/slim", () => {
  it("holds no YAML and no core", async () => {
    const { text } = await bundleOf("withCore", "slim");
    expect(text).not.toContain(YAML);
    expect(text).not.toContain("AGFzbQ");
    expect(text).toContain(COMPILER);
  });
});
