/**
 * The SDK without YAML and without the core's bytes: the caller brings the compiled modules, streamed from a server or imported
 * as the runtime does it. Text is read as JSON.
 */

import { checkOptions } from "../sdk/check-options.ts";
import { type DescribeOptions, describeWith } from "../sdk/describe/describe.ts";
import type { PolicyInput } from "../sdk/describe/written-policy.ts";
import { NetverdictError } from "../sdk/errors.ts";
import { explainWith } from "../sdk/explain/explain.ts";
import type { ExplainOptions, Explanation } from "../sdk/explain/types.ts";
import { lintWith } from "../sdk/lint/lint.ts";
import type { Finding, LintOptions } from "../sdk/lint/types.ts";
import { loadWith } from "../sdk/load-state.ts";
import { readJson } from "../sdk/read/json.ts";
import type { Inspection, Runtime } from "../sdk/runtime.ts";
import { selectedPodsWith } from "../sdk/selects/selected-pods.ts";
import { selectingPoliciesWith } from "../sdk/selects/selecting-policies.ts";
import type { PodSelection, PolicyName, PolicySelection } from "../sdk/selects/types.ts";
import { loadSnapshotWith, type SnapshotOptions } from "../sdk/snapshot/load-snapshot.ts";
import { type SharedState, shareWith } from "../sdk/snapshot/share.ts";
import type { TakeOptions } from "../sdk/snapshot/snapshot.ts";
import type { State } from "../sdk/state.ts";
import type { Flow, FlowEnd, LoadInput, LoadOptions } from "../sdk/types.ts";
import { canBuild, hasMemory, isModule } from "../sdk/wasm/engine.ts";

export * from "../sdk/index.ts";

/** Compiled `WebAssembly.Module`s; all but the first only for those who need what they are for. */
export interface Cores {
  /** `netverdict/core.wasm`; `netverdict/core-query.wasm` is enough for snapshots that nothing is to be explained from. */
  readonly core: object;
  /** `netverdict/core-inspect.wasm`: `explain`, `lint`, `describe` with a state, `selectingPolicies`, `selectedPods`. */
  readonly inspect?: object;
  /** `netverdict/core-shared.wasm`: `shareState`. */
  readonly shared?: object;
}

/** What needs a core, as it is in `netverdict`; everything else is exported from here. */
export interface Slim {
  /** As in `netverdict`, but text must be JSON. */
  loadState(input: LoadInput, options?: LoadOptions): State;
  loadSnapshot(bytes: Uint8Array, options?: SnapshotOptions): State;
  shareState(state: State, options?: TakeOptions): SharedState;
  /** Needs `inspect`, as the last two do, and `describe` where it is given a state. */
  explain(state: State, flow: Flow, options?: ExplainOptions): Explanation;
  describe(policy: PolicyInput, options?: DescribeOptions): string;
  /** Needs `inspect`. */
  lint(state: State, options?: LintOptions): readonly Finding[];
  selectingPolicies(state: State, pod: FlowEnd): readonly PodSelection[];
  selectedPods(state: State, policy: PolicyName): PolicySelection;
}

/**
 * The functions that need a core, over the modules that the caller has compiled.
 *
 * @throws NetverdictError `invalid-input` for what is no module; a function whose module was not given throws so when it is called
 * @example
 * const core = await WebAssembly.compileStreaming(fetch("/netverdict/core.wasm"));
 * const { loadState } = withCore(core);
 */
export function withCore(cores: object): Slim {
  const given = isModule(cores) ? { core: cores } : cores;
  if (typeof given !== "object" || given === null)
    throw refused("core", "a compiled WebAssembly.Module: pass withCore({ core })");
  const { core: first, inspect, shared }: Partial<Cores> = given;
  const core = coreOf(first, "core");
  checkOptions(given, ["core", "inspect", "shared"], () => undefined);
  const runtime: Runtime = { module: () => builderOf(core), readText: readJson };
  const inspection: Inspection = { core: () => builderOf(core), inspect: () => coreOf(inspect, "inspect") };
  return {
    loadState: (input, options) => loadWith(runtime, input, options),
    loadSnapshot: (bytes, options) => loadSnapshotWith(core, bytes, options),
    shareState: (state, options) => shareWith(() => coreOf(shared, "shared"), state, options),
    explain: (state, flow, options) => explainWith(inspection, state, flow, options),
    describe: (policy, options) => describeWith(readJson, inspection, policy, options),
    lint: (state, options) => lintWith(inspection, state, options),
    selectingPolicies: (state, pod) => selectingPoliciesWith(inspection, state, pod),
    selectedPods: (state, policy) => selectedPodsWith(inspection, state, policy),
  };
}

/** The core, where it is one that builds. */
function builderOf(core: WebAssembly.Module): WebAssembly.Module {
  if (canBuild(core)) return core;
  throw refused("core", "`netverdict/core.wasm`: this one only answers from snapshots");
}

/** What a module of each name exports, and whether it brings a memory of its own. */
const MARKS: Readonly<Record<keyof Cores, { readonly exported: string; readonly file: string }>> = {
  core: { exported: "evaluatePods", file: "core.wasm` or `netverdict/core-query.wasm" },
  inspect: { exported: "trace", file: "core-inspect.wasm" },
  shared: { exported: "evaluatePods", file: "core-shared.wasm" },
};

function coreOf(value: unknown, name: keyof Cores): WebAssembly.Module {
  if (!isModule(value)) throw refused(name, `a compiled WebAssembly.Module: pass withCore({ ${name} })`);
  const { exported, file } = MARKS[name];
  const fits =
    WebAssembly.Module.exports(value).some((one) => one.name === exported) && (name !== "shared" || !hasMemory(value));
  if (fits) return value;
  throw refused(name, `\`netverdict/${file}\``);
}

function refused(name: keyof Cores, wanted: string): NetverdictError {
  return new NetverdictError([{ code: "invalid-input", message: `\`${name}\` must be ${wanted}`, path: [name] }]);
}
