/** The compiled core, driven without the SDK's engine: the release build, and the debug build with its assertions on. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { instantiateSync } from "@assemblyscript/loader";
import { buildModel } from "../../sdk/model/build-model.ts";
import type { Model } from "../../sdk/model/model.ts";
import { readInput } from "../../sdk/read/index.ts";
import { readYaml } from "../../sdk/read/yaml.ts";
import type { LoadOptions } from "../../sdk/types.ts";
import { Builder } from "../../sdk/wasm/builder.ts";
import { Encoder } from "../../sdk/wasm/encode.ts";
import type { Case } from "../fuzz/generate.ts";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));
export const RELEASE: string = `${ROOT}dist/core.wasm`;
/** The build over a memory that threads share. */
export const SHARED: string = `${ROOT}dist/core-shared.wasm`;
/** The same over a memory of its own. */
export const QUERY: string = `${ROOT}dist/core-query.wasm`;
/** The build that looks into another's memory. */
export const INSPECT: string = `${ROOT}dist/core-inspect.wasm`;
export const DEBUG: string = `${ROOT}dist/debug/core.wasm`;

/** The core's exports, as numbers in and out; addresses come as signed words. */
export interface Core {
  readonly memory: { readonly buffer: ArrayBuffer };
  abiVersion(): number;
  allocate(bytes: number): number;
  compile(input: number): number;
  errorOf(build: number): number;
  arenaOf(build: number): number;
  classCount(build: number): number;
  addEndpoint(build: number, record: number): number;
  endpointOf4(arena: number, address: number): number;
  endpointOf6(arena: number, address: number): number;
  evaluate(
    arena: number,
    source: number,
    destination: number,
    family: number,
    slot: number,
    port: number,
    distinct: number,
  ): number;
  batchRoom(arena: number): number;
  evaluateColumns(arena: number, columns: number, count: number): number;
}

/** What Node's WebAssembly has beyond what the SDK declares of it. */
export interface ModuleStatics {
  imports(module: WebAssembly.Module): { readonly module: string; readonly name: string }[];
  exports(module: WebAssembly.Module): { readonly name: string; readonly kind: string }[];
}

const modules = new Map<string, WebAssembly.Module>();

export function moduleOf(path: string): WebAssembly.Module {
  const module = modules.get(path) ?? new WebAssembly.Module(new Uint8Array(readFileSync(path)));
  modules.set(path, module);
  return module;
}

/** A new instance of the release build. */
export function releaseCore(): Core {
  return new WebAssembly.Instance(moduleOf(RELEASE), {}).exports as unknown as Core;
}

/** A new instance of the debug build; an abort throws its message and its place in the sources. */
export function debugCore(): Core {
  return instantiateSync(moduleOf(DEBUG)).exports as unknown as Core;
}

/** Writes words into a core's memory and gives their address. */
export function write(core: Core, words: Uint32Array | readonly number[]): number {
  const address = core.allocate(words.length * 4) >>> 0;
  new Uint32Array(core.memory.buffer, address, words.length).set(words);
  return address;
}

/** A state in a core of its own. */
export interface Loaded {
  readonly core: Core;
  readonly build: number;
  readonly arena: number;
}

export function loadModel(core: Core, model: Model): Loaded {
  const build = core.compile(write(core, new Encoder().encode(model))) >>> 0;
  return { core, build, arena: core.arenaOf(build) >>> 0 };
}

export function modelOf(objects: readonly object[] | string, options: LoadOptions = {}): Model {
  const read = readInput(objects, { defaultNamespace: options.defaultNamespace ?? "default", readText: readYaml });
  return buildModel(read, options).model;
}

/** A pair of endpoints in a family that both have an address of: the only pairs that the SDK asks. */
export interface Pair {
  readonly source: number;
  readonly destination: number;
  readonly family: 4 | 6;
}

/** All pairs of a model's endpoints. */
export function pairsOf({ endpoints }: Model): Pair[] {
  return ([4, 6] as const).flatMap((family) => {
    const key = family === 4 ? "address4" : "address6";
    const having = endpoints.flatMap((endpoint, index) => (endpoint[key] === undefined ? [] : [index]));
    return having.flatMap((source) => having.map((destination) => ({ source, destination, family })));
  });
}

export function modelOfCase({ objects, options }: Case): Model {
  return modelOf(objects, options);
}

export function newBuilder(model: Model): Builder {
  return new Builder(moduleOf(RELEASE), model);
}

/** Two pods; db takes from web on 5432. web is endpoint 0, db 1. */
export const SHOP: string = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
status: { phase: Running, podIP: 10.0.0.1, podIPs: [{ ip: 10.0.0.1 }, { ip: "fd00::1" }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
status: { phase: Running, podIP: 10.0.0.2, podIPs: [{ ip: 10.0.0.2 }, { ip: "fd00::2" }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 5432 }]
`;
