/** The public surface that needs no compiled core of its own: bindings add `loadState`, `loadSnapshot` and `shareState`. */
export type {
  CniChoice,
  CniEffect,
  CniFact,
  CniName,
  CniStatus,
  CniTopic,
  Enforced,
  EnforcedFact,
} from "./cni/types.ts";
export type { DescribeOptions } from "./describe/describe.ts";
export type { PolicyInput } from "./describe/written-policy.ts";
export {
  formatIssue,
  formatPath,
  formatReference,
  type Issue,
  type IssueCode,
  NetverdictError,
  type ObjectReference,
  type Path,
  type Source,
} from "./errors.ts";
export { allows, evaluate } from "./evaluate.ts";
export { evaluateAll, evaluateBatch } from "./evaluate-batch.ts";
export { renderExplanation } from "./explain/render.ts";
export type { ExplanationStyle } from "./explain/style.ts";
export type {
  AllowedPorts,
  ExplainedPair,
  ExplainedSide,
  ExplainOptions,
  Explanation,
  MatchedRule,
  Miss,
  MissCode,
  NearMiss,
  Place,
  SelectingPolicy,
  ServiceStep,
  SuggestedChange,
  TierName,
  TierOutcome,
  TierStep,
  Unchangeable,
  UnchangeableCode,
} from "./explain/types.ts";
export { LIMITS } from "./limits.ts";
export { toGithub } from "./lint/formats/github.ts";
export { type JUnitOptions, toJUnit } from "./lint/formats/junit.ts";
export { type SarifOptions, toSarif } from "./lint/formats/sarif.ts";
export type { FailOn } from "./lint/severity.ts";
export type { Finding, Fix, Insertion, LintOptions, PatchOperation, Severity } from "./lint/types.ts";
export { matrix } from "./matrix/matrix.ts";
export { portSets } from "./matrix/port-sets.ts";
export type {
  ExpandOptions,
  Matrix,
  MatrixCell,
  MatrixCounts,
  MatrixException,
  MatrixOptions,
  PodGroup,
  PortRange,
  PortSet,
  PortSetCell,
  PortSetException,
  PortSetOptions,
  PortSetPart,
  Ports,
} from "./matrix/types.ts";
export type {
  PodSelection,
  PolicyName,
  PolicySelection,
  SelectedNode,
  SelectedPeer,
  SelectedPod,
  SelectedRule,
} from "./selects/types.ts";
export type { SnapshotOptions } from "./snapshot/load-snapshot.ts";
export { attachState, type SharedState } from "./snapshot/share.ts";
export { snapshot, type TakeOptions } from "./snapshot/snapshot.ts";
export type { State } from "./state.ts";
export type {
  BatchColumns,
  Caveat,
  CaveatCode,
  Counts,
  Decision,
  FileInput,
  Flow,
  FlowEnd,
  FuturePod,
  LoadInput,
  LoadOptions,
  Member,
  Protocol,
  Reason,
  Side,
  StateColumns,
  Update,
  Verdict,
} from "./types.ts";
export { updateState } from "./update/update-state.ts";
