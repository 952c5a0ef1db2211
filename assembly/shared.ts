/**
 * The Wasm surface over a memory that the host brings: queries of a query arena that somebody else has made. It has no memory of
 * its own, no data to write into one and no heap: what it works in, the host gives it. Built twice, over a memory that
 * threads share and over one that they do not.
 */
export {
  abiVersion,
  allowsKept,
  allowsPods,
  answerRoom,
  batchRoom,
  checksum,
  endpointOf4,
  endpointOf6,
  evaluate,
  evaluateColumns,
  evaluateKept,
  evaluatePods,
  keepAnswers,
  matrixBlock,
  matrixRows,
  portBounds,
  portCells,
  portJoin,
  portSets,
  portSide,
  spread,
} from "./index";
