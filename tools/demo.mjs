/**
 * `npm run demo`: asks the built command about a handful of flows of examples/shop, and fails unless it answers as expected.
 * Works in a fresh clone: installs and builds first where that is missing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COMMAND = join(ROOT, "dist", "cli.js");
const SOURCES = ["assembly", "sdk", "bindings", "cli", "package.json", "asconfig.json", "tsup.config.ts"];

const STORY = [
  {
    says: "The storefront calls the catalog. Both sides have a rule for that:",
    ask: ["--from", "shop/storefront-7b6d5f4c9-9qvxn", "--to", "shop/catalog-84d6b9c7f-m2c8s", "--port", "8080"],
    verdict: "allow",
  },
  {
    says: "It may not reach the orders database. Neither side lets it:",
    ask: ["--from", "shop/storefront-7b6d5f4c9-9qvxn", "--to", "data/orders-db-0", "--port", "5432"],
    verdict: "deny",
  },
  {
    says: "Behind the catalog's Service there is a canary too, which the storefront's policy does not name:",
    ask: ["--from", "shop/storefront-7b6d5f4c9-9qvxn", "--to", "service:shop/catalog", "--port", "80"],
    verdict: "deny",
  },
  {
    says: "Names are resolved by the cluster's DNS, here by its cluster IP:",
    ask: ["--from", "shop/cart-6f5b8d9c74-hh7rk", "--to", "10.96.0.10", "--port", "53/UDP"],
    verdict: "allow",
  },
  {
    says: "Payments reaches its provider outside the cluster:",
    ask: ["--from", "shop/payments-7c9b6d8f5-4ftgk", "--to", "203.0.113.10", "--port", "443"],
    verdict: "allow",
  },
  {
    says: "but not the part of that network which the policy excepts:",
    ask: ["--from", "shop/payments-7c9b6d8f5-4ftgk", "--to", "203.0.113.70", "--port", "443"],
    verdict: "deny",
  },
  {
    says: "A customer from the internet comes in by the load balancer:",
    ask: ["--from", "198.51.100.7", "--to", "198.51.100.10", "--port", "443"],
    verdict: "allow",
  },
  {
    says: "The nightly report has no pod yet, so no address, and a policy asks for one:",
    ask: ["--from", "workload:shop/CronJob/nightly-report", "--to", "shop/search-79c8f6d5b-zn4vq", "--port", "http"],
    verdict: "undetermined",
  },
];

const colored = process.stdout.isTTY === true && !process.env.NO_COLOR;
const dim = (text) => (colored ? `\u001b[2m${text}\u001b[22m` : text);

prepare();
let surprises = 0;
for (const { says, ask, verdict } of STORY) {
  console.log(`\n${says}`);
  console.log(dim(`$ netverdict check examples/shop/manifests ${ask.join(" ")}`));
  const args = [COMMAND, ...(colored ? ["--color"] : []), "check", join("examples", "shop", "manifests"), ...ask];
  const run = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  process.stdout.write(run.stdout);
  process.stderr.write(run.stderr);
  const status = verdict === "allow" ? 0 : 1;
  if (run.status !== status || !run.stdout.includes(verdict)) {
    surprises++;
    console.error(`expected \`${verdict}\` and exit status ${status}, got exit status ${run.status}`);
  }
}
console.log("\nAll of its flows at once:");
console.log(dim("$ netverdict check examples/shop/manifests --flows examples/shop/flows.csv"));
const all = ["check", join("examples", "shop", "manifests"), "--flows", join("examples", "shop", "flows.csv")];
const flows = spawnSync(process.execPath, [COMMAND, ...(colored ? ["--color"] : []), ...all], {
  cwd: ROOT,
  encoding: "utf8",
});
process.stdout.write(flows.stdout);
process.stderr.write(flows.stderr);
if (flows.status !== 1) {
  surprises++;
  console.error(`expected exit status 1, got ${flows.status}`);
}
console.log("\nThe manifests are in examples/shop/manifests, sixteen smaller clusters in examples/recipes.");
process.exitCode = surprises === 0 ? 0 : 1;

/** Installs and builds what is missing or older than its sources. */
function prepare() {
  runStep("install the dependencies", process.execPath, [join(ROOT, "tools", "setup.mjs")], "inherit");
  if (existsSync(COMMAND) && newest(SOURCES) <= statSync(COMMAND).mtimeMs) return;
  console.log(`building ${relative(ROOT, COMMAND)} …`);
  runStep("build", "npm", ["run", "--silent", "build"], "pipe");
}

/** Runs a step of the preparation; with `stdio` "pipe" its words are shown only when it fails. */
function runStep(what, command, args, stdio) {
  // npm is a script on Windows, which only a shell starts.
  const shell = command === "npm" && process.platform === "win32";
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, shell, stdio, encoding: "utf8" });
  if (status === 0) return;
  process.stderr.write((stdout ?? "") + (stderr ?? ""));
  console.error(`cannot ${what}${error ? `: ${error.message}` : ""}`);
  process.exit(1);
}

/** The time of the newest file at or below `paths`. */
function newest(paths) {
  let time = 0;
  for (const path of paths.map((name) => join(ROOT, name))) {
    if (!existsSync(path)) continue;
    const stats = statSync(path);
    const below = stats.isDirectory() ? readdirSync(path).map((name) => join(relative(ROOT, path), name)) : [];
    time = Math.max(time, stats.isDirectory() ? newest(below) : stats.mtimeMs);
  }
  return time;
}
