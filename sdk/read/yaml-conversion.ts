/** YAML nodes to values. */
import type { Issue, Path } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from "./yaml-library.ts";
import { isMergeKey, keyText, scalarValue, startOf } from "./yaml-node.ts";

class AliasLimit extends Error {}

/** Turns nodes into values: what the package's own `toJS` does, but with limits, and with no key treated specially. */
export class Conversion {
  /** The document has no value: its aliases expand to too much. */
  aborted = false;
  readonly #fail: (code: Issue["code"], message: string, offset: number, path: Path) => void;
  readonly #anchors = new Map<string, { readonly value: unknown; readonly size: number }>();
  readonly #path: (string | number)[] = [];
  /** Nodes so far, those behind aliases included. */
  #nodes = 0;
  #expanded = 0;

  constructor(fail: (code: Issue["code"], message: string, offset: number, path: Path) => void) {
    this.#fail = fail;
  }

  run(root: unknown): unknown {
    try {
      return this.#convert(root);
    } catch (error) {
      if (!(error instanceof AliasLimit)) throw error;
      this.aborted = true;
      return undefined;
    }
  }

  #convert(node: unknown): unknown {
    if (isAlias(node)) return this.#resolve(node.source, startOf(node));
    const before = this.#nodes++;
    let value: unknown = null;
    if (isScalar(node)) value = scalarValue(node);
    else if (isMap(node)) value = this.#convertMap(node);
    else if (isSeq(node)) {
      value = node.items.map((item, i) => this.#within(i, item));
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, { value, size: this.#nodes - before });
    }
    return value;
  }

  #within(step: string | number, node: unknown): unknown {
    this.#path.push(step);
    const value = this.#convert(node);
    this.#path.pop();
    return value;
  }

  #resolve(name: string, offset: number): unknown {
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      this.#fail("invalid-syntax", `the alias \`*${name}\` has no anchor before it`, offset, [...this.#path]);
      return null;
    }
    this.#nodes += anchor.size;
    this.#expanded += anchor.size;
    if (this.#expanded > LIMITS.aliasExpansions) {
      const message = `aliases expand to more than ${LIMITS.aliasExpansions} nodes`;
      this.#fail("limit-exceeded", message, offset, [...this.#path]);
      throw new AliasLimit();
    }
    return anchor.value;
  }

  #convertMap(map: YAMLMap): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    let merge: Merge | undefined;
    for (const pair of map.items) {
      const offset = startOf(pair.key);
      if (isMergeKey(pair.key)) {
        if (merge !== undefined) this.#duplicate("<<", offset);
        merge = { offset, before: new Set(Object.keys(record)), value: this.#within("<<", pair.value) };
        continue;
      }
      const key = this.#key(pair);
      if (key === undefined) this.#fail("invalid-syntax", "a key must be a string", offset, [...this.#path]);
      else {
        if (Object.hasOwn(record, key)) this.#duplicate(key, offset);
        setOwn(record, key, this.#within(key, pair.value));
      }
    }
    if (merge !== undefined) this.#merge(record, merge);
    return record;
  }

  #merge(record: Record<string, unknown>, { offset, before, value }: Merge): void {
    for (const source of Array.isArray(value) ? value : [value]) {
      if (typeof source !== "object" || source === null || Array.isArray(source)) {
        this.#fail("invalid-syntax", "`<<` needs a mapping or a list of mappings", offset, [...this.#path]);
        continue;
      }
      for (const [key, merged] of Object.entries(source)) {
        if (before.delete(key)) {
          const message = `\`<<\` has the key \`${key}\` too, and kubectl takes it from there: write \`<<\` before \`${key}\``;
          this.#fail("invalid-syntax", message, offset, [...this.#path, key]);
        }
        if (!Object.hasOwn(record, key)) setOwn(record, key, merged);
      }
    }
  }

  #duplicate(key: string, offset: number): void {
    this.#fail("invalid-syntax", `the key \`${key}\` is given twice`, offset, [...this.#path, key]);
  }

  /** A scalar key as text; numbers and booleans too, as in JSON. */
  #key({ key }: Pair): string | undefined {
    if (isScalar(key)) {
      if (key.anchor !== undefined) this.#convert(key);
      return keyText(key);
    }
    const value = isAlias(key) ? this.#convert(key) : undefined;
    return typeof value === "string" ? value : undefined;
  }
}

/** A merge key, and the keys that stand before it. */
interface Merge {
  readonly offset: number;
  readonly before: Set<string>;
  readonly value: unknown;
}

/** Sets an own property, `__proto__` included. */
function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else record[key] = value;
}
