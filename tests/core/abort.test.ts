import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ABI_VERSION, ERROR_VERSION, INPUT_HEADER_WORDS, INPUT_VERSION, OPERATOR_IN } from "../../assembly/abi.ts";
import type { Model } from "../../sdk/model/model.ts";
import { Encoder } from "../../sdk/wasm/encode.ts";
import { type Core, debugCore, modelOf, ROOT, releaseCore, SHOP, write } from "./core.ts";

/** The words of a model whose first selector asks for something that is no operator. */
function withWrongOperator(model: Model): Uint32Array {
  const words = new Encoder().encode(model);
  // A selector's first word counts its requirements; a requirement's first word is its operator.
  const operator = INPUT_HEADER_WORDS + 1;
  expect(words[operator]).toBe(OPERATOR_IN);
  words[operator] = 99;
  return words;
}

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("it did not throw");
}

describe("a broken input", () => {
  it("stops the debug build with a message and the place in the sources that asserts it", () => {
    const core = debugCore();
    const input = write(core, withWrongOperator(modelOf(SHOP)));
    const message = messageOf(() => core.compile(input));
    expect(message).toMatch(/^abort: an operator at assembly\/selector\.ts:\d+:\d+$/);
    const line = Number(/:(\d+):/.exec(message)?.[1]);
    const source = readFileSync(`${ROOT}assembly/selector.ts`, "utf8").split("\n");
    expect(source[line - 1]).toContain('"an operator"');
  });

  it("of an unknown kind of peer traps in both builds", () => {
    const model = modelOf(SHOP);
    for (const core of [debugCore(), releaseCore()]) {
      const words = new Encoder().encode(model);
      const selectors = words[1] ?? 0;
      let cursor = INPUT_HEADER_WORDS;
      for (let i = 0; i < selectors; i++) {
        let requirements = words[cursor++] ?? 0;
        for (; requirements > 0; requirements--) cursor += 3 + (words[cursor + 2] ?? 0);
      }
      // No blocks: the peers follow.
      expect(words[2]).toBe(0);
      words[cursor] = 99;
      const input = write(core, words);
      expect(messageOf(() => core.compile(input))).toContain("unreachable");
    }
  });

  it.each<[string, () => Core]>([
    ["debug", debugCore],
    ["release", releaseCore],
  ])("of another ABI version is refused by the %s build, and nothing is compiled", (_name, newCore) => {
    const core = newCore();
    expect(core.abiVersion()).toBe(ABI_VERSION);
    const words = new Encoder().encode(modelOf(SHOP));
    words[INPUT_VERSION] = ABI_VERSION + 1;
    const build = core.compile(write(core, words));
    expect(core.errorOf(build)).toBe(ERROR_VERSION);
    expect(core.arenaOf(build)).toBe(0);
  });
});
