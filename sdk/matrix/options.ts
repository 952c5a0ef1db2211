/** Checks of the options of `matrix` and `portSets`. */
import { SLOT_PORTLESS } from "../../assembly/abi.ts";
import { checkOptions, type Fail } from "../check-options.ts";
import { isPort, SLOTS } from "../ports.ts";
import type { Protocol } from "../types.ts";
import type { MatrixOptions, PortSetOptions } from "./types.ts";

export interface MatrixSpec {
  /** One of abi's SLOT_…. */
  readonly slot: number;
  readonly protocol: Protocol;
  readonly port: number | undefined;
  readonly family: 4 | 6 | undefined;
}

/** @throws NetverdictError `invalid-option` */
export function checkMatrixOptions(options: MatrixOptions): MatrixSpec {
  return checkOptions(options, ["port", "protocol", "family"], ({ port, protocol = "TCP", family }, fail) => {
    const known = typeof protocol === "string" && Object.hasOwn(SLOTS, protocol);
    if (!known) fail(["protocol"], `\`${String(protocol)}\` is no protocol: use ${Object.keys(SLOTS).join(", ")}`);
    const slot = known ? SLOTS[protocol as Protocol] : SLOT_PORTLESS;
    if (known && slot === SLOT_PORTLESS && port !== undefined)
      fail(["port"], "this protocol has no ports: leave `port` out");
    if (known && slot !== SLOT_PORTLESS && !isPort(port))
      fail(["port"], "a matrix is of one port by its number: 1 to 65535");
    return {
      slot,
      protocol: protocol as Protocol,
      port: port as number | undefined,
      family: checkFamily(family, fail),
    };
  });
}

/** @throws NetverdictError `invalid-option` */
export function checkPortSetOptions(options: PortSetOptions): PortSetOptions {
  return checkOptions(options, ["family", "signal", "onProgress"], ({ family, signal, onProgress }, fail) => {
    checkFamily(family, fail);
    if (signal !== undefined && (typeof signal !== "object" || signal === null || !("aborted" in signal))) {
      fail(["signal"], "signal must be an AbortSignal");
    }
    if (onProgress !== undefined && typeof onProgress !== "function")
      fail(["onProgress"], "onProgress must be a function");
    return options;
  });
}

function checkFamily(family: unknown, fail: Fail): 4 | 6 | undefined {
  if (family === undefined || family === 4 || family === 6) return family;
  fail(["family"], `\`${String(family)}\` is no address family: 4 or 6`);
  return undefined;
}
