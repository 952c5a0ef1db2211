/** Snapshots: made, copied, checked, loaded, against plain copies of as many bytes. */
import { loadSnapshot, loadState, snapshot } from "../../bindings/inline.ts";
import { Engine } from "../../sdk/wasm/engine.ts";
import { coreModule } from "../core.ts";
import { memoryCopy } from "../harness/floor.ts";
import { type Candidate, measure } from "../harness/measure.ts";
import { alone, bytes, compared } from "../harness/result.ts";
import type { Context, Group, Outcome } from "./group.ts";

const MEMCPY = "memcpy";
const FRESH = "memcpy into fresh memory";
/** Small snapshots are copied again and again, until so much has been copied. */
const COPIED_BYTES = 8_000_000;
const PAGE = 65_536;
const CHECKSUM_BYTES = 16;

/** The SDK's types know only of memories that are shared. */
const PlainMemory = WebAssembly.Memory as unknown as new (pages: {
  initial: number;
}) => { readonly buffer: ArrayBuffer };

export const snapshots: Group = {
  name: "snapshot",
  every: "size",
  async run({ size, cluster, effort }: Context): Promise<Outcome> {
    const state = loadState(cluster.objects);
    const made = snapshot(state);
    const times = Math.max(1, Math.floor(COPIED_BYTES / made.length));
    // As loadSnapshot places the bytes, but in memory that has been touched before.
    const engine = new Engine(coreModule());
    const place = engine.allocate(made.length);
    const checksum = engine.allocate(CHECKSUM_BYTES);
    const candidates: Candidate[] = [
      { name: MEMCPY, operations: times, run: memoryCopy(made.length, times) },
      {
        name: "copy a snapshot",
        operations: times,
        run: () => {
          for (let i = 0; i < times; i++) new Uint8Array(engine.memory, place, made.length).set(made);
        },
      },
      {
        name: "check a snapshot",
        operations: times,
        run: () => {
          for (let i = 0; i < times; i++) engine.checksum(place, made.length, checksum);
        },
      },
      {
        name: FRESH,
        operations: 1,
        run: () => {
          const { buffer } = new PlainMemory({ initial: Math.ceil(made.length / PAGE) });
          new Uint8Array(buffer).set(made);
        },
      },
      { name: "loadSnapshot without its check", operations: 1, run: () => loadSnapshot(made, { verify: false }) },
      { name: "loadSnapshot", operations: 1, run: () => loadSnapshot(made) },
      { name: "snapshot", operations: 1, run: () => snapshot(state) },
    ];
    const measured = await measure(candidates, effort.longRounds);
    const where = { group: "snapshot", size: size.name } as const;
    return {
      results: [
        bytes("snapshot", size.name, "snapshot's bytes", made.length),
        alone(measured, where, MEMCPY),
        ...["copy a snapshot", "check a snapshot", "snapshot"].map((name) => compared(measured, where, name, MEMCPY)),
        compared(measured, where, FRESH, MEMCPY),
        ...["loadSnapshot without its check", "loadSnapshot"].map((name) => compared(measured, where, name, FRESH)),
      ],
    };
  },
};
