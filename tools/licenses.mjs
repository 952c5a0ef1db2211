/**
 * Writes dist/THIRD-PARTY-LICENSES.txt: the licences of all packages that the bundles hold, found by their source maps. Then
 * the maps go: the bundles are not minified, and the maps would be more than half of the package.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const modules = new URL("../node_modules/", import.meta.url);

const packages = new Set();
for (const file of readdirSync(dist).filter((name) => name.endsWith(".js.map"))) {
  for (const source of JSON.parse(readFileSync(new URL(file, dist), "utf8")).sources) {
    // The innermost package: one may stand inside another's own node_modules.
    const folder = /node_modules\/((?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
    if (folder !== undefined) packages.add(folder);
  }
  const bundle = new URL(file.replace(/\.map$/, ""), dist);
  writeFileSync(bundle, readFileSync(bundle, "utf8").replace(/^\/\/# sourceMappingURL=.*\n?$/m, ""));
  rmSync(new URL(file, dist));
}
if (packages.size === 0) throw new Error("dist/ has no source maps: they are there right after tsup");

const texts = [...packages].sort().map((path) => {
  const folder = new URL(`${path}/`, modules);
  const { name, version, license } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined || !existsSync(new URL(file, folder))) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(new URL(file, folder), "utf8").trim()}\n`;
});
writeFileSync(new URL("THIRD-PARTY-LICENSES.txt", dist), texts.join(`\n${"-".repeat(80)}\n\n`));
