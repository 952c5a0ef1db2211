/** A state as bytes. */
import { checkFlag, checkOptions } from "../check-options.ts";
import { addresslessNode, addresslessNodeKey, UNKNOWN_ADDRESS, unknownAddress } from "../flow/address.ts";
import type { EndpointSliceEntry, LivePodEntry } from "../model/directory.ts";
import { hasHostPorts } from "../model/host-ports.ts";
import type { LiveDirectory } from "../model/live-directory.ts";
import type { ServiceObject, SliceContent } from "../read/objects.ts";
import { fullOf, type Internals, internalsOf, type State } from "../state.ts";
import { Engine } from "../wasm/engine.ts";
import { CHECKSUM_OFFSET, layOut, onLine, withoutSources, writeHeader } from "./format.ts";
import type { ObjectsPart, SnapshotService, StatePart } from "./parts.ts";
import { encodeSources } from "./sources.ts";
import { writeNames } from "./write-names.ts";

/** What a snapshot is to hold. */
export interface TakeOptions {
  /**
   * Whether to add what the tables were compiled from, with its places in files, so that a state from the snapshot can
   * `explain`, `lint`, `describe` and tell who selects whom. Default: false.
   */
  readonly explain?: boolean | undefined;
}

/**
 * The state as bytes that `loadSnapshot` makes a state of again: its tables as they lie in memory, its names, and what
 * flows are resolved by. Without `explain` it has no selectors, policies or manifests. What changes a state (updates, decisions
 * on pods that don't exist yet) cannot be had from it in any case. Of a state from a snapshot it is the same bytes again.
 *
 * @throws NetverdictError `poisoned-state`, `invalid-option`; `needs-full-state` for `explain` of a state from a snapshot
 * that was made without
 * @example
 * await writeFile("shop.snapshot", snapshot(loadState(manifests), { explain: true }));
 */
export function snapshot(state: State, options: TakeOptions = {}): Uint8Array<ArrayBuffer> {
  const explain = checkOptions(options, ["explain"], (given, fail) => checkFlag(given, "explain", false, fail));
  const internals = internalsOf(state);
  const { engine } = internals;
  if (internals.snapshot !== undefined) {
    const { address, bytes, sources } = internals.snapshot;
    if (explain && sources === undefined) throw withoutSources();
    return copyOf(new Uint8Array(engine.memory, address, bytes));
  }
  const full = fullOf(internals);
  const { directory } = full;
  const added = addUnknowns(internals, directory);
  const names = writeNames(Array.from({ length: directory.endpointCount }, (_, i) => directory.endpoint(i)));
  const statePart = encode(statePartOf(internals, added));
  const objectsPart = encode(objectsPartOf(directory));
  const arena = engine.arenaBytes;
  const sources = explain ? encodeSources(full, internals.enforcement) : undefined;
  const layout = layOut([arena.length, names.length, statePart.length, objectsPart.length, sources?.length]);

  // The checksum is the core's; an instance of its own makes it, so that the state's memory does not grow.
  const scratch = new Engine(engine.module);
  const place = onLine(scratch.allocate(layout.bytes + 63));
  const bytes = new Uint8Array(scratch.memory, place, layout.bytes);
  writeHeader(bytes, layout);
  bytes.set(arena, layout.arena.offset);
  bytes.set(names, layout.names.offset);
  bytes.set(statePart, layout.state.offset);
  bytes.set(objectsPart, layout.objects.offset);
  if (sources !== undefined && layout.sources !== undefined) bytes.set(sources, layout.sources.offset);
  scratch.checksum(place, layout.bytes, place + CHECKSUM_OFFSET);
  return copyOf(bytes);
}

/** Makes the endpoints that flows can ask for and that only a build arena can make: addresses that are not known. */
function addUnknowns(internals: Internals, directory: LiveDirectory): Record<string, number> {
  const added: [string, number][] = [];
  for (const { name, addresses } of directory.nodes()) {
    if (addresses.length === 0) added.push([addresslessNodeKey(name), addresslessNode(internals, name)]);
  }
  const domains =
    [...directory.services.all()].some(({ type }) => type === "ExternalName") ||
    [...directory.services.slices()].some(([, slices]) => slices.some(({ addressType }) => addressType === "FQDN"));
  if (domains) added.push([UNKNOWN_ADDRESS, unknownAddress(internals)]);
  return Object.fromEntries(added);
}

function statePartOf(internals: Internals, added: Record<string, number>): StatePart {
  const { caveats, counts, unmodelled, policedNamespaces, domains } = internals;
  return {
    caveats,
    counts,
    unmodelled: unmodelled.map(({ reference, namespace }) => ({ reference, namespace })),
    policedNamespaces: [...policedNamespaces],
    domains,
    added,
  };
}

function objectsPartOf(directory: LiveDirectory): ObjectsPart {
  return {
    nodes: [...directory.nodes()],
    services: Array.from(directory.services.all(), (service) => serviceOf(directory, service)),
    slices: Object.fromEntries(
      Array.from(directory.services.slices(), ([key, slices]) => [
        key,
        slices.map((slice) => sliceOf(directory, slice)),
      ]),
    ),
    workloads: Object.fromEntries(
      Array.from(directory.workloads(), ([key, pods]) => [key, pods.map(({ endpoint }) => endpoint)]),
    ),
    hostPorts: [...directory.pods()].filter(hasHostPorts).flatMap(hostPortsOf),
    finished: [...directory.finished()],
  };
}

function hostPortsOf({ endpoint, ports }: LivePodEntry): ObjectsPart["hostPorts"][number][] {
  return ports.flatMap(({ protocol, containerPort, hostPort }) =>
    hostPort === undefined ? [] : { pod: endpoint, protocol, port: hostPort, target: containerPort },
  );
}

function serviceOf(directory: LiveDirectory, service: ServiceObject): SnapshotService {
  const { kind: _kind, labels: _labels, origin: _origin, selector: _selector, ...rest } = service;
  return { ...rest, pods: directory.podsSelectedBy(service).map(({ endpoint }) => endpoint) };
}

/** One endpoint for each address, with the pod where the address is the pod's; with its name where it is not. */
function sliceOf(directory: LiveDirectory, { addressType, ports, endpoints }: SliceContent): EndpointSliceEntry {
  return {
    addressType,
    ports,
    endpoints: endpoints.flatMap((endpoint) =>
      endpoint.addresses.map((address) => {
        const pod = directory.podOfSlice(endpoint, address);
        const named = pod?.endpoint ?? endpoint.pod;
        const { ready, draining, nodeName } = endpoint;
        return {
          addresses: [address],
          ready,
          ...(draining && { draining }),
          ...(named !== undefined && { pod: named }),
          ...(nodeName !== undefined && { nodeName }),
        };
      }),
    ),
  };
}

function encode(part: StatePart | ObjectsPart): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(part));
}

function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}
