/**
 * `node --import ./tools/sources.mjs FILE.ts` runs sources as the package ships them: TypeScript by the compiler that bundles it,
 * imports of .wasm files as their bytes in base64. What runs sources otherwise names every function again when it is made,
 * which a benchmark would measure.
 */
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transform } from "esbuild";

/** Imports of JSON stay what they are. */
const supported = { "import-attributes": true };

if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  if (url.endsWith(".wasm")) {
    const base64 = (await readFile(new URL(url))).toString("base64");
    return { format: "module", source: `export default "${base64}";`, shortCircuit: true };
  }
  if (!/\.m?ts$/.test(url)) return next(url, context);
  const sourcefile = fileURLToPath(url);
  const options = { loader: "ts", format: "esm", target: "es2022", supported, sourcemap: "inline", sourcefile };
  const { code } = await transform(await readFile(sourcefile, "utf8"), options);
  return { format: "module", source: code, shortCircuit: true };
}
