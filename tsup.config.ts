import { defineConfig, type Options } from "tsup";

const common: Options = {
  target: "es2022",
  format: ["esm"],
  platform: "neutral",
  splitting: false,
  sourcemap: true,
  noExternal: [/.*/],
};

const config: ReturnType<typeof defineConfig> = defineConfig([
  { ...common, entry: { index: "bindings/inline.ts" }, dts: true, loader: { ".wasm": "binary" } },
  {
    ...common,
    entry: { workerd: "bindings/workerd.ts" },
    loader: { ".wasm": "copy" },
    esbuildOptions(options) {
      options.assetNames = "[name]";
    },
  },
  {
    ...common,
    entry: { cli: "cli/index.ts" },
    platform: "node",
    // commander and cli-progress are CommonJS and require Node's own modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    loader: { ".wasm": "binary" },
  },
]);

export default config;
