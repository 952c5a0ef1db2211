/** Checks of `LoadOptions`. */
import { canonicalAddress, parsePrefix } from "./address.ts";
import { checkOptions, type Fail } from "./check-options.ts";
import { canonicalDomain, isDomainName } from "./read/domain-names.ts";
import { dnsLabelFault } from "./read/names.ts";
import type { LoadOptions } from "./types.ts";

const KNOWN: readonly string[] = ["defaultNamespace", "podCIDRs", "undeclaredNamespaces", "domains", "cni"];

/**
 * Options as a state keeps them, whatever becomes of those that were given.
 *
 * @throws NetverdictError `invalid-option`
 */
export function keepLoadOptions(options: LoadOptions): LoadOptions {
  checkLoadOptions(options);
  const { podCIDRs, domains, ...others } = options;
  return {
    ...others,
    ...(podCIDRs !== undefined && { podCIDRs: [...podCIDRs] }),
    ...(domains !== undefined && { domains: copyDomains(domains) }),
  };
}

/** Not a structured clone, which refuses proxies. */
function copyDomains(domains: NonNullable<LoadOptions["domains"]>): NonNullable<LoadOptions["domains"]> {
  return Object.fromEntries(Object.entries(domains).map(([name, addresses]) => [name, [...addresses]]));
}

function checkLoadOptions(options: LoadOptions): void {
  checkOptions(options, KNOWN, ({ defaultNamespace, podCIDRs, undeclaredNamespaces, domains }, fail) => {
    const fault = defaultNamespaceFault(defaultNamespace);
    if (fault !== undefined) fail(["defaultNamespace"], fault);
    if (podCIDRs !== undefined) checkPodCIDRs(podCIDRs, fail);
    if (![undefined, "unknown", "unlabelled"].includes(undeclaredNamespaces as string)) {
      fail(["undeclaredNamespaces"], 'undeclaredNamespaces must be "unknown" or "unlabelled"');
    }
    if (domains !== undefined) checkDomains(domains, fail);
  });
}

function checkPodCIDRs(podCIDRs: unknown, fail: Fail): void {
  if (!Array.isArray(podCIDRs)) {
    fail(["podCIDRs"], "podCIDRs must be a list of CIDRs");
    return;
  }
  podCIDRs.forEach((cidr, i) => {
    if (typeof cidr === "string" && parsePrefix(cidr) !== undefined) return;
    fail(["podCIDRs", i], `\`${cidr}\` is not a CIDR such as 10.244.0.0/16`);
  });
}

function checkDomains(domains: unknown, fail: Fail): void {
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
