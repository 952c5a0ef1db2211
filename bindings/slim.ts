/**
 * The SDK without YAML and without the core's bytes: the caller brings the compiled modules, streamed from a server or imported
 * as the runtime does it. Text is read as JSON.
 */
import { type DescribeOptions, describeWith } from "../sdk/describe/describe.ts";
import type { PolicyInput } from "../sdk/describe/written-policy.ts";
import { NetverdictError } from "../sdk/errors.ts";
import { explainWith } from "../sdk/explain/explain.ts";
import type { ExplainOptions, Explanation } from "../sdk/explain/types.ts";
import { lintWith } from "../sdk/lint/lint.ts";
import type { Finding, LintOptions } from "../sdk/lint/types.ts";
import { loadWith, type Runtime } from "../sdk/load-state.ts";
import { readJson } from "../sdk/read/json.ts";
import { selectedPodsWith } from "../sdk/selects/selected-pods.ts";
import { selectingPoliciesWith } from "../sdk/selects/selecting-policies.ts";
import type { PodSelection, PolicyName, PolicySelection } from "../sdk/selects/types.ts";
import { loadSnapshotWith, type SnapshotOptions } from "../sdk/snapshot/load-snapshot.ts";
import { type SharedState, shareWith } from "../sdk/snapshot/share.ts";
import type { State } from "../sdk/state.ts";
import type { Flow, FlowEnd, LoadInput, LoadOptions } from "../sdk/types.ts";
import { isModule } from "../sdk/wasm/engine.ts";

export * from "../sdk/index.ts";

/** Compiled `WebAssembly.Module`s; all but the first only for those who need what they are for. */
export interface Cores {
  /** `netverdict/core.wasm`. */
  readonly core: object;
  /** `netverdict/core-inspect.wasm`: `explain`, `describe` with a state, `selectingPolicies`, `selectedPods`. */
  readonly inspect?: object;
  /** `netverdict/core-shared.wasm`: `shareState`. */
  readonly shared?: object;
}

/** What needs a core, as it is in `netverdict`; everything else is exported from here. */
export interface Slim {
  /** As in `netverdict`, but text must be JSON. */
  loadState(input: LoadInput, options?: LoadOptions): State;
  loadSnapshot(bytes: Uint8Array, options?: SnapshotOptions): State;
  shareState(state: State): SharedState;
  explain(state: State, flow: Flow, options?: ExplainOptions): Explanation;
  describe(policy: PolicyInput, options?: DescribeOptions): string;
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
  const { core, inspect, shared }: Partial<Cores> = isModule(cores) ? { core: cores } : cores;
  const given = moduleOf(core, "core");
  const runtime: Runtime = { module: () => given, readText: readJson };
  const inspectCore = () => moduleOf(inspect, "inspect");
  return {
    loadState: (input, options) => loadWith(runtime, input, options),
    loadSnapshot: (bytes, options) => loadSnapshotWith(given, bytes, options),
    shareState: (state) => shareWith(() => moduleOf(shared, "shared"), state),
    explain: (state, flow, options) => explainWith(inspectCore, state, flow, options),
    describe: (policy, options) => describeWith(readJson, inspectCore, policy, options),
    lint: (state, options) => lintWith(inspectCore, state, options),
    selectingPolicies: (state, pod) => selectingPoliciesWith(inspectCore, state, pod),
    selectedPods: (state, policy) => selectedPodsWith(inspectCore, state, policy),
  };
}

function moduleOf(value: unknown, name: keyof Cores): WebAssembly.Module {
  if (isModule(value)) return value;
  const message = `\`${name}\` must be a compiled WebAssembly.Module: pass withCore({ ${name} })`;
  throw new NetverdictError([{ code: "invalid-input", message, path: [name] }]);
}
