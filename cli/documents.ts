/**
 * What the commands print with `--json`: the schemas in `schemas/` are made from these types (`npm run docs:schemas`), so a
 * document that is printed has one of them. They are the library's own shapes, with what the command adds.
 */
import type {
  CniChoice,
  CniFact,
  Decision,
  Explanation,
  Finding,
  Flow,
  FlowEnd,
  Issue,
  PodSelection,
  PolicySelection,
} from "../bindings/inline.ts";

/** One end of a flow: `namespace/pod` or an address, one of the object forms, or a pod that does not exist yet. */
export type AskedEnd = Exclude<FlowEnd, number>;

/** A flow as it was asked for. */
export interface AskedFlow extends Flow {
  /** Where the flow starts. */
  readonly from: AskedEnd;
  /** Where it goes. */
  readonly to: AskedEnd;
}

/** Wrong usage, wrong input, or a question that has no answer: exit status 2. */
export interface ErrorDocument {
  /** All that is wrong. */
  readonly error: {
    /** Every problem that was found. */
    readonly issues: readonly Issue[];
  };
}

/** A flow and its verdict. */
export interface CheckAnswer extends Decision {
  readonly flow: AskedFlow;
}

/** What `netverdict check --json` prints: one document. */
export type CheckDocument = CheckAnswer | ErrorDocument;

/** The verdict of the flow on one line of the file. */
export interface FlowAnswer extends CheckAnswer {
  /** The flow's line in the file, from 1. */
  readonly line: number;
}

/** What is wrong with one line of the file; the other lines are answered all the same, and the exit status is 2. */
export interface FlowProblem {
  /** The line in the file, from 1. */
  readonly line: number;
  /** Why it has no answer. */
  readonly error: {
    /** The file of flows, `<stdin>` for standard input. */
    readonly file: string;
    /** Every problem of the line. */
    readonly issues: readonly Issue[];
  };
}

/** What `netverdict check --flows --json` prints: a document a line, in the order of the flows. */
export type CheckFlowsDocument = FlowAnswer | FlowProblem | ErrorDocument;

/** A flow, its verdict and why. */
export interface ExplainAnswer extends Explanation {
  readonly flow: AskedFlow;
}

/** What `netverdict explain --json` prints: one document. */
export type ExplainDocument = ExplainAnswer | ErrorDocument;

/** What `netverdict lint --json` prints: one document, the findings, the most severe first. */
export type LintDocument = readonly Finding[] | ErrorDocument;

/** One NetworkPolicy, described. */
export interface Description {
  /** As `namespace/name`. */
  readonly policy: string;
  /** What `kubectl describe networkpolicy` prints of it; with `--in-state`, then whom it speaks of. */
  readonly text: string;
}

/** What `netverdict describe --json` prints: a document a line, each one policy. */
export type DescribeDocument = Description | ErrorDocument;

/** What `netverdict who --json` prints: one document, the policies of `--pod`, or whom that of `--policy` speaks of. */
export type WhoDocument = readonly PodSelection[] | PolicySelection | ErrorDocument;

/** A CNI plugin as it is set up, and what is known of it. */
export interface KnownCni extends CniChoice {
  /** What bears on policies, topic by topic. */
  readonly facts: readonly CniFact[];
}

/** What `netverdict cni --json` prints: one document, a list of the plugins that were named or recognised. */
export type CniDocument = readonly KnownCni[] | ErrorDocument;

/** A snapshot that was written. */
export interface WrittenSnapshot {
  /** The file. */
  readonly out: string;
  /** Its size. */
  readonly bytes: number;
  /** The live pods that it answers for. */
  readonly pods: number;
}

/** What `netverdict snapshot --json` prints: one document. */
export type SnapshotDocument = WrittenSnapshot | ErrorDocument;

/** Everything that is printed as JSON, but for SARIF, which has a schema of its own, and schemas. */
export type AnyDocument =
  | CheckDocument
  | CheckFlowsDocument
  | ExplainDocument
  | LintDocument
  | DescribeDocument
  | WhoDocument
  | CniDocument
  | SnapshotDocument;
