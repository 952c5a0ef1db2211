/** Writes a names section; see names.ts. */
import type { EndpointEntry, PodEntry } from "../model/directory.ts";
import { Words } from "../wasm/words.ts";
import {
  FLAG_FIRST_FAMILY_SHIFT,
  FLAG_HOST_NETWORK,
  FLAG_NODE,
  FLAG_POD,
  FLAG_READY,
  FLAG_READY_KNOWN,
  FLAG_REPRESENTATIVE,
  FLAG_SECOND_FAMILY_SHIFT,
  FLAG_TERMINATING,
  hashName,
  NO_STRING,
  PROTOCOLS,
  RECORD_WORDS,
  slotsFor,
} from "./names.ts";

/** Texts, each distinct one once. */
class Strings {
  readonly #ids = new Map<string, number>();

  id(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(text, id);
    }
    return id;
  }

  /** The end of each, then their bytes. */
  encode(): { readonly ends: Uint32Array; readonly bytes: Uint8Array } {
    const encoder = new TextEncoder();
    const encoded = [...this.#ids.keys()].map((text) => encoder.encode(text));
    const ends = new Uint32Array(encoded.length);
    let end = 0;
    encoded.forEach(({ length }, i) => {
      end += length;
      ends[i] = end;
    });
    const bytes = new Uint8Array(end);
    encoded.forEach((text, i) => {
      bytes.set(text, (ends[i] ?? 0) - text.length);
    });
    return { ends, bytes };
  }
}

/** The names of the endpoints from 0 on; undefined stands for one that is nobody's any more. */
export function writeNames(entries: readonly (EndpointEntry | undefined)[]): Uint8Array {
  const strings = new Strings();
  const records = new Words();
  const ports = new Words();
  for (const entry of entries) writeRecord(entry, records, ports, strings);
  const slots = hashPods(entries);
  const { ends, bytes } = strings.encode();
  const header = Uint32Array.of(entries.length, slots.length, ports.length / 2, ends.length);
  const parts = [header, records.view(), slots, ports.view(), ends];
  const section = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, bytes.length));
  let offset = 0;
  for (const part of parts) {
    section.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset);
    offset += part.byteLength;
  }
  section.set(bytes, offset);
  return section;
}

function writeRecord(entry: EndpointEntry | undefined, records: Words, ports: Words, strings: Strings): void {
  if (entry === undefined) {
    for (let i = 0; i < RECORD_WORDS; i++) records.push(0);
    return;
  }
  if (entry.kind === "node") {
    const name = entry.node === undefined ? NO_STRING : strings.id(entry.node);
    for (const word of [FLAG_NODE, name, strings.id(entry.ip), NO_STRING, 0, 0]) records.push(word);
    return;
  }
  const { pod } = entry;
  const first = ports.length / 2;
  for (const { name, protocol, containerPort } of pod.ports) {
    if (name === undefined) continue;
    ports.push(strings.id(name));
    ports.push(containerPort | (PROTOCOLS.indexOf(protocol) << 16));
  }
  for (const word of [
    flagsOf(pod),
    strings.id(pod.namespace),
    strings.id(pod.name),
    pod.nodeName === undefined ? NO_STRING : strings.id(pod.nodeName),
    first,
    ports.length / 2 - first,
  ]) {
    records.push(word);
  }
}

function flagsOf({ hostNetwork, terminating, representative, ready, families }: PodEntry): number {
  const [first, second] = families;
  return (
    FLAG_POD |
    (hostNetwork ? FLAG_HOST_NETWORK : 0) |
    (terminating ? FLAG_TERMINATING : 0) |
    (representative ? FLAG_REPRESENTATIVE : 0) |
    (ready === undefined ? 0 : FLAG_READY_KNOWN) |
    (ready === true ? FLAG_READY : 0) |
    (familyBits(first) << FLAG_FIRST_FAMILY_SHIFT) |
    (familyBits(second) << FLAG_SECOND_FAMILY_SHIFT)
  );
}

function familyBits(family: 4 | 6 | undefined): number {
  if (family === undefined) return 0;
  return family === 4 ? 1 : 2;
}

function hashPods(entries: readonly (EndpointEntry | undefined)[]): Uint32Array {
  const slots = new Uint32Array(slotsFor(entries.length));
  entries.forEach((entry, endpoint) => {
    if (entry?.kind !== "pod" || entry.pod.representative) return;
    let slot = hashName(entry.pod.namespace, entry.pod.name) & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = endpoint + 1;
  });
  return slots;
}
