/**
 * Every number that the core and the SDK share. Portable TypeScript: asc and tsc both read this file, so it holds
 * unannotated literal constants and nothing else. `docs/abi.md` draws the layouts.
 *
 * Words are u32, little-endian. Field offsets are in words for the input stream and in bytes for the query arena.
 */

/** Raised whenever the input stream, the query arena or an exported function changes its meaning. */
export const ABI_VERSION = 5;

/** "No such thing" in any field that holds an index or an id. */
export const NONE = 0x7fffffff;

// Verdicts. 0 is deny, so that zeroed or unwritten memory denies.
export const VERDICT_DENY = 0;
export const VERDICT_ALLOW = 1;
export const VERDICT_UNDETERMINED = 2;

// Reasons.
export const REASON_NOT_ISOLATED = 0;
export const REASON_RULE = 1;
export const REASON_NO_RULE = 2;
export const REASON_NOT_A_SUBJECT = 3;
export const REASON_SAME_POD = 4;
export const REASON_OWN_NODE = 5;
export const REASON_UNSETTLED = 6;
export const REASON_ADMIN_ALLOW = 7;
export const REASON_ADMIN_DENY = 8;
export const REASON_BASELINE_ALLOW = 9;
export const REASON_BASELINE_DENY = 10;

// The answer of `evaluate`, packed into one word.
export const ANSWER_VERDICT_SHIFT = 0;
export const ANSWER_EGRESS_SHIFT = 2;
export const ANSWER_INGRESS_SHIFT = 4;
export const ANSWER_VERDICT_MASK = 0x3;
/** One of the pods has policies of ClusterNetworkPolicy and of its predecessors. */
export const ANSWER_BOTH_APIS = 0x40;
/** The Baseline tier denies for a pod that NetworkPolicies isolate in the other direction. */
export const ANSWER_BASELINE_BESIDE_POLICY = 0x80;
export const ANSWER_EGRESS_REASON_SHIFT = 8;
export const ANSWER_INGRESS_REASON_SHIFT = 12;
export const ANSWER_REASON_MASK = 0xf;
/** The side's allow rests on an `ipBlock` that matched a pod's address. */
export const ANSWER_EGRESS_BLOCK_ON_POD = 0x10000;
export const ANSWER_INGRESS_BLOCK_ON_POD = 0x20000;
/** The side's subject is isolated in this direction. */
export const ANSWER_EGRESS_ISOLATED = 0x40000;
export const ANSWER_INGRESS_ISOLATED = 0x80000;
/** The facts (OPEN_…) that an undetermined side waits for. */
export const ANSWER_EGRESS_OPEN_SHIFT = 20;
export const ANSWER_INGRESS_OPEN_SHIFT = 22;
export const ANSWER_OPEN_MASK = 0x3;

// Of `evaluatePods` only: the pods share another family, in which the verdict would be another.
export const ANSWER_OTHER_VERDICT_SHIFT = 24;
export const ANSWER_FAMILY_DIFFERS = 0x4000000;
/** The family that was used then. */
export const ANSWER_FAMILY_WAS_IPV6 = 0x8000000;
/** The other OPEN_… facts of each side: OPEN_TIE and above. */
export const ANSWER_EGRESS_TIERS_SHIFT = 28;
export const ANSWER_INGRESS_TIERS_SHIFT = 30;
/** In place of an answer: the flow is no ordinary one, so the host must ask in full. */
export const LOOK_CLOSER = -1;
// Facts that would settle a side.
export const OPEN_NAMESPACE_LABELS = 0x1;
export const OPEN_ADDRESS = 0x2;
/** Which of two policies of one priority decides. */
export const OPEN_TIE = 0x4;
/** Whom a domain name stands for. */
export const OPEN_DOMAIN = 0x8;
export const OPEN_TIERS_SHIFT = 2;

// Directions.
export const DIRECTION_INGRESS = 1;
export const DIRECTION_EGRESS = 2;

// Protocol slots: protocols with ports each have one, all others share the last.
export const SLOT_TCP = 0;
export const SLOT_UDP = 1;
export const SLOT_SCTP = 2;
export const SLOT_PORTLESS = 3;

// Tiers, in the order in which they decide.
export const TIER_ADMIN = 0;
/** AdminNetworkPolicy's and BaselineAdminNetworkPolicy's own tiers, each after its successor's. */
export const TIER_ADMIN_V1ALPHA1 = 1;
export const TIER_ADDITIVE = 2;
export const TIER_BASELINE = 3;
export const TIER_BASELINE_V1ALPHA1 = 4;

