/** Domain names: of ExternalName Services, of `domainNames` peers, and of the option `domains`. */

const NAME = /^(?:\*\.)?(?:[a-z0-9_](?:[-a-z0-9_]*[a-z0-9_])?\.)*[a-z0-9_](?:[-a-z0-9_]*[a-z0-9_])?\.?$/i;

/** Whether a text is a domain name, or all that are below one (`*.example.com`). */
export function isDomainName(text: string): boolean {
  return NAME.test(text);
}

/** Domain names compare without case and without the root's dot. */
export function canonicalDomain(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
