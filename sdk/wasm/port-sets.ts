/** Port sets in the core's memory: each distinct set once, and the cells of pairs that name them. */
import {
  CHUNK_SHIFT,
  PORT_BOUNDS_BYTES,
  PORT_JOINS,
  PORT_SETS_BITS,
  PORT_SETS_BOUNDS,
  PORT_SETS_BYTES,
  PORT_SETS_CAPACITY,
  PORT_SETS_COUNT,
  PORT_SETS_FULL,
  PORT_SETS_HALVES,
  PORT_SETS_INTERVALS,
  PORT_SETS_JOINS,
  PORT_SETS_KEY,
  PORT_SETS_MASK,
  PORT_SETS_MEMO,
  PORT_SETS_SLOTS,
  PORT_SETS_STAMP,
  PORT_SETS_WORDS,
  SIDE_EGRESS,
  SIDE_INGRESS,
  SIDE_OWN_NODE,
} from "../../assembly/abi.ts";
import { NetverdictError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { widthOf } from "./class-matrix.ts";
import type { Engine } from "./engine.ts";
import { type Room, returnRoom, takeRoom } from "./rooms.ts";
import { hasOpenRows } from "./tables.ts";

const CHUNK = 1 << CHUNK_SHIFT;
const FIRST_CAPACITY = 1024;
const NO_DESTINATIONS: Placed = { first: 0, count: 0, classes: 0, sides: 0 };

/** Destinations that a source can have, in a row: the number of the first, and the class of each. */
export interface Destinations {
  readonly first: number;
  readonly classes: Uint32Array;
}

/** The same in the core's memory, with where each one's ingress side is. */
interface Placed {
  readonly first: number;
  readonly count: number;
  readonly classes: number;
  readonly sides: number;
}

/** Cells as columns: numbers of destinations, and of port sets. */
export interface Cells {
  readonly to: Uint32Array;
  readonly ports: Uint32Array;
}

/** The port sets of one engine, and the rooms that they are found in. `close` gives the rooms back. */
export class PortSetRooms {
  readonly #engine: Engine;
  readonly #width: number;
  readonly #rooms: Room[] = [];
  readonly #destinations: readonly Placed[];
  readonly #words: number;
  readonly #egress: number;
  readonly #to: number;
  readonly #ports: number;
  readonly #sideWords: number;
  #cells = 0;
  /** What depends on how many sets there is room for. */
  #growing: Room[] = [];
  /** The last port of each interval that no policy cuts, ascending; the last one is 65535. */
  readonly lastPorts: readonly number[];
  /** Bytes of a set, and how many parts they have: 2 where something is open. */
  readonly setBytes: number;
  readonly halves: 1 | 2;

  /**
   * @param sideOf by class, the number of its ingress side: equal numbers are equal sides
   * @param sides how many numbers there are
   * @param cells how many cells there is room for until they are taken
   */
  constructor(
    engine: Engine,
    destinations: readonly Destinations[],
    sideOf: Uint32Array,
    sides: number,
    cells: number,
  ) {
    this.#engine = engine;
    this.#width = widthOf(engine);
    this.halves = hasOpenRows(engine) ? 2 : 1;
    const bounds = this.#take(PORT_BOUNDS_BYTES);
    const intervals = engine.call((core) => core.portBounds(engine.arena, bounds));
    this.lastPorts = [...markedPorts(new Uint8Array(engine.memory, bounds, 8192)), 65_535];
    this.setBytes = Math.ceil((intervals * 3 + 1) / 128) * 16 * this.halves;
    this.#words = this.#take(PORT_SETS_WORDS * 4);
    this.#egress = this.#take(this.#width * 4);
    this.#to = this.#take(cells * 4);
    this.#ports = this.#take(cells * 4);
    this.#sideWords = this.#take(sides * CHUNK * 4);
    this.#destinations = destinations.map(({ first, classes }) => ({
      first,
      count: classes.length,
      classes: this.#copy(classes),
      sides: this.#copy(classes.map((id) => this.#sideWords + (sideOf[id] ?? 0) * CHUNK * 4)),
    }));
    const joins = this.#take(PORT_JOINS * 16);
    const key = this.#take(this.setBytes * 2);
    this.#set({
      [PORT_SETS_BOUNDS]: bounds,
      [PORT_SETS_BYTES]: this.setBytes,
      [PORT_SETS_HALVES]: this.halves,
      [PORT_SETS_INTERVALS]: intervals,
      [PORT_SETS_COUNT]: 0,
      [PORT_SETS_CAPACITY]: 0,
      [PORT_SETS_STAMP]: 0,
      [PORT_SETS_JOINS]: joins,
      [PORT_SETS_KEY]: key,
    });
    this.#grow(FIRST_CAPACITY);
  }

  /** How many sets there are; set 0 is the empty one. */
  get count(): number {
    return this.#word(PORT_SETS_COUNT);
  }

  /** The bits of the sets from number `first` on. */
  setsFrom(first: number): Uint8Array {
    const bytes = (this.count - first) * this.setBytes;
    return new Uint8Array(this.#engine.memory, this.#word(PORT_SETS_BITS) + first * this.setBytes, bytes).slice();
  }

  /** Finds what an ingress side lets through from the 512 source classes of a block. */
  findIngress(side: number, id: number, block: number): void {
    this.#find(id, SIDE_INGRESS, block, 1, this.#sideWords + side * CHUNK * 4);
  }

  /** Finds what a class's egress lets out to all classes. */
  findEgress(id: number): void {
    this.#find(id, SIDE_EGRESS, 0, this.#width / CHUNK, this.#egress);
  }

  /** Adds the cells of a source class, of the egress and the block that were found last; gives how many they are. */
  addCells(source: number, table: number): number {
    const engine = this.#engine;
    const { first, count, classes, sides } = this.#destinations[table] ?? NO_DESTINATIONS;
    const [to, ports] = [this.#to + this.#cells * 4, this.#ports + this.#cells * 4];
    const within = source & (CHUNK - 1);
    const added = this.#tried(() =>
      engine.call((core) => core.portCells(this.#words, this.#egress, classes, sides, count, within, first, to, ports)),
    );
    this.#cells += added;
    return added;
  }

  /** The cells that were added since the last time. */
  takeCells(): Cells {
    const { memory } = this.#engine;
    const cells = this.#cells;
    this.#cells = 0;
    return {
      to: new Uint32Array(memory, this.#to, cells).slice(),
      ports: new Uint32Array(memory, this.#ports, cells).slice(),
    };
  }

  /** The set of a pair of classes; `ownNode` where the source is the destination's node. Forgets the egress found last. */
  ofPair(source: number, destination: number, ownNode: boolean): number {
    const out = this.#setOfPeer(source, SIDE_EGRESS, destination);
    const into = this.#setOfPeer(destination, ownNode ? SIDE_OWN_NODE : SIDE_INGRESS, source);
    return this.#tried(() => this.#engine.call((core) => core.portJoin(this.#words, out, into)));
  }

  close(): void {
    for (const room of [...this.#rooms.splice(0), ...this.#growing.splice(0)]) returnRoom(this.#engine, room);
  }

  #setOfPeer(id: number, side: number, peer: number): number {
    this.#find(id, side, peer >>> CHUNK_SHIFT, 1, this.#egress);
    return new Uint32Array(this.#engine.memory, this.#egress, CHUNK)[peer & (CHUNK - 1)] ?? 0;
  }

  #find(id: number, side: number, first: number, chunks: number, out: number): void {
    const engine = this.#engine;
    this.#tried(() => engine.call((core) => core.portSide(engine.arena, this.#words, id, side, first, chunks, out)));
  }

  /** Runs a call again with more room until all sets have found some. */
  #tried<T>(call: () => T): T {
    for (;;) {
      const result = call();
      if (this.#word(PORT_SETS_FULL) === 0) return result;
      this.#grow(this.#word(PORT_SETS_CAPACITY) * 4);
    }
  }

  /** Moves the sets to room for so many; their numbers stay. */
  #grow(capacity: number): void {
    if (capacity * this.setBytes > LIMITS.portSetBytes) {
      const message = `the port sets of this cluster need more than ${LIMITS.portSetBytes} bytes`;
      throw new NetverdictError([{ code: "limit-exceeded", message, path: [] }]);
    }
    const engine = this.#engine;
    const [bits, slots, memo] = [capacity * this.setBytes, capacity * 8, capacity * 8].map((bytes) =>
      takeRoom(engine, bytes),
    ) as [Room, Room, Room];
    const old = this.#growing.splice(0);
    this.#growing.push(bits, slots, memo);
    new Uint8Array(engine.memory).copyWithin(
      bits.address,
      this.#word(PORT_SETS_BITS),
      this.#word(PORT_SETS_BITS) + (old.length === 0 ? 0 : this.count * this.setBytes),
    );
    this.#set({
      [PORT_SETS_BITS]: bits.address,
      [PORT_SETS_CAPACITY]: capacity,
      [PORT_SETS_SLOTS]: slots.address,
      [PORT_SETS_MASK]: capacity * 2 - 1,
      [PORT_SETS_MEMO]: memo.address,
    });
    engine.call((core) => core.portSets(this.#words));
    for (const room of old) returnRoom(engine, room);
  }

  #take(bytes: number): number {
    const room = takeRoom(this.#engine, bytes);
    this.#rooms.push(room);
    return room.address;
  }

  #copy(words: Uint32Array): number {
    const address = this.#take(words.byteLength);
    new Uint32Array(this.#engine.memory, address, words.length).set(words);
    return address;
  }

  #word(index: number): number {
    return new Uint32Array(this.#engine.memory, this.#words, PORT_SETS_WORDS)[index] ?? 0;
  }

  #set(words: Readonly<Record<number, number>>): void {
    const view = new Uint32Array(this.#engine.memory, this.#words, PORT_SETS_WORDS);
    for (const [index, word] of Object.entries(words)) view[Number(index)] = word;
  }
}

function markedPorts(bits: Uint8Array): number[] {
  const ports: number[] = [];
  bits.forEach((byte, i) => {
    for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) ports.push(i * 8 + bit);
  });
  return ports;
}
