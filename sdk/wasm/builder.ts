/** The core's build arena: a model compiled into an engine's query arena, and what is added to it later. */
import {
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  ERROR_CHUNKS,
  ERROR_ROWS,
  ERROR_VERSION,
  MAX_CHUNKS,
  NONE,
} from "../../assembly/abi.ts";
import { TRACE_LEAD_BYTES } from "../../assembly/abi-trace.ts";
import type { Direction, Model, ModelEndpoint, ModelNamespace, ModelNode, ModelPolicy } from "../model/model.ts";
import { coreFailure } from "./core-failure.ts";
import { Encoder } from "./encode.ts";
import { Engine, type PairFlow } from "./engine.ts";
import type { CoreExports, InspectExports } from "./exports.ts";
import { withRooms } from "./rooms.ts";

/** Words that most traces fit in. */
const TRACE_ROOM_WORDS = 4096;

/** Bytes of additions and changes that are always borne. */
const BORNE_BYTES = 4_194_304;

export class Builder {
  readonly engine: Engine;
  readonly #encoder: Encoder = new Encoder();
  readonly #build: number;
  #builtBytes: number;
  /** By their numbers; those that were removed stay. */
  readonly #policies: ModelPolicy[];
  #changedBytes = 0;

  /** @throws NetverdictError `core-failure`, `limit-exceeded` */
  constructor(module: WebAssembly.Module, model: Model) {
    this.engine = new Engine(module);
    this.#policies = [...model.policies];
    this.#build = this.engine.call((core) => core.compile(this.#write(this.#encoder.encode(model))) >>> 0);
    this.#arenaMoved();
    this.#builtBytes = this.#heapEnd();
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

  /** Adds an endpoint and gives its number. */
  addEndpoint(endpoint: ModelEndpoint): number {
    return this.#change((core) => core.addEndpoint(this.#build, this.#write(this.#encoder.encodeEndpoint(endpoint))));
  }

  /** Gives an endpoint another record; without one it is gone, and its number is never given again. */
  setEndpoint(number: number, endpoint: ModelEndpoint | undefined): void {
    this.#change((core) => {
      const record = endpoint === undefined ? 0 : this.#write(this.#encoder.encodeEndpoint(endpoint));
      core.setEndpoint(this.#build, number, record);
    });
  }

  /** Adds a policy and gives its number; undefined where only a new build can take it in. */
  addPolicy(policy: ModelPolicy): number | undefined {
    const number = this.#change((core) => core.addPolicy(this.#build, this.#write(this.#encoder.encodePolicy(policy))));
    if (number === NONE) return undefined;
    this.#policies[number] = policy;
    return number;
  }

  /** The policy that the core has under a number. */
  policy(number: number): ModelPolicy | undefined {
    return this.#policies[number];
  }

  /** Puts a policy in the place of one that says the same and was written elsewhere. */
  renewPolicy(number: number, policy: ModelPolicy): void {
    this.#policies[number] = policy;
  }

  removePolicy(number: number): void {
    this.#change((core) => core.removePolicy(this.#build, number));
  }

  /** What one direction's policies make of a flow, in abi's TRACE_… words. */
  trace(inspect: () => WebAssembly.Module, direction: Direction, flow: PairFlow): Uint32Array {
    const { source, destination, family, slot, port } = flow;
    const side = direction === "ingress" ? DIRECTION_INGRESS : DIRECTION_EGRESS;
    for (let words = TRACE_ROOM_WORDS; ; ) {
      const bytes = TRACE_LEAD_BYTES + words * 4;
      const told = withRooms(this.engine, [bytes], ([out = 0]) => {
        const length = this.engine.inspect(inspect, ({ trace }) =>
          trace(this.#build, side, source, destination, family, slot, port, out, bytes),
        );
        return length > words ? length : new Uint32Array(this.engine.memory, out + TRACE_LEAD_BYTES, length).slice();
      });
      if (typeof told !== "number") return told;
      words = told;
    }
  }

  /** For each policy, by its number, whether it selects an endpoint: abi's SELECTS_… bits. */
  selecting(inspect: () => WebAssembly.Module, endpoint: number): Uint8Array {
    return this.#inspectBytes(inspect, this.#policies.length, (core, out) =>
      core.selecting(this.#build, endpoint, out),
    );
  }

  /** For each of the first `count` endpoints whether a policy selects it: 0 no, 1 open, 2 yes. */
  selected(inspect: () => WebAssembly.Module, policy: number, count: number): Uint8Array {
    return this.#inspectBytes(inspect, count, (core, out) => core.selected(this.#build, policy, count, out));
  }

  /** The same of a peer of a policy's rule, by its place among all of the policy's rules. */
  matched(inspect: () => WebAssembly.Module, policy: number, rule: number, peer: number, count: number): Uint8Array {
    return this.#inspectBytes(inspect, count, (core, out) => core.matched(this.#build, policy, rule, peer, count, out));
  }

  #inspectBytes(
    inspect: () => WebAssembly.Module,
    count: number,
    write: (core: InspectExports, out: number) => void,
  ): Uint8Array {
    return withRooms(this.engine, [count], ([out = 0]) => {
      this.engine.inspect(inspect, (core) => write(core, out));
      return new Uint8Array(this.engine.memory, out, count).slice();
    });
  }

  /** Whether what was added or changed since the build takes more memory than the build itself: nothing of it is given back. */
  get isWasteful(): boolean {
    return this.#changedBytes > Math.max(BORNE_BYTES, this.#builtBytes);
  }

  /** Takes what has gathered for part of the build, where it cannot be built anew. */
  bear(): void {
    this.#builtBytes += this.#changedBytes;
    this.#changedBytes = 0;
  }

  /** Writes words into the core's memory and gives their address. */
  #write(words: Uint32Array): number {
    const address = this.engine.allocate(words.length * 4);
    new Uint32Array(this.engine.memory, address, words.length).set(words);
    return address;
  }

  /** Makes a change of the tables, which may move the arena. */
  #change<T>(call: (core: CoreExports) => T): T {
    const before = this.#heapEnd();
    const result = this.engine.call(call);
    this.#arenaMoved();
    this.#changedBytes += this.#heapEnd() - before;
    return result;
  }

  /** Where the core allocates next. */
  #heapEnd(): number {
    return this.engine.allocate(0);
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
