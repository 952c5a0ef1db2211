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
  MatrixCounts,
  MatrixException,
  PodSelection,
  PolicySelection,
  PortSet,
  PortSetException,
  Protocol,
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

/** Pods that no policy can tell apart, by their names. */
export type GroupNames = readonly string[];

/**
 * A pair of groups, by their places in `groups`: any pod of the one towards any other of the other. There is none of a pod that is
 * alone in its group with itself, which it always reaches.
 */
export interface GroupPair {
  readonly from: number;
  readonly to: number;
}

/** A pair of groups that is not denied. */
export interface JudgedGroups extends GroupPair {
  readonly verdict: "allow" | "undetermined";
}

/** Who reaches whom on one port. */
export interface PortMatrix {
  readonly protocol: Protocol;
  readonly port?: number;
  readonly family?: 4 | 6;
  /** Of all pairs, whichever pods were asked about. */
  readonly counts: MatrixCounts;
  readonly groups: readonly GroupNames[];
  readonly cells: readonly JudgedGroups[];
  /** Pairs of pods whose verdict is not that of their groups. */
  readonly exceptions: readonly MatrixException[];
}

/** A pair of groups with the ports on which one reaches the other. */
export interface GroupPorts extends GroupPair, PortSet {}

/** Who reaches whom on which ports. */
export interface PortSetMatrix {
  readonly family?: 4 | 6;
  readonly groups: readonly GroupNames[];
  readonly cells: readonly GroupPorts[];
  /** Pairs of pods whose ports are not those of their groups. */
  readonly exceptions: readonly PortSetException[];
}

/** What `netverdict matrix --json` prints: one document, for the port that was given, or for all. */
export type MatrixDocument = PortMatrix | PortSetMatrix | ErrorDocument;

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
