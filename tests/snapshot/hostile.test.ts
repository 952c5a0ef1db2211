/**
 * Snapshots by someone who makes the checksum anew after each change: whatever they say, the worst that comes of it is a
 * trap or an error of the SDK's own. NETVERDICT_FUZZ_SEED and NETVERDICT_FUZZ_CASES choose others and more.
 */
import { expect, it } from "vitest";
import {
  ARENA_SECTION_BYTES,
  ARENA_SECTIONS_OFFSET,
  SECTION_CLASS_PORTS,
  SECTION_PORT_RECORDS,
} from "../../assembly/abi.ts";
import {
  allows,
  evaluate,
  evaluateBatch,
  explain,
  type Flow,
  lint,
  loadSnapshot,
  loadState,
  matrix,
  NetverdictError,
  portSets,
  type State,
  selectingPolicies,
  snapshot,
} from "../../bindings/inline.ts";
import { CHECKSUM_OFFSET, HEADER_BYTES, layOut, readHeader, writeHeader } from "../../sdk/snapshot/format.ts";
import { internalsOf } from "../../sdk/state.ts";
import { Engine } from "../../sdk/wasm/engine.ts";
import { moduleOf, RELEASE } from "../core/core.ts";
import { type Case, generateCase } from "../fuzz/generate.ts";
import { makeRandom, type Random } from "../fuzz/random.ts";
import { asksForFuturePod } from "../fuzz/routes/snapshot.ts";

const SEED = Number(process.env.NETVERDICT_FUZZ_SEED ?? 20260402);
const CASES = Number(process.env.NETVERDICT_FUZZ_CASES ?? 20);
const MUTATIONS = 10;

/** Writes the checksum that fits the bytes. */
function sealed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const engine = new Engine(moduleOf(RELEASE));
  const place = Math.ceil(engine.allocate(bytes.length + 63) / 64) * 64;
  new Uint8Array(engine.memory, place, bytes.length).set(bytes);
  engine.checksum(place, bytes.length, place + CHECKSUM_OFFSET);
  return new Uint8Array(engine.memory, place, bytes.length).slice() as Uint8Array<ArrayBuffer>;
}

/** Words that are good at breaking things. */
function someWord(random: Random): number {
  return random.pick([
    0,
    1,
    2,
    0x7fffffff,
    0x80000000,
    0xffffffff,
    0x40000000,
    random.below(1000),
    random.below(2 ** 31),
  ]);
}

/** Changes some words: of headers, of a section's beginning, or anywhere. */
function mutated(good: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = good.slice() as Uint8Array<ArrayBuffer>;
  const view = new DataView(bytes.buffer);
  const layout = readHeader(good);
  const starts = [
    0,
    layout.arena.offset,
    layout.arena.offset + 64,
    layout.names.offset,
    layout.state.offset,
    layout.objects.offset,
    layout.sources?.offset ?? 0,
  ];
  const changes = random.pick([1, 1, 3, 20, 200]);
  for (let i = 0; i < changes; i++) {
    const start = random.chance(0.6)
      ? random.pick(starts) + random.below(64) * 4
      : HEADER_BYTES + random.below(good.length);
    const at = Math.min(good.length - 4, start & -4);
    view.setUint32(at, someWord(random), true);
  }
  return bytes;
}

/** Fills a table of the names or the tables with one word: a hash without a free place, a list of one thing. */
function flooded(good: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = good.slice() as Uint8Array<ArrayBuffer>;
  const { arena, names } = readHeader(good);
  const section = random.pick([arena, names]);
  const head = section === arena ? 256 : 16;
  const first = section.offset + head + random.below(Math.max(1, section.bytes - head));
  const last = Math.min(section.offset + section.bytes, first + random.below(section.bytes) + 64);
  const view = new DataView(bytes.buffer);
  const word = someWord(random);
  for (let at = first & -4; at + 4 <= last; at += 4) view.setUint32(at, word, true);
  return bytes;
}

/** Changes what classes and port records lead to: records and rows that are not there. */
function misled(good: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = good.slice() as Uint8Array<ArrayBuffer>;
  const view = new DataView(bytes.buffer);
  const arena = readHeader(good).arena.offset;
  const section = random.pick([SECTION_PORT_RECORDS, SECTION_CLASS_PORTS]);
  const header = arena + ARENA_SECTIONS_OFFSET + section * ARENA_SECTION_BYTES;
  const start = arena + view.getUint32(header, true);
  const words = view.getUint32(header + 4, true) / 4;
  for (let i = 0; i < 40; i++) view.setUint32(start + random.below(words) * 4, someWord(random), true);
  return bytes;
}

