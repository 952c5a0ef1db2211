/** Which option gave what the library complains of by a name of its own. */
import type { Path } from "../bindings/inline.ts";

const OPTIONS: Readonly<Record<string, string>> = {
  from: "--from",
  to: "--to",
  port: "--port",
  protocol: "--protocol",
  family: "--family",
  podCIDRs: "--pod-cidr",
  defaultNamespace: "--namespace",
  undeclaredNamespaces: "--undeclared-namespaces",
  cni: "--cni",
  suppress: "--suppress",
  timeZone: "--time-zone",
  policy: "--policy",
  out: "--out",
  dryRun: "--dry-run",
  fix: "--fix",
  config: "--config",
};

/** Where a command has an option of its own for it. */
const OF_COMMANDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  who: { from: "--pod" },
  cni: { cni: "--of" },
};

/** Parameters that the library's caveats tell users to pass. */
const TOLD = ["podCIDRs", "undeclaredNamespaces", "defaultNamespace", "family"] as const;

/** A text of the library in the command's words. */
export function inOptions(text: string): string {
  return TOLD.reduce((said, parameter) => said.replaceAll(`\`${parameter}\``, `\`${OPTIONS[parameter]}\``), text);
}

/** The option behind the parameter that a path starts with; undefined where there is none. */
export function optionOf([parameter]: Path, command: string | undefined): string | undefined {
  if (typeof parameter !== "string") return undefined;
  const own = command === undefined ? undefined : OF_COMMANDS[command]?.[parameter];
  return own ?? (Object.hasOwn(OPTIONS, parameter) ? OPTIONS[parameter] : undefined);
}
