/** Port sets by number, read from their bits when they are first asked for. */
import { invalidOption } from "../check-options.ts";
import type { PortSetRooms } from "../wasm/port-sets.ts";
import type { PortRange, PortSet, Ports } from "./types.ts";

export class PortSetTable {
  readonly #lastPorts: readonly number[];
  readonly #setBytes: number;
  readonly #halves: 1 | 2;
  /** Bits of runs of sets, each with the number of its first. */
  readonly #runs: { readonly first: number; readonly bits: Uint8Array }[] = [];
  readonly #sets: PortSet[] = [];
  #count = 0;

  constructor({ lastPorts, setBytes, halves }: PortSetRooms) {
    this.#lastPorts = lastPorts;
    this.#setBytes = setBytes;
    this.#halves = halves;
  }

  /** Takes over the sets that are new since the last time. */
  update(rooms: PortSetRooms): void {
    const { count } = rooms;
    if (count === this.#count) return;
    this.#runs.push({ first: this.#count, bits: rooms.setsFrom(this.#count) });
    this.#count = count;
  }

  /** @throws NetverdictError `invalid-option` for a number that no set has */
  get(number: number): PortSet {
    if (!Number.isInteger(number) || number < 0 || number >= this.#count) {
      throw invalidOption([], `no port set has the number \`${number}\`: there are ${this.#count}`);
    }
    this.#sets[number] ??= this.#read(number);
    return this.#sets[number];
  }

  #read(number: number): PortSet {
    const run = this.#runs.findLast(({ first }) => first <= number);
    const at = (number - (run?.first ?? 0)) * this.#setBytes;
    const bits = run?.bits.subarray(at, at + this.#setBytes) ?? new Uint8Array(this.#setBytes);
    const half = this.#setBytes / this.#halves;
    const certain = bits.subarray(0, half);
    const open =
      this.#halves === 1 ? new Uint8Array(half) : bits.subarray(half).map((byte, i) => byte & ~(certain[i] ?? 0));
    return { allowed: this.#portsOf(certain), undetermined: this.#portsOf(open) };
  }

  #portsOf(bits: Uint8Array): Ports {
    const intervals = this.#lastPorts.length;
    return {
      TCP: this.#rangesOf(bits, 0),
      UDP: this.#rangesOf(bits, intervals),
      SCTP: this.#rangesOf(bits, intervals * 2),
      portless: isSet(bits, intervals * 3),
    };
  }

  /** Intervals side by side become one range. */
  #rangesOf(bits: Uint8Array, base: number): PortRange[] {
    const ranges: PortRange[] = [];
    let start: number | undefined;
    let before = 0;
    this.#lastPorts.forEach((last, i) => {
      if (isSet(bits, base + i)) start ??= before + 1;
      else if (start !== undefined) {
        ranges.push([start, before]);
        start = undefined;
      }
      before = last;
    });
    if (start !== undefined) ranges.push([start, before]);
    return ranges;
  }
}

function isSet(bits: Uint8Array, at: number): boolean {
  return (((bits[at >>> 3] ?? 0) >>> (at & 7)) & 1) !== 0;
}
