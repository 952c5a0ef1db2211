/** The package through the bundlers that its users have: what they make of it answers as the package does. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { describe, expect, it } from "vitest";
import webpack from "webpack";
import { useSuite } from "./folder.ts";

const suite = useSuite();

describe("a bundle", () => {
  it("by esbuild answers the vectors", async () => {
    const outfile = join(suite.path, "esbuild/main.mjs");
    await esbuild({ entryPoints: [join(suite.path, "main.mjs")], outfile, bundle: true, minify: true, format: "esm" });
    expect(await suite.run(process.execPath, outfile)).toMatchObject({ status: 0, stdout: suite.expected });
  });

  it("by Vite answers the vectors", async () => {
    await vite({
      root: suite.path,
      configFile: false,
      logLevel: "silent",
      build: {
        outDir: "vite",
        lib: { entry: join(suite.path, "main.mjs"), formats: ["es"], fileName: () => "main.mjs" },
      },
    });
    expect(await suite.run(process.execPath, join(suite.path, "vite/main.mjs"))).toMatchObject({
      status: 0,
      stdout: suite.expected,
    });
  });

  it("by webpack answers the vectors", async () => {
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      webpack(
        {
          mode: "production",
          context: suite.path,
          entry: "./main.mjs",
          target: "web",
          performance: false,
          output: { path: join(suite.path, "webpack"), filename: "main.js" },
        },
        (error, result) => (error ? reject(error) : resolve(result)),
      );
    });
    expect(stats?.toJson({ all: false, errors: true, warnings: true })).toMatchObject({ errors: [], warnings: [] });
    const file = join(suite.path, "webpack/main.js");
    expect(existsSync(file)).toBe(true);
    suite.write("webpack/package.json", `{ "type": "commonjs" }`);
    expect(await suite.run(process.execPath, file)).toMatchObject({ status: 0, stdout: suite.expected });
  });
});
