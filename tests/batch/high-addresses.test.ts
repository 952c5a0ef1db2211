/** Past 2 GiB of memory, where addresses are negative to 32-bit operators, everything answers as before; past 4 GiB it says so. */
import { describe, expect, it } from "vitest";
import {
  allows,
  evaluateBatch,
  explain,
  loadSnapshot,
  loadState,
  matrix,
  NetverdictError,
  portSets,
  type State,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import { internalsOf } from "../../sdk/state.ts";
import { pod, policy } from "../docs/objects.ts";

const GIB = 2 ** 30;

const OBJECTS = [
  pod("s/a", { labels: { app: "a" }, ips: ["10.0.0.1", "fd00::1"] }),
  pod("s/b", { labels: { app: "b" }, ips: ["10.0.0.2", "fd00::2"] }),
  pod("s/c", { labels: { app: "c" }, ips: ["10.0.0.3"] }),
  policy("s/b", {
    podSelector: { matchLabels: { app: "b" } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "c" } } }], ports: [{ port: 80 }] }],
  }),
];

const full = (): State => loadState(OBJECTS);
const fromSnapshot = (): State => loadSnapshot(snapshot(full(), { explain: true }));

/** Takes memory without touching it, up to `bytes`. */
function fillUpTo(state: State, bytes: number): void {
  const { engine } = internalsOf(state);
  // The core's heap gives at most a GiB at once.
  for (let left = bytes - engine.memory.byteLength; left > 0; left -= GIB / 2) engine.allocate(Math.min(left, GIB / 2));
}

async function answers(state: State): Promise<unknown> {
  const from = Uint32Array.of(0x08080808, 0x0a000001, 0x0a000003);
  const to = new Uint32Array(3).fill(0x0a000002);
  const port = new Uint16Array(3).fill(80);
  const protocol = new Uint8Array(3).fill(6);
  const columns = state.columns(70_000);
  columns.fromIPv4.set(from);
  columns.toIPv4.fill(0x0a000002);
  columns.port.fill(80);
  columns.protocol.fill(6);
  const { fromIPv4, toIPv4 } = columns;
  const own = evaluateBatch(state, { fromIPv4, toIPv4, port: columns.port, protocol: columns.protocol }, columns.out);
  const own3 = [...own.subarray(0, 3)];
  const m = await matrix(state, { port: 80 });
  const sets: unknown[] = [];
  for await (const part of portSets(state)) sets.push([...part.ports]);
  return [
    [...evaluateBatch(state, { fromIPv4: from, toIPv4: to, port, protocol })],
    own3,
    m.counts,
    sets,
    allows(state, { from: "s/c", to: "s/b", port: 80 }),
    allows(state, { from: "fd00::99", to: "s/b", port: 80 }),
    explain(state, { from: "s/a", to: "s/b", port: 80 }).ingress.verdict,
  ];
}

describe.each([
  ["a state of objects", full],
  ["a state from a snapshot", fromSnapshot],
])("%s", (_, make) => {
  it("answers the same past 2 GiB", async () => {
    const state = make();
    const before = await answers(make());
    fillUpTo(state, 2 * GIB);
    expect(await answers(state)).toEqual(before);
    // Again, over what was left behind.
    expect(await answers(state)).toEqual(before);
    expect((before as unknown[]).slice(0, 2)).toEqual([
      [0, 0, 1],
      [0, 0, 1],
    ]);
  });

  it("says where its memory ends, and answers on", async () => {
    const state = make();
    fillUpTo(state, 4 * GIB - 2 ** 22);
    for (let i = 0; i < 3; i++) {
      expect(() => state.columns(1_000_000)).toThrow(NetverdictError);
      expect(() => state.columns(1_000_000)).toThrow(/limit-exceeded|more memory than/);
    }
    expect(allows(state, { from: "s/c", to: "s/b", port: 80 })).toBe(true);
    expect(allows(state, { from: "s/a", to: "s/b", port: 80 })).toBe(false);
  });
});

it("a state that was filled is updated, and its snapshot is that of another", () => {
  const state = full();
  fillUpTo(state, 2 * GIB);
  const change = { upsert: pod("s/d", { labels: { app: "c" }, ips: ["10.0.0.4"] }) };
  updateState(state, change);
  expect(allows(state, { from: "s/d", to: "s/b", port: 80 })).toBe(true);
  const fresh = full();
  updateState(fresh, change);
  expect(Buffer.from(snapshot(state)).equals(snapshot(fresh))).toBe(true);
});

it("many single calls answer on however little memory is left, and take none from columns", () => {
  const PAGE = 65_536;
  // Below the end, in pages: room for kept answers and for columns, for the columns alone, for neither.
  for (const left of [0.2, 0.6, 1, 1.4, 2, 3, 3.4, 4, 5, 6, 8]) {
    const state = full();
    const { engine } = internalsOf(state);
    const goal = 4 * GIB - (left + 1) * PAGE;
    for (let free = goal - engine.allocate(0); free > 4096; free = goal - engine.allocate(0))
      engine.allocate(Math.min(free - 64, GIB / 2));
    for (let i = 0; i < 9000; i++) {
      if (!allows(state, "s/c", "s/b", 80) || allows(state, "s/a", "s/b", 80)) expect.fail(`at ${left}: call ${i}`);
    }
    const other = full();
    const { engine: fresh } = internalsOf(other);
    other.columns(1);
    for (let free = goal - fresh.allocate(0); free > 4096; free = goal - fresh.allocate(0))
      fresh.allocate(Math.min(free - 64, GIB / 2));
    const fits = left * PAGE > 8192;
    if (fits) expect(other.columns(100).from.length).toBe(100);
    for (let i = 0; i < 9000; i++) if (!allows(other, "s/c", "s/b", 80)) expect.fail(`columns, at ${left}: call ${i}`);
  }
});
