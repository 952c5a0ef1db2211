/** `node --import tsx --import ./tools/wasm-bytes.mjs FILE.ts`: imports of .wasm files give their bytes, as tsup's loader does. */
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  if (!url.endsWith(".wasm")) return next(url, context);
  const base64 = (await readFile(new URL(url))).toString("base64");
  const source = `export default Uint8Array.from(atob("${base64}"), (c) => c.charCodeAt(0));`;
  return { format: "module", source, shortCircuit: true };
}
