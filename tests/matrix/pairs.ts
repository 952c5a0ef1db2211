/** Clusters for matrices, and what evaluate says of every pair of their pods. */
import { evaluate, type Flow, loadState, NetverdictError, type Verdict } from "../../bindings/inline.ts";
import { type Case, generateCase } from "../fuzz/generate.ts";

export type State = ReturnType<typeof loadState>;

/** Clusters of the differential test: open namespaces, both families, host network, named ports, workloads without pods. */
export function* clusters(seed: number, count: number): Generator<State> {
  for (let index = 0; index < count; index++) {
    const made: Case = generateCase(seed, index);
    if (made.objects.length > 300) continue;
    yield loadState(made.objects, made.options);
  }
}

/** A pod of a matrix as a flow's end: what has three parts stands for a workload's pods. */
export function endOf(name: string): Flow["from"] & Flow["to"] {
  return name.split("/").length === 3 ? { workload: name } : name;
}

/** The verdict, or undefined where the ends share no family. */
export function verdictOf(state: State, flow: Flow): Verdict | undefined {
  try {
    return evaluate(state, flow).verdict;
  } catch (error) {
    if (error instanceof NetverdictError && error.code === "no-common-family") return undefined;
    throw error;
  }
}
