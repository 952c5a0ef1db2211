/**
 * Lays out dist/jsr: the package as JSR takes it, the built modules with their types. `deno publish --dry-run` there checks it.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const folder = new URL("dist/jsr/", root);
const { name, version, license } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const module of ["index", "slim", "yaml"]) {
  const text = readFileSync(new URL(`dist/${module}.js`, root), "utf8");
  // Where JSR looks for the types of a JavaScript module.
  const types = module === "yaml" ? "" : `/* @ts-self-types="./${module}.d.ts" */\n`;
  writeFileSync(new URL(`${module}.js`, folder), types + text);
}
for (const file of ["dist/index.d.ts", "dist/slim.d.ts", "LICENSE", "README.md"]) {
  copyFileSync(new URL(file, root), new URL(file.replace("dist/", ""), folder));
}
const exports = { ".": "./index.js", "./slim": "./slim.js" };
writeFileSync(
  new URL("jsr.json", folder),
  `${JSON.stringify({ name: `@${name}/${name}`, version, license, exports }, null, 2)}\n`,
);
console.log(fileURLToPath(folder));
