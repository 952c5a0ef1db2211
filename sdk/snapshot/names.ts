/**
 * The names section: what each endpoint is, found by its number or by its name, without a map that loading would have to
 * fill.
 *
 *   │ endpoints │ slots │ ports │ strings │       counts; slots is a power of two
 *   │ record × endpoints │                        six words each, see RECORD_…
 *   │ slot × slots │                              endpoint + 1, or 0: free. Open addressing by the pod's name, at most half full
 *   │ port × ports │                              name, number | slot << 16
 *   │ end × strings │ UTF-8 bytes …               a string begins where the one before it ends
 */
import { damaged } from "./format.ts";

const NAMES_HEADER_BYTES = 16;
export const RECORD_WORDS = 6;
export const RECORD_FLAGS = 0;
/** Strings: a pod's namespace and name, or a node's name (or NO_STRING) and address. */
export const RECORD_FIRST = 1;
export const RECORD_SECOND = 2;
/** String: the node that a pod runs on, or NO_STRING. */
export const RECORD_NODE = 3;
/** A pod's ports that have names: the first one's index, and how many. */
export const RECORD_PORTS = 4;
export const RECORD_PORT_COUNT = 5;
export const NO_STRING = 0xffffffff;

export const FLAG_POD = 0x1;
export const FLAG_NODE = 0x2;
export const FLAG_HOST_NETWORK = 0x4;
export const FLAG_TERMINATING = 0x8;
export const FLAG_REPRESENTATIVE = 0x10;
export const FLAG_READY_KNOWN = 0x20;
export const FLAG_READY = 0x40;
/** Two bits each: 0 for none, 1 for IPv4, 2 for IPv6. */
export const FLAG_FIRST_FAMILY_SHIFT = 8;
export const FLAG_SECOND_FAMILY_SHIFT = 10;

export const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

/** FNV-1a over the UTF-16 units of `namespace/name`. */
export function hashName(namespace: string, name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < namespace.length; i++) hash = Math.imul(hash ^ namespace.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ 0x2f, 0x01000193);
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  // The last units have reached the lower bits only.
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The smallest table that `count` names fill to its half at most. */
export function slotsFor(count: number): number {
  let slots = 8;
  while (slots < count * 2) slots *= 2;
  return slots;
}

/** Reads a names section. `section` gives its bytes as they are now: a memory that grows takes its views with it. */
export class Names {
  readonly endpoints: number;
  readonly #section: () => Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #slots: number;
  readonly #ports: number;
  readonly #strings: number;
  /** Offsets in the section. */
  readonly #slotsAt: number;
  readonly #portsAt: number;
  readonly #endsAt: number;
  readonly #textAt: number;
  #bytes: Uint8Array;
  #view: DataView;

  /** @throws NetverdictError `invalid-snapshot` */
  constructor(section: () => Uint8Array) {
    this.#section = section;
    this.#bytes = section();
    this.#view = viewOf(this.#bytes);
    if (this.#bytes.length < NAMES_HEADER_BYTES) throw damaged("it has no names");
    this.endpoints = this.#word(0);
    this.#slots = this.#word(4);
    this.#ports = this.#word(8);
    this.#strings = this.#word(12);
    // Numbers, not words: what a hostile header asks for does not wrap.
    this.#slotsAt = NAMES_HEADER_BYTES + this.endpoints * RECORD_WORDS * 4;
    this.#portsAt = this.#slotsAt + this.#slots * 4;
    this.#endsAt = this.#portsAt + this.#ports * 8;
    this.#textAt = this.#endsAt + this.#strings * 4;
    if (this.#textAt > this.#bytes.length) throw damaged("its names are cut off");
    if (this.#slots === 0 || (this.#slots & (this.#slots - 1)) !== 0) throw damaged("its names cannot be looked up");
  }

  /** A field of an endpoint's record; the endpoint must be below `endpoints`. */
  field(endpoint: number, field: number): number {
    return this.#word(NAMES_HEADER_BYTES + (endpoint * RECORD_WORDS + field) * 4);
  }

  /** The pod of a name, or -1. */
  find(namespace: string, name: string): number {
    const mask = this.#slots - 1;
    let slot = hashName(namespace, name) & mask;
    // No more steps than there are slots, however full they are.
    for (let left = this.#slots; left > 0; left--) {
      const entry = this.#word(this.#slotsAt + slot * 4);
      if (entry === 0) return -1;
      if (this.#isNamed(entry - 1, namespace, name)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** @throws NetverdictError `invalid-snapshot` */
  text(string: number): string {
    if (string >= this.#strings) throw damaged("a name is missing");
    const first = string === 0 ? 0 : this.#word(this.#endsAt + (string - 1) * 4);
    const end = this.#word(this.#endsAt + string * 4);
    if (first > end || this.#textAt + end > this.#bytes.length) throw damaged("a name is cut off");
    try {
      // A copy: no decoder takes views over a shared memory.
      return this.#decoder.decode(this.#bytes.slice(this.#textAt + first, this.#textAt + end));
    } catch {
      throw damaged("a name is no UTF-8");
    }
  }

  /** A port with a name. */
  port(index: number): {
    readonly name: string;
    readonly containerPort: number;
    readonly protocol: "TCP" | "UDP" | "SCTP";
  } {
    if (index >= this.#ports) throw damaged("a port is missing");
    const word = this.#word(this.#portsAt + index * 8 + 4);
    const protocol = PROTOCOLS[word >>> 16];
    if (protocol === undefined) throw damaged("a port has no protocol");
    return { name: this.text(this.#word(this.#portsAt + index * 8)), containerPort: word & 0xffff, protocol };
  }

  #isNamed(endpoint: number, namespace: string, name: string): boolean {
    if (endpoint >= this.endpoints) throw damaged("a name leads to no pod");
    return (
      this.text(this.field(endpoint, RECORD_SECOND)) === name &&
      this.text(this.field(endpoint, RECORD_FIRST)) === namespace
    );
  }

  #word(offset: number): number {
    // A view whose memory has grown away from under it has no length left.
    if (this.#bytes.length === 0) {
      this.#bytes = this.#section();
      this.#view = viewOf(this.#bytes);
    }
    return this.#view.getUint32(offset, true);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
