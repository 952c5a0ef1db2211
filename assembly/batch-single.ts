/** The verdict on one flow of a batch, alone: what the tables of batches leave. */
import { NODE_NAMED, NODE_PREFERS_IPV6, NONE, VERDICT_NO_FAMILY } from "./abi";
import { endpointClass, evaluateFlow, nodeWord } from "./evaluate";

/** The verdict in the family asked for, or (0) in the first of the source's that both ends have; VERDICT_NO_FAMILY without one. */
export function verdictOfPair(arena: usize, source: u32, destination: u32, family: u32, slot: u32, port: u32): u32 {
  if (family == 0) {
    const prefers6 = (nodeWord(arena, source) & NODE_PREFERS_IPV6) != 0;
    const shares4 = shareFamily(arena, 4, source, destination);
    const shares6 = shareFamily(arena, 6, source, destination);
    if (!shares4 && !shares6) return VERDICT_NO_FAMILY;
    family = shares6 && (prefers6 || !shares4) ? 6 : 4;
  } else if (!shareFamily(arena, family, source, destination)) {
    return VERDICT_NO_FAMILY;
  }
  return evaluateFlow(arena, source, destination, family, slot, port, 0) & 3;
}

function shareFamily(arena: usize, family: u32, source: u32, destination: u32): bool {
  return endpointClass(arena, source, family) != NONE && endpointClass(arena, destination, family) != NONE;
}

/** Whether callers may name the endpoint by its number. */
export function isNamed(arena: usize, endpoint: u32): bool {
  return (nodeWord(arena, endpoint) & NODE_NAMED) != 0;
}
