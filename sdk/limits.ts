/**
 * What loading accepts at the most. Past a limit the answer is the issue `limit-exceeded`, at once and with the limit's
 * value: never a hang, never a silent cut.
 */
export const LIMITS = {
  /** Bytes or UTF-16 units of one text. */
  textLength: 268_435_456,
  /** YAML documents in one text. */
  documents: 100_000,
  /** UTF-16 units of one YAML document: the parser takes about a hundred times as many bytes. JSON has no such limit. */
  yamlDocumentLength: 16_777_216,
  /** Nesting of mappings and sequences. */
  depth: 64,
  /** Nodes that a YAML document's aliases may expand to, added up. */
  aliasExpansions: 100_000,
  /** Objects in one load, list items counted singly. */
  objects: 1_000_000,
  /** Problems reported by one load. */
  issues: 10_000,
  /** Labels of one object. */
  labels: 10_000,
  /** Rules, peers and ports of one policy, added up. */
  policyEntries: 100_000,
  /** Replicas of one StatefulSet that become pods. */
  replicas: 10_000,
  /** Bytes of one line of flows, which the command reads: no flow is longer. */
  flowLine: 1_048_576,
  /** Pairs of pods that one flow comes to, between workloads and Services of many pods. */
  flowPairs: 1_000_000,
  /** The same of a flow that is explained. */
  explainedPairs: 100_000,
  /** Bytes of a matrix expanded to pods × pods bits: 2 GiB, some 130,000 pods. */
  matrixBytes: 2_147_483_648,
  /** Bytes that the distinct port sets of a cluster may take. */
  portSetBytes: 1_073_741_824,
} as const;
