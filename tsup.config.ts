import { copyFile } from "node:fs/promises";
import { defineConfig, type Options } from "tsup";

const common: Options = {
  target: "es2022",
  format: ["esm"],
  platform: "neutral",
  splitting: false,
  sourcemap: true,
  noExternal: [/.*/],
};

/** The `yaml` package is a file of its own, which bundlers leave out where nothing reads text. */
const yamlApart: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "yaml-apart",
  setup(build) {
    build.onResolve({ filter: /\/yaml-library\.ts$/ }, () => ({ path: "./yaml.js", external: true }));
  },
};

const config: ReturnType<typeof defineConfig> = defineConfig([
  { ...common, entry: { yaml: "sdk/read/yaml-library.ts" } },
  {
    ...common,
    entry: { index: "bindings/inline.ts" },
    dts: true,
    loader: { ".wasm": "base64" },
    esbuildPlugins: [yamlApart],
  },
  {
    ...common,
    entry: { workerd: "bindings/workerd.ts" },
    loader: { ".wasm": "copy" },
    esbuildPlugins: [yamlApart],
    esbuildOptions(options) {
      options.assetNames = "[name]";
    },
  },
  {
    ...common,
    entry: { slim: "bindings/slim.ts" },
    dts: true,
    onSuccess: () => copyFile("bindings/core.wasm.d.ts", "dist/core.wasm.d.ts"),
  },
  {
    ...common,
    entry: { cli: "cli/index.ts" },
    platform: "node",
    // commander and cli-progress are CommonJS and require Node's own modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    loader: { ".wasm": "base64" },
  },
]);

export default config;
