/** workerd itself, without wrangler: the bundle that a Worker's tools make, and `workerd test`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { describeWith } from "../examples/needs.ts";
import { MAIN, useSuite } from "./folder.ts";
import { WORKERD } from "./programs.ts";

/** The conditions that Cloudflare's tools bundle with. */
const CONDITIONS = ["workerd", "worker", "browser"];
const COMPATIBILITY = "2026-11-01";

describeWith("workerd", WORKERD.missing, "workerd", () => {
  const suite = useSuite();

  it("answers the vectors with the core that it imported as a module", async () => {
    suite.write(
      "worker.mjs",
      `${MAIN.replace("console.log(answers", "const told = (answers")}
       export default { async test() { if (told + "\\n" !== ${JSON.stringify(suite.expected)}) throw new Error(told); } };`,
    );
    const bundle = await build({
      entryPoints: [join(suite.path, "worker.mjs")],
      outdir: join(suite.path, "bundle"),
      bundle: true,
      format: "esm",
      conditions: CONDITIONS,
      loader: { ".wasm": "copy" },
      assetNames: "[name]",
      metafile: true,
    });
    const inputs = Object.keys(bundle.metafile.inputs);
    expect(inputs.some((path) => path.endsWith("netverdict/dist/workerd.js"))).toBe(true);
    const modules = Object.keys(bundle.metafile.outputs)
      .map((path) => path.split("/").at(-1) ?? "")
      .filter((name) => name.endsWith(".wasm"));
    suite.write("bundle/config.capnp", configOf(modules));
    const outcome = await suite.run(WORKERD.path, "test", "bundle/config.capnp");
    expect(`${outcome.stdout}${outcome.stderr}`).toMatch(/PASS/);
    expect(outcome.status).toBe(0);
  });

  it("keeps the core out of its script: workerd compiles nothing from bytes", () => {
    const script = readFileSync(join(suite.path, "bundle/worker.js"), "utf8");
    expect(script).not.toContain("AGFzbQ");
    expect(script).toMatch(/import .* from "\.\/core\.wasm"/);
  });
});

function configOf(modules: readonly string[]): string {
  const wasm = modules.map((name) => `(name = "${name}", wasm = embed "${name}")`).join(", ");
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), ${wasm}],
  compatibilityDate = "${COMPATIBILITY}",
);
`;
}
