/** Building a state, against JSON.parse of the same objects. */
import { loadState } from "../../bindings/inline.ts";
import { Core, encodeObjects } from "../core.ts";
import { type Candidate, measure } from "../harness/measure.ts";
import { alone, compared } from "../harness/result.ts";
import type { Context, Group, Outcome } from "./group.ts";

const PARSE = "JSON.parse";

export const build: Group = {
  name: "build",
  every: "size",
  async run({ size, cluster, effort }: Context): Promise<Outcome> {
    const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: cluster.objects });
    const words = encodeObjects(cluster.objects);
    const first = new Core(words);
    first.compile();
    const touched = first.memoryBytes;
    let core: Core | undefined;
    const candidates: Candidate[] = [
      { name: PARSE, operations: 1, run: () => JSON.parse(text) },
      {
        name: "Wasm build",
        operations: 1,
        prepare: () => {
          core = new Core(words, touched);
        },
        run: () => core?.compile(),
      },
      {
        name: "Wasm build in fresh memory",
        operations: 1,
        prepare: () => {
          core = new Core(words);
        },
        run: () => core?.compile(),
      },
      { name: "JavaScript front", operations: 1, run: () => encodeObjects(cluster.objects) },
      { name: "loadState of objects", operations: 1, run: () => loadState(cluster.objects) },
      { name: "loadState of JSON text", operations: 1, run: () => loadState(text) },
    ];
    const times = await measure(candidates, effort.longRounds);
    const place = { group: "build", size: size.name } as const;
    return {
      results: [
        alone(times, place, PARSE),
        ...candidates.slice(1).map(({ name }) => compared(times, place, name, PARSE)),
      ],
    };
  },
};
