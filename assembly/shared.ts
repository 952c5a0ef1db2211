/**
 * The Wasm surface over a shared memory: queries of a query arena that somebody else has made. It has no memory of its own,
 * no data to write into one and no heap: what it works in, the host gives it.
 */
export {
  abiVersion,
  allowsPods,
  batchRoom,
  checksum,
  endpointOf4,
  endpointOf6,
  evaluate,
  evaluateColumns,
  evaluatePods,
  matrixBlock,
  matrixRows,
  portBounds,
  portCells,
  portJoin,
  portSets,
  portSide,
  spread,
} from "./index";