// Actions of a rule, and of a step of a row.
export const ACTION_ALLOW = 1;
export const ACTION_DENY = 2;
export const ACTION_PASS = 3;
/** Ends a tier: what passed comes back into play. */
export const ACTION_TIER_END = 4;
/** Policies that no priority puts in order: before the first, between two, and after the last. */
export const ACTION_TIE_BEGIN = 5;
export const ACTION_TIE_NEXT = 6;
export const ACTION_TIE_END = 7;

// Selector requirements.
export const OPERATOR_IN = 1;
export const OPERATOR_NOT_IN = 2;
export const OPERATOR_EXISTS = 3;
export const OPERATOR_DOES_NOT_EXIST = 4;

// Peers.
/** Pods by namespace (an index, or a selector) and pod selector. */
export const PEER_PODS_IN_NAMESPACE = 1;
export const PEER_PODS_BY_NAMESPACE_SELECTOR = 2;
export const PEER_BLOCK = 3;
export const PEER_NODES = 4;
/** Somebody, but it is not known who. */
export const PEER_UNKNOWN = 5;

// Port entries of a rule.
export const PORT_RANGE = 0;
export const PORT_NAME = 1;

// Kinds of endpoints, and of their classes.
export const ENDPOINT_POD = 0;
/** A node's address: also what a host-network pod is. */
export const ENDPOINT_NODE = 1;
export const ENDPOINT_EXTERNAL = 2;

// An endpoint's address, one a family.
export const ADDRESS_NONE = 0;
export const ADDRESS_KNOWN = 1;
/** Not known yet: one of an address set. */
export const ADDRESS_OPEN = 2;

// Namespaces and nodes.
/** Labels other than those listed are open. */
export const LABELS_OPEN = 0x1;

// Columns of a batch, 10 words: kinds of its ends, then addresses, then the bytes of room, then the family.
export const COLUMNS_FROM_KIND = 0;
export const COLUMNS_TO_KIND = 1;
export const COLUMNS_FROM = 2;
export const COLUMNS_TO = 3;
export const COLUMNS_PORT = 4;
export const COLUMNS_PROTOCOL = 5;
export const COLUMNS_OUT = 6;
export const COLUMNS_ROOM = 7;
export const COLUMNS_ROOM_BYTES = 8;
export const COLUMNS_FAMILY = 9;
export const COLUMNS_WORDS = 10;
// What the ends are given by.
export const COLUMN_ENDPOINTS = 0;
export const COLUMN_IPV4 = 1;
export const COLUMN_IPV6 = 2;
/** What `evaluateColumns` gives when every flow has its verdict; otherwise the index of the first one that can have none. */
export const BATCH_DONE = -1;
/** What it gives, without having done anything, when the room is too small: `batchRoom` says how much it takes. */
export const BATCH_NEEDS_ROOM = -2;
/** In place of a verdict: the ends share no address family. */
export const VERDICT_NO_FAMILY = 3;

/** Bytes that `matrixBlock` works in. */
export const MATRIX_SCRATCH_BYTES = 2560;

// Sides of a class that have port records.
export const SIDE_EGRESS = 0;
export const SIDE_INGRESS = 1;
/** Ingress from the node that the pod runs on. */
export const SIDE_OWN_NODE = 2;

// Port sets, 14 words: where they lie, and how many there are.
export const PORT_SETS_BOUNDS = 0;
export const PORT_SETS_BITS = 1;
export const PORT_SETS_BYTES = 2;
export const PORT_SETS_HALVES = 3;
export const PORT_SETS_INTERVALS = 4;
export const PORT_SETS_COUNT = 5;
export const PORT_SETS_CAPACITY = 6;
export const PORT_SETS_SLOTS = 7;
export const PORT_SETS_MASK = 8;
export const PORT_SETS_MEMO = 9;
export const PORT_SETS_STAMP = 10;
export const PORT_SETS_JOINS = 11;
export const PORT_SETS_KEY = 12;
export const PORT_SETS_FULL = 13;
export const PORT_SETS_WORDS = 14;
/** A bit per port, set where an interval ends; then per 64 ports how many such bits lie below. */
export const PORT_BOUNDS_BYTES = 12288;
/** Entries of four words that remember what two sets have in common. */
export const PORT_JOINS = 4096;

// IANA protocol numbers with a slot of their own.
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_SCTP = 132;

