/** The core without the SDK's engine around it: for what a state keeps to itself. */
import { ARENA_BYTES_OFFSET, ARENA_SECTION_BYTES, ARENA_SECTIONS_OFFSET, SECTIONS } from "../assembly/abi.ts";
import { decodeBase64 } from "../bindings/base64.ts";
import text from "../dist/core.wasm";
import { buildModel } from "../sdk/model/build-model.ts";
import { readInput } from "../sdk/read/index.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import { Encoder } from "../sdk/wasm/encode.ts";

interface CoreExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  allocate(bytes: number): number;
  compile(input: number): number;
  arenaOf(build: number): number;
}

const PAGE = 65_536;

/** The JavaScript front of loading: objects read, checked, modelled and encoded for the core. */
export function encodeObjects(objects: readonly object[]): Uint32Array {
  const read = readInput(objects, { defaultNamespace: "default", readText: readYaml });
  return new Encoder().encode(buildModel(read, {}).model);
}

let module: WebAssembly.Module | undefined;

/** An instance of the core with an input stream in its memory. */
export class Core {
  readonly #exports: CoreExports;
  readonly #input: number;

  /** @param touched bytes of memory that the instance has had its hands on before it compiles */
  constructor(words: Uint32Array, touched = 0) {
    module ??= new WebAssembly.Module(decodeBase64(text));
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as CoreExports;
    if (touched > 0) {
      const end = this.#exports.memory.grow(Math.ceil(touched / PAGE)) * PAGE;
      new Uint8Array(this.#exports.memory.buffer, end).fill(0);
    }
    this.#input = this.#exports.allocate(words.length * 4) >>> 0;
    new Uint32Array(this.#exports.memory.buffer, this.#input, words.length).set(words);
  }

  /** Builds the tables, and gives the query arena. */
  compile(): Arena {
    const build = this.#exports.compile(this.#input) >>> 0;
    return new Arena(this.#exports.memory.buffer, this.#exports.arenaOf(build) >>> 0);
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

  #entry(section: number): number {
    if (section >= SECTIONS) throw new RangeError(`there is no section ${section}`);
    return ARENA_SECTIONS_OFFSET + section * ARENA_SECTION_BYTES;
  }
}
