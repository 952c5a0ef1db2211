import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const config: ReturnType<typeof defineConfig> = defineConfig({
  plugins: [
    {
      // The loader that tsup uses for the core, for tests that run on the sources.
      name: "wasm-base64",
      enforce: "pre",
      load(id) {
        if (!id.endsWith(".wasm")) return null;
        return `export default "${readFileSync(id).toString("base64")}";`;
      },
    },
  ],
  test: { include: ["tests/**/*.test.ts"], testTimeout: 120_000 },
});

export default config;
