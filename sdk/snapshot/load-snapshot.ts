/** Bytes of a snapshot to a state: one copy into an engine's memory, checked; names and objects are read when they are asked for. */

import { checkFlag, checkOptions } from "../check-options.ts";
import { OrdinaryDecisions } from "../flow/ordinary.ts";
import { newState } from "../new-state.ts";
import type { Internals, State } from "../state.ts";
import { isUint8Array } from "../typed-arrays.ts";
import { type Engine, newEngine } from "../wasm/engine.ts";
import { checkArena } from "./check-arena.ts";
import {
  CHECKSUM_BYTES,
  CHECKSUM_OFFSET,
  damaged,
  type Layout,
  onLine,
  readHeader,
  type Section,
  snapshotError,
} from "./format.ts";
import { Names } from "./names.ts";
import { parseObjectsPart, parseStatePart, type StatePart } from "./parts.ts";
import { SnapshotDirectory } from "./snapshot-directory.ts";

/** How far a snapshot is trusted. */
export interface SnapshotOptions {
  /** Whether to check the bytes against their checksum. Default: true. Leave it out only for bytes that were checked before. */
  readonly verify?: boolean | undefined;
}

/** @throws NetverdictError `invalid-snapshot`, `unsupported-snapshot`, `core-failure` */
export function loadSnapshotWith(module: WebAssembly.Module, bytes: Uint8Array, options: SnapshotOptions = {}): State {
  if (!isUint8Array(bytes)) throw snapshotError("invalid-snapshot", "a snapshot must be a Uint8Array");
  if (bytes.length === 0) {
    const hint = "where they were transferred to another thread, the array that was left here has none";
    throw snapshotError("invalid-snapshot", `these bytes are no snapshot: there are none (${hint})`);
  }
  const verify = checkOptions(options, ["verify"], (given, fail) => checkFlag(given, "verify", true, fail));
  const layout = readHeader(bytes);
  const engine = newEngine(module);
  // The header fits the bytes that are there: no more is asked for than has been given already.
  const place = onLine(engine.allocate(layout.bytes + 63));
  new Uint8Array(engine.memory, place, layout.bytes).set(bytes);
  if (verify) checkSum(engine, place, layout.bytes);
  return stateOver(engine, place, layout);
}

/** The state of the snapshot that lies in an engine's memory. */
export function stateOver(engine: Engine, address: number, layout: Layout): State {
  const section = ({ offset, bytes }: Section): Uint8Array => new Uint8Array(engine.memory, address + offset, bytes);
  const { sources } = layout;
  checkArena(section(layout.arena));
  engine.arena = address + layout.arena.offset;
  const names = new Names(() => section(layout.names));
  let parsed: StatePart | undefined;
  const part = (): StatePart => {
    parsed ??= parseStatePart(section(layout.state));
    return parsed;
  };
  let policed: ReadonlySet<string> | undefined;
  let added: Map<string, number> | undefined;
  const parts: Internals = {
    engine,
    directory: new SnapshotDirectory(names, () => parseObjectsPart(section(layout.objects))),
    get caveats() {
      return part().caveats;
    },
    get counts() {
      return part().counts;
    },
    get unmodelled() {
      return part().unmodelled;
    },
    get policedNamespaces() {
      policed ??= new Set(part().policedNamespaces);
      return policed;
    },
    get domains() {
      return part().domains;
    },
    decisions: new OrdinaryDecisions(),
    get added() {
      added ??= new Map(Object.entries(part().added));
      return added;
    },
    full: undefined,
    snapshot: { address, bytes: layout.bytes, sources: sources && (() => section(sources)) },
  };
  return newState(parts);
}

function checkSum(engine: Engine, place: number, bytes: number): void {
  const out = engine.allocate(CHECKSUM_BYTES);
  engine.checksum(place, bytes, out);
  const made = new Uint8Array(engine.memory, out, CHECKSUM_BYTES);
  const written = new Uint8Array(engine.memory, place + CHECKSUM_OFFSET, CHECKSUM_BYTES);
  if (made.some((byte, i) => byte !== written[i])) throw damaged("its checksum is another");
}
