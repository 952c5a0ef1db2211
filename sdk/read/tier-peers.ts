/** Subjects and peers of cluster-wide policies. [CNP types 162-175, 304-427, 535-555; ANP shared_types] */
import { canonicalAddress, formatPrefix, readPrefix } from "../address.ts";
import type { Caveat } from "../types.ts";
import { canonicalDomain } from "./domain-names.ts";
import { type Fields, isAbsent, type Raw } from "./fields.ts";
import { readCidr } from "./ip-block.ts";
import { didMean, editDistance } from "./nearest.ts";
import type { PodsBySelectors, Prefix, TierPeer, TierPolicyKind, TierPolicyObject, TierRule } from "./objects.ts";
import { checkCount, onlyField } from "./tier-ports.ts";
import { type Place, readTierSelector } from "./tier-selector.ts";

const SUBJECT_KEYS: ReadonlySet<string> = new Set(["namespaces", "pods"]);
const PODS_KEYS: ReadonlySet<string> = new Set(["namespaceSelector", "podSelector"]);
const REMOVED_KEYS: ReadonlySet<string> = new Set(["sameLabels", "notSameLabels"]);
const INGRESS_PEERS: ReadonlySet<string> = new Set(["namespaces", "pods"]);
const EGRESS_PEERS: ReadonlySet<string> = new Set(["namespaces", "pods", "networks", "nodes", "domainNames"]);
const BASELINE_EGRESS_PEERS: ReadonlySet<string> = new Set(["namespaces", "pods", "networks", "nodes"]);

/** What says here what a field of NetworkPolicy's peers says there. */
const NETWORK_POLICY_PEERS: ReadonlyMap<string, string> = new Map([
  ["podSelector", "pods: { namespaceSelector, podSelector }"],
  ["namespaceSelector", "namespaces"],
  ["ipBlock", "networks"],
]);

