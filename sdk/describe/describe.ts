/**
 * A NetworkPolicy in the words of `kubectl describe networkpolicy` (1.32 or newer), byte for byte; and then, given a state,
 * what kubectl does not show.
 */
import { checkOptions, invalidOption } from "../check-options.ts";
import { NetverdictError } from "../errors.ts";
import { defaultNamespaceFault } from "../load-options.ts";
import type { TextReader } from "../read/text.ts";
import type { Inspection } from "../runtime.ts";
import { inFull } from "../snapshot/restore.ts";
import { internalsOf, type State } from "../state.ts";
import { type Clock, clockIn, readInstant } from "./created-on.ts";
import { headerText } from "./header.ts";
import { selectionIn } from "./in-state.ts";
import { readingText } from "./reading.ts";
import { specText } from "./spec-text.ts";
import { type PolicyInput, readPolicy, type WrittenPolicy } from "./written-policy.ts";

/** What kubectl would take from its machine, and what is added. */
export interface DescribeOptions {
  /** Time zone of `Created on`, by its IANA name; kubectl takes its machine's. Default: `"UTC"`. */
  readonly timeZone?: string | undefined;
  /** Namespace of a policy that names none. Default: that of the state, else `"default"`. */
  readonly defaultNamespace?: string | undefined;
  /** Adds whom each selector matches in this state, which need not have the policy, and a reading of each rule in plain words. */
  readonly state?: State | undefined;
}

const KNOWN: readonly string[] = ["timeZone", "defaultNamespace", "state"];

/** @throws NetverdictError `invalid-option`, `needs-full-state`, and as `loadState` for what is no NetworkPolicy */
export function describeWith(
  readText: TextReader,
  { core, inspect }: Inspection,
  policy: PolicyInput,
  options: DescribeOptions = {},
): string {
  checkDescribeOptions(options);
  const { timeZone = "UTC", state } = options;
  const full = state === undefined ? undefined : inFull(core, internalsOf(state)).full;
  const clock = clockOf(timeZone);
  const defaultNamespace = options.defaultNamespace ?? full?.options.defaultNamespace ?? "default";
  const { written, read } = readPolicy(policy, defaultNamespace, readText);
  checkTime(written, read.name);
  const text = headerText(written.metadata, read.namespace, clock) + specText(written.spec ?? {});
  return full === undefined ? text : `${text}\n${readingText(read, selectionIn(inspect, full, read))}`;
}

function checkDescribeOptions(options: DescribeOptions): void {
  checkOptions(options, KNOWN, ({ timeZone, defaultNamespace }, fail) => {
    if (timeZone !== undefined && typeof timeZone !== "string") fail(["timeZone"], "a time zone must be a name");
    const fault = defaultNamespaceFault(defaultNamespace);
    if (fault !== undefined) fail(["defaultNamespace"], fault);
  });
}

function clockOf(timeZone: string): Clock {
  try {
    return clockIn(timeZone);
  } catch {
    throw invalidOption(["timeZone"], `\`${timeZone}\` is not a time zone such as \`UTC\` or \`Europe/Berlin\``);
  }
}

/** The one field that no verdict depends on, so that reading did not look at it. */
function checkTime({ metadata }: WrittenPolicy, name: string): void {
  const { creationTimestamp } = metadata;
  if (creationTimestamp == null || readInstant(creationTimestamp) !== undefined) return;
  throw new NetverdictError([
    {
      code: "invalid-type",
      message: "a time must be as in `2026-01-02T03:04:05Z` (RFC 3339)",
      object: { kind: "NetworkPolicy", name },
      path: ["metadata", "creationTimestamp"],
    },
  ]);
}
