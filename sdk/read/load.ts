/**
 * One load: texts, objects and lists, taken apart into single objects, each sent to the reader of its kind.
 *
 *   input ─▶ texts ─▶ documents ─┐
 *      └──────────▶ objects ─────┴─▶ lists taken apart ─▶ classified ─▶ checked object │ named policy │ count
 */
import { type Issue, NetverdictError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Caveat } from "../types.ts";
import { settleAddresses } from "./addresses.ts";
import { isRecord, type Raw, report, typeName } from "./fields.ts";
import { isList, isText } from "./lists.ts";
import { whatTextIs, whyNoObject } from "./no-object.ts";
import { ObjectReader, type Watch } from "./object-reader.ts";
import type { LoadedObjects, ReadObjects } from "./objects.ts";
import type { IssueSink, TextDocument } from "./text.ts";

/** Thrown inside a load when a limit of the whole load is passed; its issue has been reported. */
export class LimitReached extends Error {}

export class Load implements IssueSink {
  readonly issues: Issue[] = [];
  readonly #reader: ObjectReader;
  #count = 0;
  /** The text that objects come from, and the path in it of the value at hand. */
  #document: TextDocument | undefined;
  readonly #path: (string | number)[] = [];

  constructor(defaultNamespace: string, watch?: Watch) {
    this.#reader = new ObjectReader(this, defaultNamespace, watch);
  }

  get objects(): ReadObjects {
    return this.#reader.objects;
  }

  get caveats(): readonly Caveat[] {
    return this.#reader.caveats;
  }

  /** Takes an issue; past the limit it ends the load. */
  push(issue: Issue): void {
    this.issues.push(issue);
    if (this.issues.length >= LIMITS.issues) {
      this.issues.push({ code: "limit-exceeded", message: `stopped after ${LIMITS.issues} problems`, path: [] });
      throw new LimitReached();
    }
  }

  /** Counts one object, text or iterable; past the limit it ends the load. */
  count(): void {
    if (++this.#count <= LIMITS.objects) return;
    this.issues.push({ code: "limit-exceeded", message: `more than ${LIMITS.objects} objects`, path: [] });
    throw new LimitReached();
  }

  /** @throws NetverdictError with every issue, where there is one. */
  finish(): LoadedObjects {
    const pods = settleAddresses(this.objects, this.issues);
    if (this.issues.length > 0) throw new NetverdictError(this.issues);
    return { ...this.objects, pods, caveats: [...this.caveats, ...skippedKinds(this.objects.skipped)] };
  }

  /** Adds a document of a text, or with `document` undefined a JavaScript object. */
  add(value: unknown, document: TextDocument | undefined): void {
    this.#document = document;
    if (this.#path.length > 0) this.#path.length = 0;
    this.#addValue(value, undefined, 0);
  }

  #addValue(value: unknown, inherited: { apiVersion: string; kind: string } | undefined, depth: number): void {
    if (depth > LIMITS.depth) {
      this.#fail("limit-exceeded", `lists are nested deeper than ${LIMITS.depth} levels`);
      throw new LimitReached();
    }
    if (Array.isArray(value)) {
      this.#addItems(value, inherited, depth);
      return;
    }
    this.count();
    if (!isRecord(value)) {
      const hint = typeof value === "string" ? whatTextIs(value) : "";
      this.#fail("invalid-object", `a Kubernetes object must be a mapping, not ${typeName(value)}${hint}`);
      return;
    }
    const kind = value.kind ?? inherited?.kind;
    // A List says all that is needed by its kind.
    const apiVersion = value.apiVersion ?? inherited?.apiVersion ?? (kind === "List" ? "v1" : undefined);
    if (!isText(apiVersion) || !isText(kind)) {
      const [key, wrong] = isText(apiVersion) ? ["kind", kind] : ["apiVersion", apiVersion];
      const isMissing = wrong === undefined || wrong === null || wrong === "";
      if (isMissing) this.#fail("invalid-object", `not a Kubernetes object: \`${key}\` is missing`, key);
      else this.#fail("invalid-type", `must be a string, not ${typeName(wrong)}`, key);
      return;
    }
    const reason = whyNoObject(apiVersion, kind, value);
    if (reason !== undefined)
      this.#fail("invalid-object", isText(value.message) ? `${reason}: ${value.message}` : reason);
    else if (isList(value, apiVersion, kind)) this.#addList(value, apiVersion, kind, depth);
    else this.#reader.add(value, apiVersion, kind, this.#document, this.#path);
  }

  #addItems(
    items: readonly unknown[],
    inherited: { apiVersion: string; kind: string } | undefined,
    depth: number,
  ): void {
    const step = this.#path.length;
    for (let i = 0; i < items.length; i++) {
      this.#path[step] = i;
      this.#addValue(items[i], inherited, depth + 1);
    }
    this.#path.length = step;
  }

  #addList(list: Raw, apiVersion: string, kind: string, depth: number): void {
    const items = list.items;
    if (items === null) return; // Go writes an empty list so
    if (!Array.isArray(items)) {
      if (items === undefined) this.#fail("required", `a ${kind} needs \`items\``, "items");
      else this.#fail("invalid-type", `\`items\` must be a list, not ${typeName(items)}`, "items");
      return;
    }
    const continued = isRecord(list.metadata) ? list.metadata.continue : undefined;
    if (isText(continued)) {
      const message = "this is a part of a list, and the rest of it is missing: ask for all of it at once";
      this.#fail("invalid-object", message, "metadata", "continue");
      return;
    }
    // Items of a typed list may leave out what the list says.
    const itemKind = kind.endsWith("List") ? kind.slice(0, -"List".length) : "";
    const inherited = itemKind === "" ? undefined : { apiVersion, kind: itemKind };
    this.#path.push("items");
    this.#addItems(items, inherited, depth);
    this.#path.pop();
  }

  /** Reports a problem that has no object to name it by: its path is from the document's root. */
  #fail(code: Issue["code"], message: string, ...keys: readonly string[]): void {
    const path = [...this.#path, ...keys];
    report(this, undefined, code, message, path, this.#document?.locate(path));
  }
}

/** What a state says of the objects that were skipped, by kind. */
export function skippedKinds(skipped: ReadonlyMap<string, number>): Caveat[] {
  if (skipped.size === 0) return [];
  const kinds = [...skipped].map(([kind, count]) => `${count} ${kind}`).join(", ");
  return [{ code: "skipped-kinds", message: `skipped, because no verdict depends on them: ${kinds}` }];
}
