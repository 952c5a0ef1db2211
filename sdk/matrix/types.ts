/** The public shapes of matrices and port sets. */
import type { Protocol, Verdict } from "../types.ts";

/** Which connections a matrix, or port sets, are about. */
export interface MatrixOptions {
  /** Destination port, by its number; needed but for ICMP and ICMPv6. */
  readonly port?: number | undefined;
  /** Default: `"TCP"`. */
  readonly protocol?: Protocol | undefined;
  /** Default: each pair uses the first family of the source's addresses that the destination shares. */
  readonly family?: 4 | 6 | undefined;
}

/**
 * Pods that no policy can tell apart. Two things are not the group's but the pod's own: a pod reaches itself, and the
 * host-network pods of the node that it runs on may reach it where others of their group do not.
 */
export interface PodGroup {
  /** Its number in the list of groups. */
  readonly index: number;
  /** Its pods stand together in the order of pods: from here on, so many. */
  readonly first: number;
  readonly size: number;
  /** As `matrix.names` and `matrix.podIndices`. */
  readonly names: readonly string[];
  readonly podIndices: Uint32Array;
}

/** Pairs of pods by their verdict. They add up to `size` × `size`. */
export interface MatrixCounts {
  readonly allowed: number;
  readonly denied: number;
  readonly undetermined: number;
  /** Pairs that have no verdict: they share no address family. */
  readonly withoutFamily: number;
}

/** All pods of one group towards all of another. */
export interface MatrixCell {
  readonly from: PodGroup;
  readonly to: PodGroup;
  readonly verdict: "allow" | "undetermined";
}

/** One pair whose verdict is not that of its groups: a host-network pod towards a pod on its own node. */
export interface MatrixException {
  readonly from: string;
  readonly to: string;
  readonly verdict: Verdict;
}

/** Which bits a matrix is expanded to, and where. */
export interface ExpandOptions {
  /** Which pairs are set. Default: `"allow"`. */
  readonly verdict?: "allow" | "undetermined" | undefined;
  /** Takes the bits; at least `rowBytes` × `size` bytes. Made where it is not given. */
  readonly out?: Uint8Array | undefined;
}

/**
 * Who reaches whom on one port. It is a picture of the state as it was when it was made, which later updates do not change.
 */
export interface Matrix {
  readonly port: number | undefined;
  readonly protocol: Protocol;
  readonly family: 4 | 6 | undefined;
  /** Number of pods: those that were loaded, and those that stand for workloads without pods. */
  readonly size: number;
  /** The pods in the matrix's own order, which puts pods that are alike together: `namespace/pod`, or `namespace/Kind/name`. */
  readonly names: readonly string[];
  /** Their pod indices, in the same order. */
  readonly podIndices: Uint32Array;
  readonly groups: readonly PodGroup[];
  readonly counts: MatrixCounts;
  /** The pairs on one node that differ from their groups' verdict; a pod and itself are not among them: it always reaches itself. */
  readonly exceptions: readonly MatrixException[];
  /**
   * The verdict on a pair, by name or pod index, as `evaluate` gives it; undefined where the two share no address family.
   *
   * @throws NetverdictError `unknown-pod`
   */
  verdict(from: string | number, to: string | number): Verdict | undefined;
  /** Group by group what is not denied; `exceptions` and a pod's way to itself come on top. */
  cells(): IterableIterator<MatrixCell>;
  /** Pair by pair what is allowed, as names. */
  allowedPairs(): IterableIterator<readonly [from: string, to: string]>;
  /** Bytes of a row of `expand`: a bit for each pod, rounded up to a multiple of 8 bytes. */
  readonly rowBytes: number;
  /**
   * A row of bits for each source, in the matrix's order: bit `i & 7` of byte `i >> 3` is destination `i`. 0 is not allowed.
   *
   * @throws NetverdictError `limit-exceeded` where that would be more than `LIMITS.matrixBytes`; `invalid-option`
   */
  expand(options?: ExpandOptions): Uint8Array;
}

/** How port sets are found, and whom to tell how far it is. */
export interface PortSetOptions {
  /** As in `MatrixOptions`. */
  readonly family?: 4 | 6 | undefined;
  /** An AbortSignal: once it has aborted, the next part throws its reason. */
  readonly signal?: { readonly aborted: boolean; readonly reason?: unknown } | undefined;
  /** Told before each part how many of all sources are done. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/** From the first port to the last one, both included. */
export type PortRange = readonly [first: number, last: number];

/** Ports by protocol, ascending, without neighbours or overlaps. */
export interface Ports {
  readonly TCP: readonly PortRange[];
  readonly UDP: readonly PortRange[];
  readonly SCTP: readonly PortRange[];
  /** Protocols without ports: ICMP, ICMPv6. */
  readonly portless: boolean;
}

/** What a pair may use, exactly. What is in neither is denied. Equal sets are one object. */
export interface PortSet {
  readonly allowed: Ports;
  readonly undetermined: Ports;
}

/** The ports on which any pod of one group may reach any of another. */
export interface PortSetCell {
  readonly from: PodGroup;
  readonly to: PodGroup;
  readonly ports: PortSet;
}

/** One pair whose ports are not those of its groups: a host-network pod towards a pod on its own node. */
export interface PortSetException {
  readonly from: string;
  readonly to: string;
  readonly ports: PortSet;
}

/** Some of the cells, as columns of one length; iterating gives them as objects. */
export interface PortSetPart extends Iterable<PortSetCell> {
  readonly groups: readonly PodGroup[];
  /** Indices of groups. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Numbers of port sets: equal numbers are equal sets, in all parts. */
  readonly ports: Uint32Array;
  portSet(number: number): PortSet;
  /** Come after all cells, with the last part, or the last ones where there are many. */
  readonly exceptions: readonly PortSetException[];
}
