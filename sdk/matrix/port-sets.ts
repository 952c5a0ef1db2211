/** The exact ports of every pair that reaches one another on any: found block by block, given part by part. */

import { CHUNK_SHIFT } from "../../assembly/abi.ts";
import { addTo } from "../add-to.ts";
import { NetverdictError } from "../errors.ts";
import { type Internals, internalsOf, type State } from "../state.ts";
import { type Cells, type Destinations, PortSetRooms } from "../wasm/port-sets.ts";
import { classPorts, generationOf } from "../wasm/tables.ts";
import { classIn, type Grouping, groupingOf, type Table } from "./grouping.ts";
import { checkPortSetOptions } from "./options.ts";
import { ownNodePairs } from "./own-nodes.ts";
import { pause } from "./pause.ts";
import { podGroups } from "./pod-groups.ts";
import { PortSetTable } from "./port-set-table.ts";
import type { PodGroup, PortSet, PortSetCell, PortSetException, PortSetOptions, PortSetPart } from "./types.ts";

/** Cells that a part has at the least before it is given away, but for the last one. */
const PART_CELLS = 131_072;
/** Milliseconds of work after which other tasks have their turn. */
const TURN = 15;

/**
 * The exact set of ports of every pair of groups that is not wholly denied, over TCP, UDP, SCTP and protocols without
 * ports. It comes in parts, between which other tasks have their turn.
 *
 * A pod reaches itself on all ports, whatever the cell of its group with itself says. The state must not be updated before
 * the last part: then it throws `state-changed`.
 *
 * @throws NetverdictError `invalid-option`; while iterating `state-changed`, `limit-exceeded`, and the signal's reason
 * @example
 * for await (const part of portSets(state, { signal })) {
 *   for (const { from, to, ports } of part) console.log(from.names, to.names, ports.allowed.TCP);
 * }
 */
export function portSets(state: State, options: PortSetOptions = {}): AsyncGenerator<PortSetPart, void, undefined> {
  return findParts(internalsOf(state), checkPortSetOptions(options));
}

/** A group as the source of what one table has. */
interface Source {
  readonly group: number;
  readonly id: number;
}

async function* findParts(
  state: Internals,
  { family, signal, onProgress }: PortSetOptions,
): AsyncGenerator<PortSetPart, void, undefined> {
  const { engine } = state;
  const grouping = groupingOf(state, family);
  const groups = podGroups(grouping);
  const profiles = new Profiles(classPorts(engine));
  const total = grouping.parts.reduce((sum, parts) => sum + parts.length, 0);
  let done = 0;
  let turnEnds = Date.now() + TURN;
  const check = (): void => {
    if (signal?.aborted) throw signal.reason;
    if (generationOf(engine) === grouping.generation && state.engine === engine) return;
    const message = "the state was changed while its port sets were read: start again";
    throw new NetverdictError([{ code: "state-changed", message, path: [] }]);
  };
  const tell = (): void => onProgress?.({ done, total });
  const giveWay = async (): Promise<void> => {
    await pause();
    check();
    turnEnds = Date.now() + TURN;
  };

  check();
  const rooms = new PortSetRooms(
    engine,
    grouping.tables.map((table) => destinationsOf(grouping, table)),
    profiles.ingressOf,
    profiles.ingress.length,
    PART_CELLS + groups.length,
  );
  try {
    const table = new PortSetTable(rooms);
    let sources = new Sources();
    const part = (exceptions: readonly PortSetException[]): Part => {
      table.update(rooms);
      const columns = { from: sources.column(), ...rooms.takeCells() };
      sources = new Sources();
      return new Part(groups, columns, table, exceptions);
    };
    for (const { block, members: inBlock } of blocksOf(grouping)) {
      for (const [side, id] of profiles.ingress.entries()) {
        rooms.findIngress(side, id, block);
        if (Date.now() <= turnEnds) continue;
        tell();
        await giveWay();
      }
      for (const { table: destinations, egress, members } of byEgress(inBlock, profiles)) {
        rooms.findEgress(egress);
        for (const { group, id } of members) {
          sources.add(group, rooms.addCells(id, destinations));
          done++;
          const full = sources.cells >= PART_CELLS;
          if (!full && Date.now() <= turnEnds) continue;
          tell();
          if (full) yield part([]);
          await giveWay();
        }
      }
    }
    let exceptions: PortSetException[] = [];
    let looked = 0;
    for (const { from, to, ports } of pairsApart(grouping, rooms)) {
      if (ports !== undefined) {
        exceptions.push({
          from,
          to,
          get ports() {
            return table.get(ports);
          },
        });
      }
      const full = exceptions.length === PART_CELLS;
      // The clock is slow beside one pair.
      if (!full && ((++looked & 0x3ff) !== 0 || Date.now() <= turnEnds)) continue;
      tell();
      if (full) {
        yield part(exceptions);
        exceptions = [];
      }
      await giveWay();
    }
    tell();
    yield part(exceptions);
  } finally {
    rooms.close();
  }
}

