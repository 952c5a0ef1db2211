/** Whoever only evaluates carries no profile. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

async function bundled(names: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from "./dist/index.js";`, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

it("profiles, effects and recognition come with loadState, and with nothing that only evaluates", async () => {
  const marks = ["Felix default Drop", "hairpin-open", "enable-network-policy-controller"];
  const evaluateOnly = await bundled("evaluate, loadSnapshot");
  expect(marks.filter((mark) => evaluateOnly.includes(mark))).toEqual([]);
  const withLoading = await bundled("loadState");
  expect(marks.filter((mark) => withLoading.includes(mark))).toEqual(marks);
});
