/** A session at a terminal, as it happens: the built command asked about the demo cluster, in colour. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

const SHOP = "examples/shop/manifests";
const PAYMENTS = "shop/payments-7c9b6d8f5-4ftgk";

/** What is typed, in the order of a first day: a wrong name, a verdict, why, what the plugin does, who else, what is odd. */
export const COMMANDS: readonly string[] = [
  `netverdict check ${SHOP} --from payments --to 203.0.113.70 --port 443`,
  `netverdict check ${SHOP} --from ${PAYMENTS} --to 203.0.113.70 --port 443 --cni flannel`,
  `netverdict explain ${SHOP} --from ${PAYMENTS} --to 203.0.113.70 --port 443`,
  `netverdict who ${SHOP} --pod data/orders-db-0`,
  `netverdict lint ${SHOP} | head -4`,
];

export interface Step {
  readonly command: string;
  /** Both streams, with colours or without. */
  readonly output: string;
}

/** Runs the commands one after another, from the root of the repository. */
export function recordSession(colors: boolean): readonly Step[] {
  const env = { PATH: process.env.PATH, ...(colors ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) };
  const netverdict = `netverdict() { "${process.execPath}" "${join("dist", "cli.js")}" "$@"; }`;
  return COMMANDS.map((command) => {
    const run = spawnSync("bash", ["-c", `${netverdict}\n{ ${command}\n} 2>&1`], { cwd: ROOT, encoding: "utf8", env });
    return { command, output: run.stdout };
  });
}

/** As a terminal shows it. */
export function sessionText(steps: readonly Step[]): string {
  return steps.map(({ command, output }) => `$ ${command}\n${output}`).join("");
}
