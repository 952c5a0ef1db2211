/** What the compiled modules export, as their hosts see it: `assembly/index.ts`, `assembly/shared.ts` and `assembly/inspect.ts`. */

/** What both builds of the core export, as `tests/package/exports-shared.txt` lists it: questions to a query arena. */
export interface QueryExports {
  abiVersion(): number;
  endpointOf4(arena: number, address: number): number;
  endpointOf6(arena: number, address: number): number;
  evaluate(
    arena: number,
    source: number,
    destination: number,
    family: number,
    slot: number,
    port: number,
    distinct: number,
  ): number;
  evaluatePods(arena: number, source: number, destination: number, slot: number, port: number): number;
  allowsPods(arena: number, source: number, destination: number, slot: number, port: number): number;
  evaluateKept(answers: number, arena: number, source: number, destination: number, slot: number, port: number): number;
  allowsKept(answers: number, arena: number, source: number, destination: number, slot: number, port: number): number;
  answerRoom(arena: number): number;
  keepAnswers(answers: number, arena: number): void;
  batchRoom(arena: number): number;
  evaluateColumns(arena: number, columns: number, count: number): number;
  checksum(snapshot: number, bytes: number, out: number): void;
  matrixRows(arena: number, slot: number, port: number, possible: number, rows: number): void;
  matrixBlock(arena: number, rows: number, block: number, scratch: number, out: number): void;
  spread(bits: number, words: number, starts: number, order: number, row: number): number;
  portBounds(arena: number, bounds: number): number;
  portSets(sets: number): void;
  portSide(
    arena: number,
    sets: number,
    id: number,
    side: number,
    firstChunk: number,
    chunks: number,
    out: number,
  ): void;
  portJoin(sets: number, a: number, b: number): number;
  portCells(
    sets: number,
    egress: number,
    classes: number,
    sides: number,
    count: number,
    source: number,
    first: number,
    to: number,
    ports: number,
  ): number;
}

/** What the core exports that has a memory of its own, beside those; `tests/package/exports.txt` lists all of it. */
export interface CoreExports extends QueryExports {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  compile(input: number): number;
  errorOf(build: number): number;
  arenaOf(build: number): number;
  classCount(build: number): number;
  addNamespace(build: number, record: number): number;
  addNode(build: number, record: number): number;
  addEndpoint(build: number, record: number): number;
  setEndpoint(build: number, endpoint: number, record: number): void;
  addPolicy(build: number, input: number): number;
  removePolicy(build: number, policy: number): void;
}

/** What the module exports that looks into a build; see `assembly/inspect.ts`. */
export interface InspectExports {
  abiVersion(): number;
  trace(
    build: number,
    direction: number,
    source: number,
    destination: number,
    family: number,
    slot: number,
    port: number,
    out: number,
    bytes: number,
  ): number;
  selecting(build: number, endpoint: number, out: number): void;
  selected(build: number, policy: number, count: number, out: number): void;
  matched(build: number, policy: number, rule: number, peer: number, count: number, out: number): void;
}