/** As the CRD has it, where a slip lets `A-z` take in some signs more than letters. */
const DOMAIN = /^(\*\.)?([a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;
const MOST_NETWORKS = 25;
const LONGEST_CIDR = 43;

/** What a list of peers comes to. */
export interface ReadPeers {
  readonly peers: readonly TierPeer[];
  readonly failsClosed: boolean;
  /** A peer is no pod, so that no port has a name there. */
  readonly nameless: boolean;
}

/** What a policy is of. */
export type PolicyAPI = Pick<TierPolicyObject, "kind" | "version">;

/** What a rule says that its peers depend on. */
export interface PeerContext extends PolicyAPI {
  readonly direction: "ingress" | "egress";
  readonly action: TierRule["action"] | undefined;
  readonly most: number;
}

export function readSubject(
  fields: Fields,
  spec: Raw,
  kind: TierPolicyKind,
  caveats: Caveat[],
): PodsBySelectors | undefined {
  const subject = fields.requiredObject(spec.subject, "subject");
  if (subject === undefined) return undefined;
  fields.enter("subject");
  const key = fields.onlyKnown(subject, SUBJECT_KEYS) ? undefined : onlyField(fields, subject, SUBJECT_KEYS);
  const pods = key === undefined ? undefined : readPods(fields, subject, key, kind, "subject", caveats);
  fields.leave();
  return pods !== undefined && "namespaceSelector" in pods ? pods : undefined;
}

/** `from` or `to`: required, because there is no shorthand for anyone. */
export function readTierPeers(fields: Fields, value: unknown, context: PeerContext, caveats: Caveat[]): ReadPeers {
  const key = context.direction === "ingress" ? "from" : "to";
  if (isAbsent(value)) fields.fail("required", `\`${key}\` is required`, key);
  const list = fields.list(value, key);
  if (Array.isArray(value)) checkCount(fields, list.length, key, context.most);
  const peers: TierPeer[] = [];
  let failsClosed = false;
  let nameless = false;
  fields.enter(key);
  for (let i = 0; i < list.length; i++) {
    const item = fields.item(list[i], i);
    if (item === undefined) continue;
    fields.enter(i);
    if (isOfAnotherVersion(fields, item, context, caveats)) failsClosed = true;
    else {
      const peer = readPeer(fields, item, context, caveats);
      if (peer !== undefined) peers.push(peer);
      // Who was to be passed on is not known: what was to be asked of them next must not be left out.
      if (context.action === "pass" && peer !== undefined && "nobody" in peer) failsClosed = true;
      nameless ||= isAbsent(item.namespaces) && isAbsent(item.pods);
    }
    fields.leave();
  }
  fields.leave();
  return { peers, failsClosed, nameless };
}

function knownPeers({ kind, direction }: PeerContext): ReadonlySet<string> {
  if (direction === "ingress") return INGRESS_PEERS;
  return kind === "BaselineAdminNetworkPolicy" ? BASELINE_EGRESS_PEERS : EGRESS_PEERS;
}

/** A peer of which no field is known: that of a newer API, which must not open anything. [CNP types 304-316] */
function isOfAnotherVersion(fields: Fields, peer: Raw, context: PeerContext, caveats: Caveat[]): boolean {
  const known = knownPeers(context);
  const given = Object.keys(peer).filter((key) => !isAbsent(peer[key]));
  if (given.length === 0 || given.some((key) => known.has(key))) return false;
  if (refuseRemoved(fields, peer) || refuseMistaken(fields, given, known)) return true;
  const source = fields.source();
  const meaning = context.action === "allow" ? "the rule matches nothing" : "the rule denies everything";
  caveats.push({
    code: "unknown-peer",
    message: `a peer by ${given.map((key) => `\`${key}\``).join(", ")} is not known here, so ${meaning}`,
    objects: [fields.reference],
    ...(source && { source }),
  });
  return true;
}

/** Reports what is no newer kind of peer: a misspelt one, and NetworkPolicy's, which a cluster would not store. */
function refuseMistaken(fields: Fields, given: readonly string[], known: ReadonlySet<string>): boolean {
  let refused = false;
  for (const key of given) {
    const theirs = NETWORK_POLICY_PEERS.get(key);
    const near = [...known].find((one) => editDistance(key.toLowerCase(), one.toLowerCase(), 1) <= 1);
    if (theirs === undefined && near === undefined) continue;
    refused = true;
    const what = theirs === undefined ? "is not a field here" : "is a field of NetworkPolicy's peers";
    const isOffered = theirs === undefined || known.has(theirs.split(":")[0] ?? "");
    const hint = isOffered ? didMean(`\`${theirs ?? near}\``) : "";
    fields.fail("unknown-field", `\`${key}\` ${what}${hint}`, key);
  }
  return refused;
}

function readPeer(fields: Fields, peer: Raw, context: PeerContext, caveats: Caveat[]): TierPeer | undefined {
  const known = knownPeers(context);
  fields.onlyKnown(peer, known);
  const key = onlyField(fields, peer, known);
  const place: Place = context.action === "allow" ? "accept" : (context.action ?? "deny");
  switch (key) {
    case undefined:
      return undefined;
    case "networks":
      return readNetworks(fields, peer.networks, context, caveats);
    case "nodes": {
      const nodeSelector = readTierSelector(fields, peer.nodes, "nodes", place, caveats);
      return nodeSelector === undefined ? { nobody: true, ofNodes: true } : { nodeSelector };
    }
    case "domainNames":
      if (context.action !== "allow") {
        fields.fail("forbidden", "`domainNames` may only stand in rules that accept", "domainNames");
      }
      return readDomainNames(fields, peer.domainNames);
    default:
      return readPods(fields, peer, key, context.kind, place, caveats);
  }
}