/** Replaces a value of one of the JSON sections. */
function retold(good: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const layout = readHeader(good);
  const { sources } = layout;
  const section = random.pick(sources === undefined ? (["state", "objects"] as const) : (["sources"] as const));
  const { offset, bytes } = layout[section] ?? layout.state;
  const text = new TextDecoder().decode(good.subarray(offset, offset + bytes));
  const values = [...text.matchAll(/(?<=[:[,])(?:"[^"]*"|\d+|true|false|\[\]|\{\})/g)];
  if (values.length === 0) return good;
  const { index, 0: value } = random.pick(values);
  const other = random.pick([
    "null",
    "0",
    "-1",
    "1e9",
    "70000",
    '""',
    '"x"',
    "[]",
    "{}",
    "[[]]",
    '{"__proto__":1}',
    "true",
    "31",
    '"10.0.0.0/8"',
    '"Deny"',
    // Another value of the same section.
    random.pick(values)[0],
  ]);
  const changed = new TextEncoder().encode(text.slice(0, index) + other + text.slice(index + value.length));
  const parts = (["arena", "names", "state", "objects", "sources"] as const).flatMap((name) => {
    const at = layout[name];
    if (at === undefined) return [];
    return [name === section ? changed : good.subarray(at.offset, at.offset + at.bytes)];
  });
  const [a, n, s, o, from] = parts.map(({ length }) => length);
  const next = layOut([a ?? 0, n ?? 0, s ?? 0, o ?? 0, from]);
  const made = new Uint8Array(next.bytes);
  writeHeader(made, next);
  [next.arena, next.names, next.state, next.objects, next.sources].forEach((at, i) => {
    if (at !== undefined) made.set(parts[i] ?? new Uint8Array(0), at.offset);
  });
  return made;
}

/** Asks all that needs the sources: the same holds. */
async function lookInto(bytes: Uint8Array, { flows }: Case, said: Map<string, number>): Promise<void> {
  let state: State | undefined;
  const ask = (question: (state: State) => unknown): void => {
    let outcome = "explained";
    try {
      state ??= loadSnapshot(bytes);
      question(state);
    } catch (error) {
      if (!(error instanceof NetverdictError)) throw error;
      outcome = error.code;
      if (outcome === "core-failure") state = undefined;
    }
    said.set(outcome, (said.get(outcome) ?? 0) + 1);
  };
  const [first, ...others] = flows.slice(0, 8) as Flow[];
  if (first !== undefined) ask((asked) => explain(asked, first));
  for (const flow of others) ask((asked) => explain(asked, flow, { changes: false }));
  for (const { from } of others) ask((asked) => selectingPolicies(asked, from));
  ask((asked) => lint(asked));
}

/** Asks everything; NetverdictErrors (a trap becomes one) are answers, anything else is what must not be. */
async function askAll(bytes: Uint8Array, { flows }: Case, said: Map<string, number>): Promise<void> {
  let state: State | undefined;
  const ask = async (question: (state: State) => unknown): Promise<void> => {
    let outcome = "answered";
    try {
      // A trap has poisoned the one before.
      state ??= loadSnapshot(bytes);
      await question(state);
    } catch (error) {
      if (!(error instanceof NetverdictError)) throw error;
      outcome = error.code;
      if (outcome === "core-failure") state = undefined;
    }
    said.set(outcome, (said.get(outcome) ?? 0) + 1);
  };
  await ask((asked) => [asked.caveats, asked.counts]);
  if (state === undefined) return;
  for (const flow of flows.slice(0, 12) as Flow[]) {
    if (asksForFuturePod(flow)) continue;
    await ask((asked) => evaluate(asked, flow));
    await ask((asked) => allows(asked, flow));
  }
  await ask((asked) => asked.podIndex("a", "nobody"));
  const ends = Uint32Array.of(0, 1, 2, 3, 1_000_000);
  const port = new Uint16Array(5).fill(80);
  const protocol = new Uint8Array(5).fill(6);
  await ask((asked) => evaluateBatch(asked, { from: ends, to: ends, port, protocol }));
  await ask((asked) => evaluateBatch(asked, { from: ends, toIPv6: new Uint8Array(80).fill(0xfd), port, protocol }));
  await ask((asked) => evaluateBatch(asked, { fromIPv4: ends, toIPv4: ends, port, protocol }));
  await ask((asked) => [...matrix(asked, { port: 80 }).allowedPairs()].length);
  await ask(async (asked) => {
    for await (const part of portSets(asked)) for (const { ports } of part) if (ports === undefined) return;
  });
}

/** Batches over many classes, whose kernels keep copies of rows: they write nothing to the tables. */
async function askColumns(bytes: Uint8Array, { flows }: Case, said: Map<string, number>): Promise<void> {
  let outcome = "answered";
  try {
    const state = loadSnapshot(bytes);
    const { engine } = internalsOf(state);
    const tables = engine.arenaBytes.slice();
    const ends = Uint32Array.from(flows, (_, i) => i % CROWD);
    const others = ends.map((end) => (end * 7 + 3) % CROWD);
    const port = Uint16Array.from(flows, ({ port: wanted }) => Number(wanted));
    const protocol = new Uint8Array(flows.length).fill(6);
    // The second time the columns of ports are there.
    for (let turn = 0; turn < 2; turn++) evaluateBatch(state, { from: ends, to: others, port, protocol });
    expect(Buffer.compare(engine.arenaBytes, tables), "a batch wrote to the tables").toBe(0);
  } catch (error) {
    if (!(error instanceof NetverdictError)) throw error;
    outcome = error.code;
  }
  said.set(outcome, (said.get(outcome) ?? 0) + 1);
}

const CROWD = 620;

/** Pods that policies tell apart, every one. */
function crowd(seed: number, index: number): Case {
  const pods = Array.from({ length: CROWD }, (_, i) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "n", name: `p-${i}`, labels: { id: `v${i}` } },
    status: { phase: "Running", podIPs: [{ ip: `10.0.${i >> 8}.${i & 255}` }] },
  }));
  const matching = (from: number): object => ({
    podSelector: {
      matchExpressions: [{ key: "id", operator: "In", values: pods.slice(from).map((_, i) => `v${from + i}`) }],
    },
  });
  const policies = Array.from({ length: 60 }, (_, i) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "n", name: `policy-${i}` },
    spec: {
      podSelector: {
        matchExpressions: [{ key: "id", operator: "In", values: [i, i + 100, i + 300].map((n) => `v${n}`) }],
      },
      ingress: [{ from: [matching(i * 10)], ports: [{ port: 80 + (i % 5), endPort: 90 + (i % 7) }] }],
    },
  }));
  const flows = Array.from({ length: 3_000 }, (_, i) => ({ from: "", to: "", port: 78 + (i % 20) }));
  return { seed, index, objects: [...pods, ...policies], options: {}, flows };
}

