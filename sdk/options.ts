/** Checks of `LoadOptions`: an option that is misspelt or of the wrong type must not be ignored. */
import { canonicalAddress, parsePrefix } from "./address.ts";
import { type Issue, NetverdictError, type Path } from "./errors.ts";
import { canonicalDomain, isDomainName } from "./read/domain-names.ts";
import { dnsLabelFault } from "./read/names.ts";
import type { LoadOptions } from "./types.ts";

const KNOWN: ReadonlySet<string> = new Set(["defaultNamespace", "podCIDRs", "undeclaredNamespaces", "domains", "cni"]);

/** @throws NetverdictError `invalid-option` */
export function checkOptions(options: LoadOptions): void {
  const issues: Issue[] = [];
  const fail = (path: Path, message: string): void => {
    issues.push({ code: "invalid-option", message, path });
  };
  if (typeof options !== "object" || options === null) {
    throw new NetverdictError([{ code: "invalid-option", message: "options must be an object", path: [] }]);
  }
  for (const key of Object.keys(options)) {
    if (!KNOWN.has(key)) fail([key], `\`${key}\` is not an option: there are ${[...KNOWN].join(", ")}`);
  }
  const { defaultNamespace, podCIDRs, undeclaredNamespaces, domains } = options as Record<string, unknown>;
  const fault = defaultNamespaceFault(defaultNamespace);
  if (fault !== undefined) fail(["defaultNamespace"], fault);
  if (podCIDRs !== undefined) checkPodCIDRs(podCIDRs, fail);
  if (
    undeclaredNamespaces !== undefined &&
    undeclaredNamespaces !== "unknown" &&
    undeclaredNamespaces !== "unlabelled"
  ) {
    fail(["undeclaredNamespaces"], 'undeclaredNamespaces must be "unknown" or "unlabelled"');
  }
  if (domains !== undefined) checkDomains(domains, fail);
  if (issues.length > 0) throw new NetverdictError(issues);
}

function checkPodCIDRs(podCIDRs: unknown, fail: (path: Path, message: string) => void): void {
  if (!Array.isArray(podCIDRs)) {
    fail(["podCIDRs"], "podCIDRs must be a list of CIDRs");
    return;
  }
  podCIDRs.forEach((cidr, i) => {
    if (typeof cidr === "string" && parsePrefix(cidr) !== undefined) return;
    fail(["podCIDRs", i], `\`${cidr}\` is not a CIDR such as 10.244.0.0/16`);
  });
}

function checkDomains(domains: unknown, fail: (path: Path, message: string) => void): void {
  if (typeof domains !== "object" || domains === null || Array.isArray(domains)) {
    fail(["domains"], "domains must map names to lists of addresses");
    return;
  }
  const names = new Map<string, string>();
  for (const [name, addresses] of Object.entries(domains)) {
    if (!isDomainName(name))
      fail(["domains", name], `\`${name}\` is not a domain name such as \`db.example.com\` or \`*.example.com\``);
    const other = names.get(canonicalDomain(name));
    if (other !== undefined)
      fail(["domains", name], `\`${name}\` is \`${other}\` in another spelling: give its addresses once`);
    names.set(canonicalDomain(name), name);
    if (!Array.isArray(addresses)) fail(["domains", name], "a domain's addresses must be a list");
    else {
      addresses.forEach((address, i) => {
        if (typeof address !== "string" || canonicalAddress(address) === undefined) {
          fail(["domains", name, i], `\`${address}\` is not an IP address`);
        }
      });
    }
  }
}

/** What is wrong with a default namespace: no object could be in one of another name. */
export function defaultNamespaceFault(namespace: unknown): string | undefined {
  if (namespace === undefined) return undefined;
  if (typeof namespace !== "string" || namespace === "") return "the default namespace must be a name";
  const fault = dnsLabelFault(namespace);
  return fault && `\`${namespace}\` ${fault}`;
}
