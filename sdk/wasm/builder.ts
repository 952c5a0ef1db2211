/** The core's build arena: a model compiled into an engine's query arena, and what is added to it later. */
import { ERROR_CHUNKS, ERROR_ROWS, ERROR_VERSION, MAX_CHUNKS } from "../../assembly/abi.ts";
import type { Model, ModelEndpoint, ModelNamespace, ModelNode } from "../model/model.ts";
import { Encoder } from "./encode.ts";
import { coreFailure, Engine } from "./engine.ts";

export class Builder {
  readonly engine: Engine;
  readonly #encoder: Encoder = new Encoder();
  readonly #build: number;

  /** @throws NetverdictError `core-failure`, `limit-exceeded` */
  constructor(module: WebAssembly.Module, model: Model) {
    this.engine = new Engine(module);
    this.#build = this.engine.call((core) => core.compile(this.#write(this.#encoder.encode(model))) >>> 0);
    this.#arenaMoved();
  }

  get classCount(): number {
    return this.engine.call((core) => core.classCount(this.#build) >>> 0);
  }

  /** Adds a namespace and gives its index. */
  addNamespace(namespace: ModelNamespace): number {
    return this.engine.call((core) =>
      core.addNamespace(this.#build, this.#write(this.#encoder.encodeNamespace(namespace))),
    );
  }

  /** Adds a node and gives its index. */
  addNode(node: ModelNode): number {
    return this.engine.call((core) => core.addNode(this.#build, this.#write(this.#encoder.encodeNode(node))));
  }

  /** Adds an endpoint that no address leads to and gives its number. */
  addEndpoint(endpoint: ModelEndpoint): number {
    const number = this.engine.call((core) =>
      core.addEndpoint(this.#build, this.#write(this.#encoder.encodeEndpoint(endpoint))),
    );
    this.#arenaMoved();
    return number;
  }

  /** Writes words into the core's memory and gives their address. */
  #write(words: Uint32Array): number {
    const address = this.engine.allocate(words.length * 4);
    new Uint32Array(this.engine.memory, address, words.length).set(words);
    return address;
  }

  /** Finds the query arena again, unless the core refused what it was given. */
  #arenaMoved(): void {
    const error = this.engine.call((core) => core.errorOf(this.#build));
    if (error !== 0) this.engine.poison(refusal(error));
    this.engine.arena = this.engine.call((core) => core.arenaOf(this.#build) >>> 0);
  }
}

function refusal(error: number): Error {
  if (error === ERROR_CHUNKS) {
    return coreFailure("limit-exceeded", `the cluster needs more than ${MAX_CHUNKS} distinct row chunks`);
  }
  if (error === ERROR_ROWS) {
    const message = "too many rules differ in overlapping port ranges: their combinations do not fit";
    return coreFailure("limit-exceeded", message);
  }
  const meaning = error === ERROR_VERSION ? "another ABI version" : `error ${error}`;
  return coreFailure("core-failure", `the core refused its input: ${meaning}`);
}
