/** `node --import tsx --import ./tools/wasm-bytes.mjs FILE.ts`: imports of .wasm files give their bytes in base64, as tsup's loader does. */
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  if (!url.endsWith(".wasm")) return next(url, context);
  const base64 = (await readFile(new URL(url))).toString("base64");
  return { format: "module", source: `export default "${base64}";`, shortCircuit: true };
}