// ── The input stream: a header, then the sections in the header's order ─────────────────────────────────────────────
export const INPUT_VERSION = 0;
export const INPUT_SELECTORS = 1;
export const INPUT_BLOCKS = 2;
export const INPUT_PEERS = 3;
export const INPUT_NAMESPACES = 4;
export const INPUT_POLICIES = 5;
export const INPUT_NODES = 6;
export const INPUT_ADDRESS_SETS = 7;
export const INPUT_ENDPOINTS = 8;
export const INPUT_HEADER_WORDS = 9;

// Prefix, 6 words: family (4 or 6), length, 4 words of address, most significant first (IPv4 in the first).
export const PREFIX_FAMILY = 0;
export const PREFIX_LENGTH = 1;
export const PREFIX_ADDRESS = 2;
export const PREFIX_WORDS = 6;

// Policy, followed by its rules.
export const POLICY_TIER = 0;
export const POLICY_NAMESPACE = 1;
export const POLICY_NAMESPACE_SELECTOR = 2;
export const POLICY_POD_SELECTOR = 3;
export const POLICY_DIRECTIONS = 4;
export const POLICY_RULES = 5;
/** In an ordered tier: lower decides first. */
export const POLICY_PRIORITY = 6;
export const POLICY_HEADER_WORDS = 7;

// Rule, followed by its peers (ids) and its ports.
export const RULE_DIRECTION = 0;
export const RULE_ACTION = 1;
export const RULE_PEERS = 2;
export const RULE_PORTS = 3;
export const RULE_HEADER_WORDS = 4;

// Port entry, 4 words.
export const PORT_SLOT = 0;
export const PORT_KIND = 1;
export const PORT_FIRST = 2;
export const PORT_LAST = 3;
export const PORT_WORDS = 4;

// Endpoint, followed by its labels (key, value) and ports (name, slot, number).
export const ENDPOINT_KIND = 0;
export const ENDPOINT_NAMESPACE = 1;
export const ENDPOINT_NODE_INDEX = 2;
export const ENDPOINT_ADDRESS4 = 3;
export const ENDPOINT_ADDRESS4_VALUE = 4;
export const ENDPOINT_ADDRESS6 = 5;
export const ENDPOINT_ADDRESS6_VALUE = 6;
export const ENDPOINT_LABELS = 10;
export const ENDPOINT_PORTS = 11;
export const ENDPOINT_FLAGS = 12;
/** The address table leads to this endpoint; not so for a host-network pod, whose address is its node's. */
export const ENDPOINT_OWNS_ADDRESS = 0x1;
/** The first of its addresses is an IPv6 one. */
export const ENDPOINT_PREFERS_IPV6 = 0x2;
/** Callers may name it by its number: a pod that was loaded under a name. */
export const ENDPOINT_NAMED = 0x4;
export const ENDPOINT_HEADER_WORDS = 13;

// ── The query arena: a header, then one section each ────────────────────────────────────────────────────────────────
export const ARENA_MAGIC = 0x5456454e;
export const ARENA_MAGIC_OFFSET = 0;
export const ARENA_VERSION_OFFSET = 4;
export const ARENA_BYTES_OFFSET = 8;
export const ARENA_ROW_STRIDE_OFFSET = 12;
/** 1 where some row has another row of what is possible. */
export const ARENA_OPEN_OFFSET = 16;
/** The place of endpoint 0: external endpoints, numbered below 0, have the places before it. */
export const ARENA_FIRST_ENDPOINT_OFFSET = 20;
/** Another number after every change of the tables: what was made from them must be made again. */
export const ARENA_GENERATION_OFFSET = 24;
export const ARENA_SECTIONS_OFFSET = 64;
/** Each section: offset in the arena and bytes used. */
export const ARENA_SECTION_BYTES = 8;
export const SECTION_CLASS4 = 0;
export const SECTION_CLASS6 = 1;
export const SECTION_NODE = 2;
export const SECTION_CLASS_PORTS = 3;
export const SECTION_CLASS_INFO = 4;
export const SECTION_PORT_RECORDS = 5;
export const SECTION_PORT_LISTS = 6;
export const SECTION_ROW_CHUNKS = 7;
export const SECTION_ROW_INFO = 8;
export const SECTION_CHUNKS = 9;
export const SECTION_TRIE4 = 10;
export const SECTION_HOSTS6 = 11;
export const SECTION_RANGES6 = 12;
export const SECTION_PAGES6 = 13;
/** Only as long as the last row that ordered tiers have a part in. */
export const SECTION_ROW_TIERS = 14;
export const SECTIONS = 15;
export const ARENA_HEADER_BYTES = 256;

