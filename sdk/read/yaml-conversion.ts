/** YAML nodes to values. */
import type { Issue, Path } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from "./yaml-library.ts";
import { isMergeKey, isWhole, keyText, scalarValue, startOf } from "./yaml-node.ts";

class AliasLimit extends Error {}

/** Turns nodes into values: what the package's own `toJS` does, but with limits, and with no key treated specially. */
export class Conversion {
  /** The document has no value: its aliases expand to too much. */
  aborted = false;
  readonly #fail: (code: Issue["code"], message: string, offset: number, path: Path) => void;
  readonly #text: string;
  readonly #anchors = new Map<string, Anchored>();
  readonly #path: (string | number)[] = [];
  /** Nodes so far, those behind aliases included. */
  #nodes = 0;
  #expanded = 0;

  /** `text` is what the nodes were composed of. */
  constructor(text: string, fail: (code: Issue["code"], message: string, offset: number, path: Path) => void) {
    this.#text = text;
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
    if (isAlias(node)) return this.#resolve(node.source, startOf(node))?.value ?? null;
    const before = this.#nodes++;
    let value: unknown = null;
    if (isScalar(node)) value = this.#convertScalar(node);
    else if (isMap(node)) value = this.#convertMap(node);
    else if (isSeq(node)) value = node.items.map((item, i) => this.#within(i, item));
    if (isScalar(node) || isMap(node) || isSeq(node)) this.#note(node, value, before);
    return value;
  }

  #convertScalar(node: Scalar): unknown {
    if (!isWhole(node, this.#text)) {
      this.#refuse("a text in quotes is cut off by a line that begins with `---` or `...`: indent that", node);
    }
    return scalarValue(node);
  }

  /** What a node is told to be, and called. */
  #note(node: Scalar | YAMLMap | YAMLSeq, value: unknown, start: number): void {
    const { tag, anchor } = node;
    if (tag === "!") this.#refuse("the tag `!` is not read: put text in quotes", node);
    if (anchor === undefined) return;
    if (!ANCHOR.test(anchor))
      this.#refuse(`the anchor \`&${anchor}\` must have letters, digits, \`-\` and \`_\` alone`, node);
    // Where what is in the node has its name too, that is the later one.
    if ((this.#anchors.get(anchor)?.start ?? -1) > start) return;
    this.#anchors.set(anchor, {
      value,
      start,
      size: this.#nodes - start,
      key: isScalar(node) ? keyText(node) : undefined,
    });
  }

  #refuse(message: string, node: unknown): void {
    this.#fail("invalid-syntax", message, startOf(node), [...this.#path]);
  }

  #within(step: string | number, node: unknown): unknown {
    this.#path.push(step);
    const value = this.#convert(node);
    this.#path.pop();
    return value;
  }

  #resolve(name: string, offset: number): Anchored | undefined {
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      this.#fail("invalid-syntax", `the alias \`*${name}\` has no anchor before it`, offset, [...this.#path]);
      return undefined;
    }
    this.#nodes += anchor.size;
    this.#expanded += anchor.size;
    if (this.#expanded > LIMITS.aliasExpansions) {
      const message = `aliases expand to more than ${LIMITS.aliasExpansions} nodes`;
      this.#fail("limit-exceeded", message, offset, [...this.#path]);
      throw new AliasLimit();
    }
    return anchor;
  }

  #convertMap(map: YAMLMap): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    let merge: Merge | undefined;
    for (const pair of map.items) {
      const offset = startOf(pair.key);
      if (isMergeKey(pair.key)) {
        if (merge !== undefined) this.#duplicate("<<", offset);
        if ((pair.key as Scalar).anchor !== undefined) this.#refuse("`<<` may have no anchor", pair.key);
        merge = { offset, before: new Set(Object.keys(record)), value: this.#within("<<", pair.value) };
        continue;
      }
      const key = this.#key(pair, map.flow === true);
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
  #key({ key, value }: Pair, inFlow: boolean): string | undefined {
    if (isAlias(key)) return this.#resolve(key.source, startOf(key))?.key;
    if (!isScalar(key)) return undefined;
    this.#convert(key);
    if (inFlow && key.type === "PLAIN") this.#checkFlowKey(key, value);
    return keyText(key);
  }

  /** In brackets kubectl takes `?a: b` for an explicit key `a`, and `{a:}` for a key `a:`. */
  #checkFlowKey(key: Scalar, value: unknown): void {
    if (key.source?.startsWith("?")) this.#refuse("a key that begins with `?` must be in quotes", key);
    const end = key.range?.[1] ?? 0;
    if (value === null || (isScalar(value) && value.source === "")) {
      BARE_COLON.lastIndex = end;
      if (BARE_COLON.test(this.#text)) this.#refuse(`\`${key.source}:\` needs a blank after it`, key);
    }
  }
}

/** A colon, and the end of its entry. */
const BARE_COLON = /\s*:[,\]}]/y;

/** What an anchor is the name of. */
interface Anchored {
  readonly value: unknown;
  /** As a key. */
  readonly key: string | undefined;
  /** Which node it is, by their order. */
  readonly start: number;
  /** Nodes in it. */
  readonly size: number;
}

/** Names as kubectl reads them; more is text to it. */
const ANCHOR = /^[\w-]+$/;

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
