/** What a matrix, or port sets, have to show: all of it, or what is of one source or one destination. */
import { type MatrixOptions, matrix, type PodGroup, type PortSet, portSets, type State } from "../bindings/inline.ts";
import type { AskedPods } from "./asked-pods.ts";
import type { GroupPorts, JudgedGroups, PortMatrix, PortSetMatrix } from "./documents.ts";
import { countsText, namesText, portsText, totalText } from "./matrix-text.ts";

/** One pair, in both forms. */
export interface Shown<Document> {
  readonly json: () => Document;
  readonly text: () => string;
}

export interface MatrixView {
  /** The document's members but for those that come after them. */
  readonly head: Omit<PortMatrix, "cells" | "exceptions"> | Omit<PortSetMatrix, "cells" | "exceptions">;
  readonly cells: AsyncIterable<Iterable<Shown<JudgedGroups | GroupPorts>>>;
  /** All of them are known when the cells have come. */
  readonly exceptions: () => readonly Shown<(PortMatrix | PortSetMatrix)["exceptions"][number]>[];
  /** A line on how many there are; empty where not all were asked about. */
  readonly total: string;
}

interface Pair {
  readonly from: PodGroup;
  readonly to: PodGroup;
}

/** @throws NetverdictError as `matrix` */
export async function onOnePort(state: State, options: MatrixOptions, asked: AskedPods): Promise<MatrixView> {
  const reach = matrix(state, options);
  const { protocol, port, family, counts, groups, exceptions } = reach;
  const filter = new Filter(groups, asked);
  const said = (verdict: string): string => (verdict === "allow" ? "" : `  ${verdict}`);
  return {
    head: {
      protocol,
      ...(port !== undefined && { port }),
      ...(family !== undefined && { family }),
      counts,
      groups: groups.map(({ names }) => names),
    },
    cells: once(
      filter.shown(reach.cells(), ({ verdict, ...pair }) => ({
        json: () => ({ ...placesOf(pair), verdict }),
        text: () => `${filter.text(pair)}${said(verdict)}`,
      })),
    ),
    exceptions: () =>
      exceptions
        .filter((one) => filter.hasPods(one))
        .map((one) => ({ json: () => one, text: () => `${one.from} → ${one.to}  ${one.verdict} (its own node)` })),
    total: isPart(asked) ? "" : countsText(counts),
  };
}

/** @throws NetverdictError as `portSets` */
export async function onAllPorts(state: State, family: 4 | 6 | undefined, asked: AskedPods): Promise<MatrixView> {
  const parts = portSets(state, { family });
  const first = (await parts.next()).value;
  const groups: readonly PodGroup[] = first?.groups ?? [];
  const filter = new Filter(groups, asked);
  const exceptions: PortSetMatrix["exceptions"][number][] = [];
  const exceptionText = (from: string, to: string, ports: PortSet): string =>
    `${from} → ${to}  ${portsText(ports) || "none"} (its own node)`;
  async function* cells(): AsyncGenerator<Iterable<Shown<GroupPorts>>, void, undefined> {
    for (let part = first; part !== undefined; part = (await parts.next()).value ?? undefined) {
      exceptions.push(...part.exceptions.filter((one) => filter.hasPods(one)));
      yield filter.shown(part, ({ ports, ...pair }) => ({
        json: () => ({ ...placesOf(pair), ...ports }),
        text: () => `${filter.text(pair)}  ${portsText(ports)}`,
      }));
    }
  }
  return {
    head: { ...(family !== undefined && { family }), groups: groups.map(({ names }) => names) },
    cells: cells(),
    exceptions: () =>
      exceptions.map((one) => ({ json: () => one, text: () => exceptionText(one.from, one.to, one.ports) })),
    total: isPart(asked) ? "" : totalText(groups),
  };
}

const isPart = ({ from, to }: AskedPods): boolean => from !== undefined || to !== undefined;

const placesOf = ({ from, to }: Pair) => ({ from: from.index, to: to.index });

async function* once<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value;
}

/** The pairs that are asked for. */
class Filter {
  readonly #asked: AskedPods;
  /** The groups that the pods that are asked about are in. */
  readonly #groups: { readonly from: ReadonlySet<number> | undefined; readonly to: ReadonlySet<number> | undefined };

  constructor(groups: readonly PodGroup[], asked: AskedPods) {
    this.#asked = asked;
    this.#groups = { from: groupsOf(groups, asked.from), to: groupsOf(groups, asked.to) };
  }

  *shown<P extends Pair, D>(pairs: Iterable<P>, show: (pair: P) => Shown<D>): Generator<Shown<D>, void, undefined> {
    for (const pair of pairs) if (this.#has(pair)) yield show(pair);
  }

  /** A pod that is alone in its group has nobody else there, so that its cell with itself speaks of nobody. */
  #has({ from, to }: Pair): boolean {
    const { from: sources, to: destinations } = this.#groups;
    if (sources?.has(from.index) === false || destinations?.has(to.index) === false) return false;
    return from.index !== to.index || from.size > 1 || standsForMany(from.names[0] ?? "");
  }

  hasPods({ from, to }: { readonly from: string; readonly to: string }): boolean {
    return this.#asked.from?.has(from) !== false && this.#asked.to?.has(to) !== false;
  }

  /** Of the pods that are asked about only those. */
  text({ from, to }: Pair): string {
    const { from: sources, to: destinations } = this.#asked;
    return `${namesText(among(from.names, sources))} → ${namesText(among(to.names, destinations))}`;
  }
}

function among(names: readonly string[], asked: ReadonlySet<string> | undefined): readonly string[] {
  return asked === undefined ? names : names.filter((name) => asked.has(name));
}

/** `namespace/Kind/name` is one that stands for a workload's pods. */
const standsForMany = (name: string): boolean => name.split("/").length > 2;

function groupsOf(
  groups: readonly PodGroup[],
  asked: ReadonlySet<string> | undefined,
): ReadonlySet<number> | undefined {
  if (asked === undefined) return undefined;
  return new Set(groups.flatMap(({ index, names }) => (names.some((name) => asked.has(name)) ? [index] : [])));
}
