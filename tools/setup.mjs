/**
 * Installs the dependencies that package-lock.json names, if they are not there. `npm test` and `npm run demo` call it.
 *
 * It is `npm install` rather than `npm ci`: a registry mirror may lack the binaries for other platforms that some tools
 * list as optional, and `npm ci` then refuses the lockfile. `--no-save` keeps the lockfile and its versions as they are.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = new URL("../node_modules/.netverdict-setup", import.meta.url);
const wanted = createHash("sha256")
  .update(readFileSync(new URL("../package.json", import.meta.url)))
  .update(readFileSync(new URL("../package-lock.json", import.meta.url)))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  console.log("installing the dependencies of package-lock.json …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status, error } = spawnSync(npm, ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, wanted);
}
