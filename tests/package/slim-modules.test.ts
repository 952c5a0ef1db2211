/** `netverdict/slim` with modules that are none, or others than those that are asked for: an error, and no state is harmed. */
import { readFileSync } from "node:fs";
import { compileString } from "assemblyscript/asc";
import { describe, expect, it } from "vitest";
import { ABI_VERSION } from "../../assembly/abi.ts";
import { attachState, evaluate, withCore } from "../../bindings/slim.ts";
import { snapshot } from "../../sdk/snapshot/snapshot.ts";
import { codeOf, pod } from "../docs/objects.ts";

const wasm = (name: string) =>
  new WebAssembly.Module(readFileSync(new URL(`../../dist/${name}.wasm`, import.meta.url)));
const core = wasm("core");
const query = wasm("core-query");
const shared = wasm("core-shared");
const inspect = wasm("core-inspect");
const PODS = [pod("s/a", { ips: ["10.0.0.1"] }), pod("s/b", { ips: ["10.0.0.2"] })];
const FLOW = { from: "s/a", to: "s/b", port: 80 } as const;
const bytes = snapshot(withCore(core).loadState(PODS), { explain: true });

describe("netverdict/slim", () => {
  it.each([
    ["nothing", undefined],
    ["null", null],
    ["no module", { core: {} }],
    ["another module", { core: inspect }],
    ["what instantiateStreaming gives", { module: core, instance: {} }],
  ])("refuses %s for cores", (_, cores) => {
    expect(codeOf(() => withCore(cores as never))).toBe("invalid-input");
  });

  it("refuses a key that is misspelt", () => {
    expect(() => withCore({ core, inspct: inspect } as never)).toThrow(/did you mean `inspect`/);
  });

  it("builds no state with the core that only answers, which answers from snapshots", () => {
    expect(codeOf(() => withCore(query).loadState(PODS))).toBe("invalid-input");
    expect(evaluate(withCore(query).loadSnapshot(bytes), FLOW).verdict).toBe("allow");
  });

  it("builds and loads nothing with the core for shared memory alone", () => {
    expect(codeOf(() => withCore(shared).loadState(PODS))).toBe("invalid-input");
    expect(codeOf(() => withCore(shared).loadSnapshot(bytes))).toBe("invalid-input");
  });

  it("does not harm a state by a module that cannot look into it", () => {
    const slim = withCore({ core, inspect: query });
    const state = slim.loadState(PODS);
    expect(codeOf(() => slim.explain(state, FLOW))).toBe("invalid-input");
    expect(evaluate(state, FLOW).verdict).toBe("allow");
    expect(withCore({ core, inspect }).explain(state, FLOW).verdict).toBe("allow");
  });

  it("refuses a module of another version to look into a state, which answers on", async () => {
    const { binary } = await compileString(
      `export function abiVersion(): i32 { return ${ABI_VERSION + 1}; } export function trace(): i32 { return 0; }`,
      { runtime: "stub", importMemory: true },
    );
    const slim = withCore({ core, inspect: new WebAssembly.Module(new Uint8Array(binary ?? [])) });
    const state = slim.loadState(PODS);
    expect(codeOf(() => slim.explain(state, FLOW))).toBe("core-failure");
    expect(evaluate(state, FLOW).verdict).toBe("allow");
  });

  it("shares with the core for shared memory alone", () => {
    const state = withCore(core).loadState(PODS);
    expect(codeOf(() => withCore({ core, shared: core }).shareState(state))).toBe("invalid-input");
    const handle = withCore({ core, shared }).shareState(state);
    expect(codeOf(() => attachState({ ...handle, module: core }))).toBe("invalid-input");
    expect(evaluate(attachState(handle), FLOW).verdict).toBe("allow");
  });
});
