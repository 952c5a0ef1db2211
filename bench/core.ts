/** The core without the SDK's engine around it: for what a state keeps to itself. */
import { readFileSync } from "node:fs";
import { ARENA_BYTES_OFFSET, ARENA_SECTION_BYTES, ARENA_SECTIONS_OFFSET, SECTIONS } from "../assembly/abi.ts";
import { buildModel } from "../sdk/model/build-model.ts";
import type { Model } from "../sdk/model/model.ts";
import { readInput } from "../sdk/read/index.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import { Encoder } from "../sdk/wasm/encode.ts";

interface CoreExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  allocate(bytes: number): number;
  compile(input: number): number;
  arenaOf(build: number): number;
  addEndpoint(build: number, record: number): number;
}

const CORE = new URL("../dist/core.wasm", import.meta.url);
const PAGE = 65_536;

/** The JavaScript front of loading: objects read, checked, modelled and encoded for the core. */
export function encodeObjects(objects: readonly object[]): Uint32Array {
  return encodeModel(objects).words;
}

/** The same, with what it was made from and by. */
export function encodeModel(objects: readonly object[]): { words: Uint32Array; model: Model; encoder: Encoder } {
  const read = readInput(objects, { defaultNamespace: "default", readText: readYaml });
  const { model } = buildModel(read, {});
  const encoder = new Encoder();
  return { words: encoder.encode(model), model, encoder };
}

let compiled: WebAssembly.Module | undefined;

/** The core, compiled once. */
export function coreModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(CORE));
  return compiled;
}

/** An instance of the core with an input stream in its memory. */
export class Core {
  readonly #exports: CoreExports;
  readonly #input: number;
  #build = 0;

  /** @param touched bytes of memory that the instance has had its hands on before it compiles */
  constructor(words: Uint32Array, touched = 0) {
    this.#exports = new WebAssembly.Instance(coreModule(), {}).exports as unknown as CoreExports;
    if (touched > 0) {
      const end = this.#exports.memory.grow(Math.ceil(touched / PAGE)) * PAGE;
      new Uint8Array(this.#exports.memory.buffer, end).fill(0);
    }
    this.#input = this.write(words);
  }

  /** Puts words into the core's memory, and gives their address. */
  write(words: Uint32Array): number {
    const address = this.#exports.allocate(words.length * 4) >>> 0;
    new Uint32Array(this.#exports.memory.buffer, address, words.length).set(words);
    return address;
  }

  /** Builds the tables, and gives the query arena. */
  compile(): Arena {
    this.#build = this.#exports.compile(this.#input) >>> 0;
    return new Arena(this.#exports.memory.buffer, this.#exports.arenaOf(this.#build) >>> 0);
  }

  /** Adds the endpoint whose record was written at `record`. */
  addEndpoint(record: number): number {
    return this.#exports.addEndpoint(this.#build, record);
  }

  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }
}

/** A query arena's parts. */
export class Arena {
  readonly memory: ArrayBuffer;
  readonly address: number;
  readonly #view: DataView;

  constructor(memory: ArrayBuffer, address: number) {
    this.memory = memory;
    this.address = address;
    this.#view = new DataView(memory, address);
  }

  /** A word of the header. */
  header(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  get bytes(): number {
    return this.header(ARENA_BYTES_OFFSET);
  }

  /** Bytes that a section uses. */
  bytesOf(section: number): number {
    return this.header(this.#entry(section) + 4);
  }

  /** Where a section begins in `memory`. */
  startOf(section: number): number {
    return this.address + this.header(this.#entry(section));
  }

  /** A copy of a section. */
  words(section: number): Uint32Array {
    return new Uint32Array(this.memory.slice(this.startOf(section), this.startOf(section) + this.bytesOf(section)));
  }

  #entry(section: number): number {
    if (section >= SECTIONS) throw new RangeError(`there is no section ${section}`);
    return ARENA_SECTIONS_OFFSET + section * ARENA_SECTION_BYTES;
  }
}
