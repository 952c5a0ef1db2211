import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const config: ReturnType<typeof defineConfig> = defineConfig({
  plugins: [
    {
      // The loader that tsup uses for the core, for tests that run on the sources.
      name: "wasm-bytes",
      enforce: "pre",
      load(id) {
        if (!id.endsWith(".wasm")) return null;
        const base64 = readFileSync(id).toString("base64");
        return `export default Uint8Array.from(atob("${base64}"), (c) => c.charCodeAt(0));`;
      },
    },
  ],
  test: { include: ["tests/**/*.test.ts"], testTimeout: 120_000 },
});

export default config;