/** `namespaces`, a selector of them, or `pods`, by two selectors. */
function readPods(
  fields: Fields,
  holder: Raw,
  key: string,
  kind: TierPolicyKind,
  place: Place,
  caveats: Caveat[],
): PodsBySelectors | { readonly nobody: true } | undefined {
  const written = fields.object(holder[key], key);
  if (written === undefined) return undefined;
  fields.enter(key);
  const removed = refuseRemoved(fields, written);
  fields.leave();
  if (removed) return undefined;
  if (key === "namespaces") {
    const namespaceSelector = readTierSelector(fields, written, key, place, caveats);
    return namespaceSelector === undefined ? { nobody: true } : { namespaceSelector, podSelector: [] };
  }
  fields.enter(key);
  fields.onlyKnown(written, PODS_KEYS);
  // Its predecessors need both selectors; ClusterNetworkPolicy takes all namespaces where none is given.
  if (kind !== "ClusterNetworkPolicy") fields.requiredObject(written.namespaceSelector, "namespaceSelector");
  fields.requiredObject(written.podSelector, "podSelector");
  const read = (selector: "namespaceSelector" | "podSelector") =>
    isAbsent(written[selector]) ? [] : readTierSelector(fields, written[selector], selector, place, caveats);
  const namespaceSelector = read("namespaceSelector");
  const podSelector = read("podSelector");
  fields.leave();
  if (namespaceSelector === undefined || podSelector === undefined) return { nobody: true };
  return { namespaceSelector, podSelector, ...(podSelector.length === 0 && { everyPod: true }) };
}

/** What v1alpha1 had before v0.1.7. */
function refuseRemoved(fields: Fields, written: Raw): boolean {
  const places: readonly (readonly [Raw | undefined, readonly string[]])[] = [
    [written, []],
    [asRecord(written.namespaces), ["namespaces"]],
  ];
  for (const [place, path] of places) {
    for (const key in place) {
      if (!REMOVED_KEYS.has(key)) continue;
      const message = `\`${key}\` was removed from the API in v0.1.7: write one policy for each value of the label, with \`namespaceSelector\` or \`namespaces\` matching that value`;
      fields.fail("unknown-field", message, ...path, key);
      return true;
    }
  }
  return false;
}

function asRecord(value: unknown): Raw | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
}

function readNetworks(fields: Fields, value: unknown, { version }: PeerContext, caveats: Caveat[]): TierPeer {
  const networks: Prefix[] = [];
  readTexts(fields, value, "networks", (text, i) => {
    if (text.length > LONGEST_CIDR) {
      fields.fail("invalid-cidr", `\`${text}\` is longer than ${LONGEST_CIDR} characters`, i);
      return;
    }
    const written = readPrefix(text);
    if (version === "v1beta1" && written?.hostBits) {
      const network = formatPrefix(written.prefix);
      fields.fail("invalid-cidr", `\`${text}\` has bits set beyond the prefix length: write \`${network}\``, i);
      return;
    }
    // The CRD's `isCIDR` is Go's netip.ParsePrefix, which is stricter than what reads an ipBlock.
    if (written?.leadingZeros || isMapped(text)) {
      const message = `\`${text}\` is no CIDR here: it may not have leading zeros or be IPv4-mapped IPv6`;
      fields.fail("invalid-cidr", message, i);
      return;
    }
    const cidr = readCidr(fields, text, caveats, i);
    if (cidr !== undefined) networks.push(cidr.prefix);
  });
  return { networks };
}

/** Whether a CIDR's address is IPv4 written as IPv6. */
function isMapped(text: string): boolean {
  const address = text.slice(0, Math.max(text.indexOf("/"), 0));
  return address.includes(":") && canonicalAddress(address)?.includes(":") === false;
}

function readDomainNames(fields: Fields, value: unknown): TierPeer {
  const domainNames: string[] = [];
  readTexts(fields, value, "domainNames", (text, i) => {
    if (DOMAIN.test(text)) domainNames.push(canonicalDomain(text));
    else
      fields.fail(
        "invalid-name",
        `\`${text}\` is not a domain name such as \`db.example.com\` or \`*.example.com\``,
        i,
      );
  });
  return { domainNames };
}

function readTexts(fields: Fields, value: unknown, key: string, read: (text: string, index: number) => void): void {
  const list = fields.list(value, key);
  if (Array.isArray(value)) checkCount(fields, list.length, key, MOST_NETWORKS);
  const given = new Set<string>();
  fields.enter(key);
  for (let i = 0; i < list.length; i++) {
    const text = fields.text(list[i], i);
    if (text === undefined) continue;
    if (given.has(text)) fields.fail("forbidden", `\`${text}\` is given twice: the list is a set`, i);
    given.add(text);
    read(text, i);
  }
  fields.leave();
}
