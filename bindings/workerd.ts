/** The whole SDK for workerd, which compiles WebAssembly only from modules that are imported. */
import module from "../dist/core.wasm";
import inspectModule from "../dist/core-inspect.wasm";
import queryModule from "../dist/core-query.wasm";
import { type DescribeOptions, describeWith } from "../sdk/describe/describe.ts";
import type { PolicyInput } from "../sdk/describe/written-policy.ts";
import { explainWith } from "../sdk/explain/explain.ts";
import type { ExplainOptions, Explanation } from "../sdk/explain/types.ts";
import { lintWith } from "../sdk/lint/lint.ts";
import type { Finding, LintOptions } from "../sdk/lint/types.ts";
import { loadWith } from "../sdk/load-state.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import type { Inspection, Runtime } from "../sdk/runtime.ts";
import { selectedPodsWith } from "../sdk/selects/selected-pods.ts";
import { selectingPoliciesWith } from "../sdk/selects/selecting-policies.ts";
import type { PodSelection, PolicyName, PolicySelection } from "../sdk/selects/types.ts";
import { loadSnapshotWith, type SnapshotOptions } from "../sdk/snapshot/load-snapshot.ts";
import { refuseToShare, type SharedState } from "../sdk/snapshot/share.ts";
import type { TakeOptions } from "../sdk/snapshot/snapshot.ts";
import type { State } from "../sdk/state.ts";
import type { Flow, FlowEnd, LoadInput, LoadOptions } from "../sdk/types.ts";

export * from "../sdk/index.ts";

const core = (): WebAssembly.Module => module as unknown as WebAssembly.Module;
const inspectCore = (): WebAssembly.Module => inspectModule as unknown as WebAssembly.Module;
const runtime: Runtime = { module: core, readText: readYaml };
const inspection: Inspection = { core, inspect: inspectCore };

/** Loads a cluster, as `loadState` does elsewhere. */
export function loadState(input: LoadInput, options?: LoadOptions): State {
  return loadWith(runtime, input, options);
}

/** Loads a cluster from a snapshot, as `loadSnapshot` does elsewhere. */
export function loadSnapshot(bytes: Uint8Array, options?: SnapshotOptions): State {
  return loadSnapshotWith(queryModule as unknown as WebAssembly.Module, bytes, options);
}

/** Says why a flow passes or not, as `explain` does elsewhere. */
export function explain(state: State, flow: Flow, options?: ExplainOptions): Explanation {
  return explainWith(inspection, state, flow, options);
}

/** Describes a NetworkPolicy as kubectl does, as `describe` does elsewhere. */
export function describe(policy: PolicyInput, options?: DescribeOptions): string {
  return describeWith(readYaml, inspection, policy, options);
}

/** Tells which policies select a pod, as `selectingPolicies` does elsewhere. */
export function selectingPolicies(state: State, pod: FlowEnd): readonly PodSelection[] {
  return selectingPoliciesWith(inspection, state, pod);
}

/** Tells whom a policy speaks of, as `selectedPods` does elsewhere. */
export function selectedPods(state: State, policy: PolicyName): PolicySelection {
  return selectedPodsWith(inspection, state, policy);
}

/**
 * There are no threads here to share a state with.
 *
 * @throws NetverdictError `no-shared-memory`
 */
export function shareState(_state: State, _options?: TakeOptions): SharedState {
  return refuseToShare();
}

/** Finds what probably isn't meant, as `lint` does elsewhere. */
export function lint(state: State, options?: LintOptions): readonly Finding[] {
  return lintWith(inspection, state, options);
}
