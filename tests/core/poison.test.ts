import { compileString } from "assemblyscript/asc";
import { beforeAll, describe, expect, it } from "vitest";
import { ABI_VERSION } from "../../assembly/abi.ts";
import { allows, evaluate, loadState, NetverdictError } from "../../bindings/inline.ts";
import { internalsOf } from "../../sdk/state.ts";
import { Builder } from "../../sdk/wasm/builder.ts";
import { decodeAnswer } from "../../sdk/wasm/decode.ts";
import { compileModule, type Engine, type PairFlow } from "../../sdk/wasm/engine.ts";
import { modelOf, newBuilder, SHOP } from "./core.ts";

const FLOW: PairFlow = { source: 0, destination: 1, family: 4, slot: 0, port: 5432, distinct: false };
/** No memory reaches this far: a core that looks the endpoint up traps. */
const OUT_OF_BOUNDS: PairFlow = { ...FLOW, source: 0x20000000 };

function ask(engine: Engine, { source, destination, family, slot, port, distinct }: PairFlow): number {
  return engine.evaluatePair(source, destination, family, slot, port, distinct);
}

function codeOf(call: () => unknown): string {
  try {
    return `answered ${String(call())}`;
  } catch (error) {
    return error instanceof NetverdictError ? error.code : String(error);
  }
}

/** A module with the core's exports that allows everything but traps in one of its functions. */
async function standIn(version: number, trapping: string): Promise<WebAssembly.Module> {
  const body = (name: string, value: string): string =>
    name === trapping ? "return unreachable();" : `return ${value};`;
  const source = `
    export function abiVersion(): i32 { return ${version}; }
    export function allocate(bytes: i32): usize { ${body("allocate", "heap.alloc(bytes)")} }
    export function compile(input: usize): usize { ${body("compile", "16")} }
    export function errorOf(build: usize): i32 { return 0; }
    export function arenaOf(build: usize): usize { return 16; }
    export function classCount(build: usize): i32 { return 1; }
    export function addNamespace(build: usize, record: usize): i32 { ${body("addNamespace", "0")} }
    export function addNode(build: usize, record: usize): i32 { ${body("addNode", "0")} }
    export function addEndpoint(build: usize, record: usize): i32 { ${body("addEndpoint", "0")} }
    export function endpointOf4(arena: usize, address: i32): i32 { ${body("endpointOf4", "0")} }
    export function endpointOf6(arena: usize, address: usize): i32 { ${body("endpointOf6", "0")} }
    export function evaluate(a: usize, s: i32, d: i32, f: i32, l: i32, p: i32, x: i32): i32 { ${body("evaluate", "21")} }
  `;
  const { binary, stderr } = await compileString(source, { runtime: "stub", use: ["abort="] });
  if (binary === null) throw new Error(String(stderr));
  return compileModule(new Uint8Array(binary));
}

/** Every call of an engine that reaches the core. */
const CALLS: Record<string, (builder: Builder) => unknown> = {
  addNamespace: (builder) => builder.addNamespace({ name: "new", labels: {}, declared: true, open: false }),
  addNode: (builder) => builder.addNode({ name: "new", labels: {}, declared: true, addresses: [] }),
  addEndpoint: (builder) =>
    builder.addEndpoint({
      kind: "external",
      labels: {},
      ports: [],
      address4: undefined,
      address6: undefined,
      ownsAddress: false,
    }),
  endpointOf4: ({ engine }) => engine.endpointOf(Uint8Array.of(10, 0, 0, 1)),
  endpointOf6: ({ engine }) => engine.endpointOf(new Uint8Array(16)),
  evaluate: ({ engine }) => ask(engine, FLOW),
};

describe("a trap in the core", () => {
  it("throws, and every later call throws poisoned-state", () => {
    const builder = newBuilder(modelOf(SHOP));
    const { engine } = builder;
    expect(decodeAnswer(ask(engine, FLOW)).verdict).toBe("allow");
    expect(codeOf(() => ask(engine, OUT_OF_BOUNDS))).toBe("core-failure");
    for (const [name, call] of Object.entries(CALLS))
      expect(
        codeOf(() => call(builder)),
        name,
      ).toBe("poisoned-state");
  });

  it("poisons the state that the engine belongs to and no other", () => {
    const state = loadState(SHOP);
    const other = loadState(SHOP);
    const flow = { from: "shop/web", to: "shop/db", port: 5432 };
    expect(allows(state, flow)).toBe(true);
    expect(codeOf(() => ask(internalsOf(state).engine, OUT_OF_BOUNDS))).toBe("core-failure");
    expect(codeOf(() => evaluate(state, flow))).toBe("poisoned-state");
    expect(codeOf(() => allows(state, flow))).toBe("poisoned-state");
    expect(codeOf(() => evaluate(state, { ...flow, from: "203.0.113.9" }))).toBe("poisoned-state");
    expect(allows(other, flow)).toBe(true);
  });

  it.each(Object.keys(CALLS))("in %s poisons the engine", async (trapping) => {
    const builder = new Builder(await standIn(ABI_VERSION, trapping), modelOf(SHOP));
    expect(codeOf(() => CALLS[trapping]?.(builder))).toBe("core-failure");
    for (const [name, call] of Object.entries(CALLS))
      expect(
        codeOf(() => call(builder)),
        name,
      ).toBe("poisoned-state");
  });

  it.each(["allocate", "compile"])("in %s leaves no engine", async (trapping) => {
    const module = await standIn(ABI_VERSION, trapping);
    expect(codeOf(() => new Builder(module, modelOf(SHOP)))).toBe("core-failure");
  });
});

describe("a core that finds no more memory", () => {
  it("has passed a limit", () => {
    const { engine } = newBuilder(modelOf(SHOP));
    const take = (bytes: number) => (): void => {
      for (let taken = 0; taken < 5 * 2 ** 30; taken += bytes) engine.allocate(bytes);
    };
    // Large blocks are refused beforehand, and small ones still found.
    for (const bytes of [0x3ffffff0, 2 ** 24, 2 ** 16]) {
      expect(codeOf(take(bytes))).toBe("limit-exceeded");
      expect(engine.allocate(16)).toBeGreaterThan(2 ** 31);
    }
    expect(codeOf(take(4096))).toBe("limit-exceeded");
    expect(codeOf(() => engine.allocate(16))).toBe("poisoned-state");
  });
});

describe("a core of another ABI version", () => {
  let module: WebAssembly.Module;
  beforeAll(async () => {
    module = await standIn(ABI_VERSION + 1, "none");
  });

  it("is refused before it is given anything", () => {
    expect(codeOf(() => new Builder(module, modelOf(SHOP)))).toBe("core-failure");
  });
});
