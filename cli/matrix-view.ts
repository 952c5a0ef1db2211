/** What a matrix, or port sets, have to show: all of it, or what is of one source or one destination. */
import { type MatrixOptions, matrix, type PodGroup, type PortSet, portSets, type State } from "../bindings/inline.ts";
import { didYouMean } from "../sdk/read/nearest.ts";
import type { GroupPorts, JudgedGroups, PortMatrix, PortSetMatrix } from "./documents.ts";
import { failure } from "./issues.ts";
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

/** The pods that are asked about, by name; undefined for all. */
export interface AskedPods {
  readonly from?: string;
  readonly to?: string;
}

interface Pair {
  readonly from: PodGroup;
  readonly to: PodGroup;
}

/** @throws NetverdictError `unknown-pod`, and as `matrix` */
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

/** @throws NetverdictError `unknown-pod`, and as `portSets` */
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
  readonly #from: PodGroup | undefined;
  readonly #to: PodGroup | undefined;

  /** @throws NetverdictError `unknown-pod` */
  constructor(groups: readonly PodGroup[], asked: AskedPods) {
    this.#asked = asked;
    this.#from = groupOf(groups, asked.from, "from");
    this.#to = groupOf(groups, asked.to, "to");
  }

  *shown<P extends Pair, D>(pairs: Iterable<P>, show: (pair: P) => Shown<D>): Generator<Shown<D>, void, undefined> {
    for (const pair of pairs) if (this.#has(pair)) yield show(pair);
  }

  /** A pod that is alone in its group has nobody else there, so that its cell with itself speaks of nobody. */
  #has({ from, to }: Pair): boolean {
    if (this.#from !== undefined && from.index !== this.#from.index) return false;
    if (this.#to !== undefined && to.index !== this.#to.index) return false;
    return from.index !== to.index || from.size > 1 || standsForMany(from.names[0] ?? "");
  }

  hasPods({ from, to }: { readonly from: string; readonly to: string }): boolean {
    return from === (this.#asked.from ?? from) && to === (this.#asked.to ?? to);
  }

  /** Of the pods that are asked about only those. */
  text({ from, to }: Pair): string {
    const { from: source, to: destination } = this.#asked;
    return `${source ?? namesText(from.names)} → ${destination ?? namesText(to.names)}`;
  }
}

/** `namespace/Kind/name` is one that stands for a workload's pods. */
const standsForMany = (name: string): boolean => name.split("/").length > 2;

function groupOf(groups: readonly PodGroup[], name: string | undefined, side: "from" | "to"): PodGroup | undefined {
  if (name === undefined) return undefined;
  const group = groups.find(({ names }) => names.includes(name));
  if (group !== undefined) return group;
  const all = groups.flatMap(({ names }) => names);
  throw failure("unknown-pod", `there is no pod \`${name}\` here${didYouMean(name, all)}`, [side]);
}