interface Hostility {
  world?(seed: number, index: number): Case;
  readonly explain: boolean;
  readonly changes: readonly ((good: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>)[];
  ask(bytes: Uint8Array, world: Case, said: Map<string, number>): Promise<void>;
  /** The changes have reached the header's checks, the sections' checks, the core and the answers. */
  readonly outcomes: readonly string[];
}

it.each<[string, Hostility]>([
  [
    "snapshot",
    {
      explain: false,
      changes: [mutated, mutated, flooded, retold],
      ask: askAll,
      outcomes: ["invalid-snapshot", "core-failure", "answered"],
    },
  ],
  [
    "snapshot of many classes",
    {
      explain: false,
      world: crowd,
      changes: [mutated, flooded, misled, misled],
      ask: askColumns,
      outcomes: ["core-failure", "answered"],
    },
  ],
  [
    "section of sources",
    {
      explain: true,
      changes: [mutated, retold, retold, retold],
      ask: lookInto,
      outcomes: ["invalid-snapshot", "explained"],
    },
  ],
])(`a hostile %s is refused, traps or answers (NETVERDICT_FUZZ_SEED=${SEED})`, { timeout: 300_000 }, async (_, how) => {
  const { explain, changes, ask, outcomes, world: makeWorld = generateCase } = how;
  const said = new Map<string, number>();
  let made = 0;
  for (let index = 0; index < CASES; index++) {
    const random = makeRandom(SEED + index);
    const world = makeWorld(SEED, index);
    let good: Uint8Array<ArrayBuffer>;
    try {
      // As text, so that there are places to change.
      const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: world.objects });
      good = snapshot(loadState({ file: "all.json", text }, world.options), { explain });
    } catch {
      continue;
    }
    expect(Buffer.compare(sealed(good), good), "the checksum of an unchanged snapshot").toBe(0);
    for (let i = 0; i < MUTATIONS; i++) {
      await ask(sealed(random.pick(changes)(good, random)), world, said);
      made++;
    }
  }
  expect(made).toBeGreaterThan(100);
  for (const outcome of outcomes) expect([...said.keys()]).toContain(outcome);
});
