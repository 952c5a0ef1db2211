import { describe, expect, it } from "vitest";
import type { Model } from "../../sdk/model/model.ts";
import { generateCase } from "../fuzz/generate.ts";
import { makeRandom, type Random } from "../fuzz/random.ts";
import { debugCore, type Loaded, loadModel, modelOf, modelOfCase, pairsOf, releaseCore, SHOP, write } from "./core.ts";

/** Ports on and beside what the model's rules and pods name. */
function portsOf(model: Model): number[] {
  const named = model.endpoints.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort));
  const ranged = model.policies.flatMap(({ rules }) =>
    rules.flatMap(({ ports }) => ports.flatMap((port) => ("first" in port ? [port.first, port.last] : []))),
  );
  const edges = [...named, ...ranged].flatMap((port) => [port - 1, port, port + 1]);
  return [...new Set([0, 1, 65535, ...edges])].filter((port) => port >= 0 && port <= 65535);
}

/** Everything that a core says of some random flows over a model. */
function answers({ core, build, arena }: Loaded, model: Model, random: Random, flows: number): number[] {
  const ports = portsOf(model);
  const said: number[] = [core.classCount(build)];
  const pairs = pairsOf(model);
  for (let i = 0; i < flows && pairs.length > 0; i++) {
    const { source, destination, family } = random.pick(pairs);
    const slot = random.below(4);
    const port = slot === 3 ? 0 : random.pick(ports);
    said.push(
      core.evaluate(arena, source, destination, family, slot, port, random.below(2)),
      core.endpointOf4(arena, random.below(0x10000) * 0x10000 + random.below(0x10000)),
    );
  }
  return said;
}

describe("the debug and the release build", () => {
  it("say the same of random clusters", () => {
    let said = 0;
    for (let index = 0; index < 200; index++) {
      const model = modelOfCase(generateCase(20260301, index));
      const release = answers(loadModel(releaseCore(), model), model, makeRandom(index), 60);
      const debug = answers(loadModel(debugCore(), model), model, makeRandom(index), 60);
      expect(debug, `case ${index}`).toEqual(release);
      said += release.length;
    }
    expect(said).toBeGreaterThan(10_000);
  });
});

describe("two instances", () => {
  it("do not disturb one another", () => {
    const model = modelOfCase(generateCase(5, 1));
    const alone = loadModel(releaseCore(), model);
    const expected = answers(alone, model, makeRandom(1), 200);

    const first = loadModel(releaseCore(), model);
    const second = loadModel(releaseCore(), modelOf(SHOP));
    expect(answers(first, model, makeRandom(1), 200)).toEqual(expected);
    // The second grows and is written all over; the first must not notice.
    new Uint8Array(second.core.memory.buffer).fill(0xff);
    write(first.core, [1, 2, 3]);
    expect(answers(first, model, makeRandom(1), 200)).toEqual(expected);
  });

  it("two states in one instance answer each for itself", () => {
    const model = modelOfCase(generateCase(5, 2));
    const core = releaseCore();
    const expected = answers(loadModel(releaseCore(), model), model, makeRandom(2), 200);
    const first = loadModel(core, model);
    const shop = loadModel(core, modelOf(SHOP));
    expect(answers(first, model, makeRandom(2), 200)).toEqual(expected);
    expect(core.evaluate(shop.arena, 0, 1, 4, 0, 5432, 0) & 3).toBe(1);
    expect(core.evaluate(shop.arena, 0, 1, 4, 0, 5433, 0) & 3).toBe(0);
  });
});