/** Sources by the block of their class. */
function* blocksOf({
  groups,
  tables,
  parts,
}: Grouping): Generator<{ block: number; members: Source[][] }, void, undefined> {
  const blocks = new Map<number, Source[][]>();
  for (const { index } of groups) {
    for (const { table, source } of parts[index] ?? []) {
      const block = source >>> CHUNK_SHIFT;
      const sources = blocks.get(block) ?? tables.map((): Source[] => []);
      blocks.set(block, sources);
      sources[table]?.push({ group: index, id: source });
    }
  }
  for (const block of [...blocks.keys()].sort((a, b) => a - b)) yield { block, members: blocks.get(block) ?? [] };
}

/** Sources whose egress is alike, table by table. */
function* byEgress(
  sources: readonly (readonly Source[])[],
  { egressOf }: Profiles,
): Generator<{ table: number; egress: number; members: Source[] }, void, undefined> {
  for (const [table, list] of sources.entries()) {
    const alike = new Map<number, Source[]>();
    for (const source of list) addTo(alike, egressOf[source.id] ?? 0, source);
    for (const members of alike.values()) yield { table, egress: members[0]?.id ?? 0, members };
  }
}

/** Classes whose port records are the same have the same sides. */
class Profiles {
  /** By class, the number of its side. */
  readonly egressOf: Uint32Array;
  readonly ingressOf: Uint32Array;
  /** By ingress side, a class that has it. */
  readonly ingress: readonly number[];

  constructor(records: Uint32Array) {
    const number = (offset: number): { of: Uint32Array; first: number[] } => {
      const known = new Map<string, number>();
      const first: number[] = [];
      const of = new Uint32Array(records.length / 8).map((_, id) => {
        const key = records.subarray(id * 8 + offset, id * 8 + offset + 4).join();
        const found = known.get(key);
        if (found !== undefined) return found;
        known.set(key, first.length);
        return first.push(id) - 1;
      });
      return { of, first };
    };
    this.egressOf = number(0).of;
    const ingress = number(4);
    this.ingressOf = ingress.of;
    this.ingress = ingress.first;
  }
}

/** Pairs on one node, with their set where it is not that of their groups. */
function* pairsApart(
  grouping: Grouping,
  rooms: PortSetRooms,
): Generator<{ from: string; to: string; ports: number | undefined }, void, undefined> {
  const { groups, names } = grouping;
  const known = new Map<number, number | undefined>();
  for (const { from, to, source, destination, family } of ownNodePairs(grouping)) {
    const key = source.index * groups.length + destination.index;
    if (!known.has(key)) {
      const [a = 0, b = 0] = [classIn(source, family), classIn(destination, family)];
      const ports = rooms.ofPair(a, b, true);
      known.set(key, ports === rooms.ofPair(a, b, false) ? undefined : ports);
    }
    yield { from: names[from] ?? "", to: names[to] ?? "", ports: known.get(key) };
  }
}

/** The groups of one table's segment, with their classes in its family. */
function destinationsOf({ groups }: Grouping, { segment, family }: Table): Destinations {
  const members = groups.filter((group) => group.segment === segment);
  return {
    first: members[0]?.index ?? 0,
    classes: Uint32Array.from(members, (group) => classIn(group, family) ?? 0),
  };
}

/** Which sources the cells of a part have: runs of cells of one source. */
class Sources {
  readonly #groups: number[] = [];
  readonly #ends: number[] = [];
  cells = 0;

  add(group: number, cells: number): void {
    this.cells += cells;
    this.#groups.push(group);
    this.#ends.push(this.cells);
  }

  column(): Uint32Array {
    const column = new Uint32Array(this.cells);
    let start = 0;
    this.#groups.forEach((group, i) => {
      const end = this.#ends[i] ?? start;
      column.fill(group, start, end);
      start = end;
    });
    return column;
  }
}

class Part implements PortSetPart {
  readonly groups: readonly PodGroup[];
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly ports: Uint32Array;
  readonly exceptions: readonly PortSetException[];
  readonly #table: PortSetTable;

  constructor(
    groups: readonly PodGroup[],
    { from, to, ports }: { readonly from: Uint32Array } & Cells,
    table: PortSetTable,
    exceptions: readonly PortSetException[],
  ) {
    this.groups = groups;
    this.from = from;
    this.to = to;
    this.ports = ports;
    this.exceptions = exceptions;
    this.#table = table;
  }

  portSet(number: number): PortSet {
    return this.#table.get(number);
  }

  *[Symbol.iterator](): Generator<PortSetCell, void, undefined> {
    for (let i = 0; i < this.from.length; i++) {
      const [from, to] = [this.groups[this.from[i] ?? 0], this.groups[this.to[i] ?? 0]];
      if (from !== undefined && to !== undefined) yield { from, to, ports: this.portSet(this.ports[i] ?? 0) };
    }
  }
}
