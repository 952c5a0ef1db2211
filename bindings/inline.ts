/**
 * The whole SDK with the core's bytes inlined, as texts that a bundler leaves out where nothing uses them: Node, Deno, Bun, browsers and bundlers. No file access, no set-up; the core
 * compiles on the first `loadState`.
 */
import coreText from "../dist/core.wasm";
import inspectText from "../dist/core-inspect.wasm";
import queryCoreText from "../dist/core-query.wasm";
import sharedCoreText from "../dist/core-shared.wasm";
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
import { type SharedState, shareWith } from "../sdk/snapshot/share.ts";
import type { TakeOptions } from "../sdk/snapshot/snapshot.ts";
import type { State } from "../sdk/state.ts";
import type { Flow, FlowEnd, LoadInput, LoadOptions } from "../sdk/types.ts";
import { compileModule } from "../sdk/wasm/engine.ts";
import { decodeBase64 } from "./base64.ts";

export * from "../sdk/index.ts";

let compiled: WebAssembly.Module | undefined;
let compiledQuery: WebAssembly.Module | undefined;
let compiledShared: WebAssembly.Module | undefined;
let compiledInspect: WebAssembly.Module | undefined;

function core(): WebAssembly.Module {
  compiled ??= compileModule(decodeBase64(coreText));
  return compiled;
}

/** What a state from a snapshot needs: a third of the core. */
function queryCore(): WebAssembly.Module {
  compiledQuery ??= compileModule(decodeBase64(queryCoreText));
  return compiledQuery;
}

function sharedCore(): WebAssembly.Module {
  compiledShared ??= compileModule(decodeBase64(sharedCoreText));
  return compiledShared;
}

function inspectCore(): WebAssembly.Module {
  compiledInspect ??= compileModule(decodeBase64(inspectText));
  return compiledInspect;
}

const runtime: Runtime = { module: core, readText: readYaml };
const inspection: Inspection = { core, inspect: inspectCore };

/**
 * Loads a cluster: YAML or JSON text, Kubernetes objects, `List`s, or any iterable of these.
 *
 * @throws NetverdictError carrying every problem found, each with file:line:column where there is a text
 * @example
 * const state = loadState(await readFile("shop.yaml", "utf8"));
 */
export function loadState(input: LoadInput, options?: LoadOptions): State {
  return loadWith(runtime, input, options);
}

/**
 * Loads a cluster from the bytes that `snapshot` made of one: no text is read and nothing compiled.
 *
 * @throws NetverdictError `invalid-snapshot` for bytes that are cut off or altered, `unsupported-snapshot` for those of
 * another version
 * @example
 * const state = loadSnapshot(await readFile("shop.snapshot"));
 */
export function loadSnapshot(bytes: Uint8Array, options?: SnapshotOptions): State {
  return loadSnapshotWith(queryCore(), bytes, options);
}

/**
 * Puts a snapshot of the state into a memory that threads share, for `attachState` in any of them. The state itself keeps
 * its own memory: it can be updated while others read what was shared.
 *
 * `explain: true` shares what the attached states need to explain as well, as for `snapshot`.
 *
 * @throws NetverdictError `no-shared-memory` where the runtime has none, and as `snapshot`
 * @example
 * worker.postMessage(shareState(state));
 */
export function shareState(state: State, options?: TakeOptions): SharedState {
  return shareWith(sharedCore, state, options);
}

/**
 * Why a flow passes or not: which policies isolate its ends, which rules decide, with file:line of each; what kept other
 * rules from matching, nearest first; and the smallest changes that would turn the verdict, each of them tried.
 *
 * @throws NetverdictError as `evaluate`; `needs-full-state` for a state from a snapshot without `explain`
 * @example
 * const { verdict, ingress } = explain(state, { from: "shop/web-0", to: "shop/db-0", port: 5432 });
 * ingress.nearMisses[0]?.misses[0]?.message;
 */
export function explain(state: State, flow: Flow, options?: ExplainOptions): Explanation {
  return explainWith(inspection, state, flow, options);
}

/**
 * A NetworkPolicy, as an object or as text, in the words of `kubectl describe networkpolicy` (1.32 or newer), byte for byte.
 * With `state`, then the pods that each selector matches there, and each rule in plain words.
 *
 * @throws NetverdictError as `loadState`; `invalid-input` for anything but one NetworkPolicy, `invalid-option`;
 * `needs-full-state` for a state from a snapshot without `explain`
 * @example
 * console.log(describe(await readFile("deny-all.yaml", "utf8"), { timeZone: "Europe/Berlin" }));
 */
export function describe(policy: PolicyInput, options?: DescribeOptions): string {
  return describeWith(readYaml, inspection, policy, options);
}

/**
 * The policies that select a pod, with the directions that they isolate it in. The pod is named as the end of a flow is; one
 * that does not exist yet counts too.
 *
 * @throws NetverdictError as `evaluate` for an end that is no pod; `needs-full-state` for a state from a snapshot without `explain`
 * @example
 * selectingPolicies(state, "shop/db-0").map(({ policy }) => policy.name);
 */
export function selectingPolicies(state: State, pod: FlowEnd): readonly PodSelection[] {
  return selectingPoliciesWith(inspection, state, pod);
}

/**
 * The reverse: the pods that a NetworkPolicy selects, and those that each of its peers matches.
 *
 * @throws NetverdictError `unknown-object` where there is no such policy; `needs-full-state` for a state from a snapshot without `explain`
 * @example
 * selectedPods(state, "shop/db").rules[0]?.peers[0]?.pods;
 */
export function selectedPods(state: State, policy: PolicyName): PolicySelection {
  return selectedPodsWith(inspection, state, policy);
}

/**
 * What probably isn't meant: selectors that match nothing, peers that say "or" where "and" is meant, rules without effect, DNS
 * that is cut off. `docs/lint.md` lists the rules, and when each is silent.
 *
 * @throws NetverdictError `needs-full-state` for a state from a snapshot without `explain`, `invalid-option`
 * @example
 * for (const { id, message, source } of lint(state)) console.log(source?.line, id, message);
 */
export function lint(state: State, options?: LintOptions): readonly Finding[] {
  return lintWith(inspection, state, options);
}