/** The node word: endpoint kind in the two upper bits, whether IPv6 comes first, whether callers may name it, then the node, all ones for none. */
export const NODE_KIND_SHIFT = 30;
export const NODE_PREFERS_IPV6 = 0x20000000;
export const NODE_NAMED = 0x10000000;
export const NODE_INDEX_MASK = 0x0fffffff;

/**
 * Set in a class word where a batch must look closer than at classes: a node's address, IPv6 first, no address (`NONE` has
 * it), or an endpoint that callers may not name.
 */
export const CLASS_SPECIAL = 0x40000000;
export const CLASS_MASK = 0x3fffffff;

// Class ports, 32 bytes: port record ids, four slots of egress, then four of ingress.
export const CLASS_PORTS_BYTES = 32;
export const CLASS_PORTS_INGRESS = 16;

// Class info, 32 bytes: four port record ids of ingress from the own node, then flags.
export const CLASS_INFO_BYTES = 32;
export const CLASS_INFO_FLAGS = 16;
export const CLASS_FLAG_ISOLATED_INGRESS = 0x1;
export const CLASS_FLAG_ISOLATED_EGRESS = 0x2;
export const CLASS_FLAG_SUBJECT = 0x4;
/** Policies of ordered tiers select the class. */
export const CLASS_FLAG_TIERS_INGRESS = 0x8;
export const CLASS_FLAG_TIERS_EGRESS = 0x10;
export const CLASS_FLAG_BOTH_APIS = 0x20;

// Port record, 64 bytes: sixteen biased upper bounds (i16) of which the last is spare, sixteen rows (u16).
export const PORT_RECORD_BYTES = 64;
export const PORT_RECORD_ROWS = 32;
export const PORT_RECORD_BOUNDS = 15;
/** Two records in a row are a wide one, of which only the last bound is spare. */
export const PORT_WIDE_BOUNDS = 31;
/** Records have rows of 16 bits; higher ones are in lists. */
export const MAX_RECORD_ROW = 0xffff;
/** Set in a port record id: the rest is the word of the port lists where a list starts, or a wide record. */
export const PORT_LIST_FLAG = 0x40000000;
export const PORT_WIDE_FLAG = 0x20000000;

// Rows.
export const ROW_NONE = 0;
export const ROW_ALL = 1;
/** Words that all rows' steps may take: past it, too many rules differ in overlapping port ranges. */
export const MAX_ROW_WORDS = 0x1000000;
// Row info, 16 bytes: the row of what is possible, the row of what an `ipBlock` alone lets a pod do, and of what is open,
// the rows of what waits for labels of namespaces or nodes, and for addresses.
export const ROW_INFO_BYTES = 16;
export const ROW_INFO_POSSIBLE = 0;
export const ROW_INFO_BLOCK_ON_POD = 4;
export const ROW_INFO_OPEN_LABELS = 8;
export const ROW_INFO_OPEN_ADDRESS = 12;

// Rows that ordered tiers have a part in: the rows of those among the undetermined that wait for one thing, and of those that
// the admin tiers decide, and the baseline tiers where they are asked.
export const ROW_TIERS_BYTES = 16;
export const ROW_TIERS_OPEN_TIE = 0;
export const ROW_TIERS_OPEN_DOMAIN = 4;
export const ROW_TIERS_BY_ADMIN = 8;
export const ROW_TIERS_BY_BASELINE = 12;

// Chunks: 512 bits. Chunk 0 is all zeros, chunk 1 all ones.
export const CHUNK_BYTES = 64;
export const CHUNK_SHIFT = 9;
export const MAX_CHUNKS = 65536;

/** Set in a trie word: the rest is a block index. Otherwise the word is an endpoint. */
export const TRIE_BLOCK_FLAG = 0x40000000;
export const TRIE_ROOT_WORDS = 65536;
export const TRIE_BLOCK_WORDS = 256;

// IPv6 hosts, by blocks of 64 addresses; a block, and a range, has 20 bytes: two halves of an address and a word.
export const HOSTS6_BLOCK_BYTES = 20;
export const HOSTS6_PAGE_WORDS = 64;
/** Set in a block's word: the rest is a page. */
export const HOSTS6_PAGE_FLAG = 0x40000000;

// Errors of `compile` and `addEndpoint`, as negative numbers.
export const ERROR_VERSION = -1;
export const ERROR_CHUNKS = -2;
export const ERROR_ROWS = -3;

// Whether a policy selects a pod, in a byte: 0 no, 1 open, 2 yes for each direction that it has.
export const SELECTS_EGRESS_SHIFT = 0;
export const SELECTS_INGRESS_SHIFT = 2;
export const SELECTS_MASK = 0x3;
