/** Kleene's three values: what the input settles, and what it leaves open. */
export type Truth = "yes" | "no" | "unknown";

/** Gives `no` if any is `no`, `yes` if all are `yes`, else `unknown`. */
export function all(truths: Iterable<Truth>): Truth {
  let result: Truth = "yes";
  for (const truth of truths) {
    if (truth === "no") return "no";
    if (truth === "unknown") result = "unknown";
  }
  return result;
}

/** Gives `yes` if any is `yes`, `no` if all are `no`, else `unknown`. */
export function any(truths: Iterable<Truth>): Truth {
  let result: Truth = "no";
  for (const truth of truths) {
    if (truth === "yes") return "yes";
    if (truth === "unknown") result = "unknown";
  }
  return result;
}

/** Lifts a settled answer. */
export function settled(holds: boolean): Truth {
  return holds ? "yes" : "no";
}
