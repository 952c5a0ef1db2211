/** A cluster that is updated and, after every update, held to a fresh load of the same objects. */
import { expect } from "vitest";
import { evaluate, type Flow, type LoadOptions, loadState, type Update, updateState } from "../../bindings/inline.ts";
import { internalsOf, type State } from "../../sdk/state.ts";
import { answerOf, summaryOf } from "./equal-state.ts";

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string };
}

export interface Reference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export class Cluster {
  readonly state: State;
  readonly #objects = new Map<string, object>();
  readonly #ends: readonly Flow["to"][];
  readonly #ports: readonly number[];
  readonly #options: LoadOptions;

  /** After each update all flows between `ends` to `ports` are asked of the state and of a fresh one. */
  constructor(
    objects: readonly object[],
    ends: readonly Flow["to"][],
    ports: readonly number[] = [80],
    options: LoadOptions = {},
  ) {
    for (const object of objects) this.#objects.set(keyOf(object as Manifest), object);
    this.#ends = ends;
    this.#ports = ports;
    this.#options = options;
    this.state = loadState(objects, options);
    this.#holdToFresh();
  }

  /** Updates, and says whether the state was built anew. */
  update({
    upsert = [],
    remove = [],
  }: {
    upsert?: readonly object[];
    remove?: readonly Reference[];
  }): "parts" | "anew" {
    const before = this.rebuilds;
    expect(updateState(this.state, { upsert, remove } satisfies Update)).toBe(this.state);
    for (const reference of remove) this.#objects.delete(keyOf({ ...reference, metadata: reference }));
    for (const object of upsert) this.#objects.set(keyOf(object as Manifest), object);
    this.#holdToFresh();
    const { ledger } = internalsOf(this.state).full!;
    expect(ledger?.failures ?? 0).toBe(0);
    return this.rebuilds === before ? "parts" : "anew";
  }

  get rebuilds(): number {
    return internalsOf(this.state).full?.ledger?.rebuilds ?? 0;
  }

  verdict(from: Flow["from"], to: Flow["to"], port: number | string = 80): string {
    return evaluate(this.state, { from, to, port }).verdict;
  }

  index(pod: string): number {
    const [namespace = "", name = ""] = pod.split("/");
    return this.state.podIndex(namespace, name);
  }

  #holdToFresh(): void {
    const fresh = loadState([...this.#objects.values()], this.#options);
    expect(summaryOf(this.state)).toEqual(summaryOf(fresh));
    for (const from of this.#ends) {
      for (const to of this.#ends) {
        for (const port of this.#ports) {
          const flow = { from, to, port };
          expect(answerOf(this.state, flow), JSON.stringify(flow)).toEqual(answerOf(fresh, flow));
        }
      }
    }
  }
}

function keyOf({ kind, metadata: { namespace, name } }: Manifest): string {
  return `${kind} ${namespace ?? ""}/${name}`;
}
