/** What a call asks for, read and judged: every problem of the whole call at once, before anything changes. */
import { type Issue, NetverdictError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { settleAddresses } from "../read/addresses.ts";
import { readUnjudged, type Watch } from "../read/index.ts";
import type { PodObject } from "../read/objects.ts";
import type { FullState } from "../state.ts";
import type { LoadInput } from "../types.ts";
import { type Edit, Edits } from "./edits.ts";
import { nameOf } from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { readRemovals } from "./references.ts";
import { copyStore, LIST_NAMES, objectsOf } from "./store.ts";

const KEYS: ReadonlySet<string> = new Set(["upsert", "remove"]);

/**
 * @param watch is shown the objects that are added or changed
 * @throws NetverdictError with every problem
 */
export function readChanges(changes: unknown, ledger: Ledger, full: FullState, watch?: Watch): Edits {
  const { store } = ledger;
  const defaultNamespace = full.options.defaultNamespace ?? "default";
  const edits = new Edits(store);
  const issues: Issue[] = [];
  const { upsert, remove } = readCall(changes);
  if (remove !== undefined) readRemovals(remove, store, defaultNamespace, edits, issues);
  if (upsert !== undefined) {
    const load = readUnjudged(upsert, { defaultNamespace, readText: full.runtime.readText, watch });
    issues.push(...load.issues);
    edits.upsert({ ...load.objects, caveats: load.caveats });
  }
  const count = LIST_NAMES.reduce((sum, list) => sum + store[list].size, edits.growth);
  if (edits.growth > 0 && count > LIMITS.objects) {
    issues.push({ code: "limit-exceeded", message: `more than ${LIMITS.objects} objects`, path: [] });
  }
  if (mayShareAddresses(edits, full) || touches(edits, ledger.tallies.lost)) {
    const after = copyStore(store);
    edits.commit(after);
    const settled = settleAddresses(objectsOf(after), { push: (issue) => issues.push(issue) });
    for (const pod of settled) if (after.pods.get(nameOf(pod)) !== pod) edits.settlePod(pod);
  }
  if (issues.length > 0) throw new NetverdictError(issues);
  return edits;
}

function readCall(changes: unknown): { readonly upsert?: LoadInput; readonly remove?: unknown } {
  const fail = (message: string, path: Issue["path"]): NetverdictError =>
    new NetverdictError([{ code: "invalid-input", message, path }]);
  if (typeof changes !== "object" || changes === null) throw fail("an update must be `{ upsert?, remove? }`", []);
  for (const key of Object.keys(changes)) {
    if (!KEYS.has(key)) throw fail(`\`${key}\` is no part of an update: there are ${[...KEYS].join(", ")}`, [key]);
  }
  return changes as { readonly upsert?: LoadInput; readonly remove?: unknown };
}

/** Whether a pod is edited that has one of the addresses, or had it. */
function touches({ lists }: Edits, addresses: ReadonlyMap<string, number>): boolean {
  if (addresses.size === 0) return false;
  const has = (pod: PodObject | undefined): boolean => pod?.ips.some((ip) => addresses.has(ip)) === true;
  return [...lists.pods.values()].some(({ before, after }) => has(before) || has(after));
}

/** Whether two of the resulting objects may have one address; only then are all of them looked at. */
function mayShareAddresses({ lists }: Edits, { addresses, nodes }: FullState): boolean {
  if (lists.nodes.size > 0) return true;
  const claimed = new Set<string>();
  for (const [key, { before, after }] of lists.pods) {
    if (after === undefined || after.finished) continue;
    if (after.hostNetwork || before?.hostNetwork) return true;
    // An address that no node had so far may be a pod's.
    if (after.nodeName !== undefined && after.hostIPs.some((ip) => nodes.ownerOf(ip) === undefined)) return true;
    for (const ip of after.ips) {
      const holder = addresses.get(ip);
      const owner = holder && nameOf(holder);
      if (claimed.has(ip) || nodes.ownerOf(ip) !== undefined) return true;
      if (owner !== undefined && owner !== key && keepsAddress(lists.pods.get(owner), ip)) return true;
      claimed.add(ip);
    }
  }
  return false;
}

function keepsAddress(edit: Edit<PodObject> | undefined, ip: string): boolean {
  if (edit === undefined) return true;
  const { after } = edit;
  return after !== undefined && !after.finished && after.ips.includes(ip);
}
