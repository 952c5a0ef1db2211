/**
 * The numbers of traces, which the core writes for those who ask why and the SDK reads; as portable as abi.ts.
 *
 * What a trace says of one direction: a header, then the policies that select the subject, each followed by its rules of that
 * direction, each rule by its peers and its ports. Matches are 0 no, 1 open, 2 yes.
 */
/** Bytes that lead a trace in the host's room: what the core keeps while it writes. */
export const TRACE_LEAD_BYTES = 40;
export const TRACE_POLICIES = 0;
/** 1: the source's address is one of the destination's own node. */
export const TRACE_OWN_NODE = 1;
export const TRACE_HEADER_WORDS = 2;

export const TRACE_POLICY_NUMBER = 0;
/** Whether it selects the subject. */
export const TRACE_POLICY_SELECTS = 1;
/** Whether the flow comes to this policy, or was decided before. */
export const TRACE_POLICY_REACHED = 2;
export const TRACE_POLICY_RULES = 3;
export const TRACE_POLICY_WORDS = 4;

/** The rule's place among all of its policy's rules. */
export const TRACE_RULE_INDEX = 0;
export const TRACE_RULE_MATCH = 1;
/** Whether the flow comes to this rule, or was decided before. */
export const TRACE_RULE_REACHED = 2;
export const TRACE_RULE_PEERS_MATCH = 3;
export const TRACE_RULE_PORTS_MATCH = 4;
export const TRACE_RULE_PEERS = 5;
export const TRACE_RULE_PORTS = 6;
export const TRACE_RULE_WORDS = 7;

export const TRACE_PEER_MATCH = 0;
/** TRACE_MISS_… bits. */
export const TRACE_PEER_MISSES = 1;
/** A bit for each requirement of the namespace's or the nodes' selector that is not met; of an ipBlock, the first `except` that holds the address. */
export const TRACE_PEER_FIRST = 2;
/** A bit for each requirement of the pod selector that is not met; of an ipBlock, for each of the first 32 `except` that hold the address. */
export const TRACE_PEER_SECOND = 3;
export const TRACE_PEER_WORDS = 4;

export const TRACE_PORT_MATCH = 0;
export const TRACE_PORT_MISSES = 1;
/** Of a name: the number that it stands for on the destination under the entry's protocol, 0 where it stands for none. */
export const TRACE_PORT_NUMBER = 2;
export const TRACE_PORT_WORDS = 3;

export const TRACE_MISS_NOT_A_POD = 0x1;
export const TRACE_MISS_NAMESPACE = 0x2;
export const TRACE_MISS_POD_LABELS = 0x4;
export const TRACE_MISS_OUTSIDE = 0x8;
export const TRACE_MISS_EXCEPT = 0x10;
export const TRACE_MISS_NOT_A_NODE = 0x20;
export const TRACE_MISS_NODE_LABELS = 0x40;
export const TRACE_MISS_PROTOCOL = 0x80;
export const TRACE_MISS_PORT = 0x100;
export const TRACE_MISS_NO_SUCH_NAME = 0x200;
/** Labels that are not known may miss too. */
export const TRACE_MISS_OPEN = 0x400;
