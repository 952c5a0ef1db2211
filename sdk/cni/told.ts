/** What a cluster's objects tell of a setting: its value, nothing, or that it cannot be told. */
import type { SeenDaemonSet } from "./evidence.ts";
import { settingValues } from "./settings.ts";

/** Written in a way that cannot be read, or in several places that disagree. */
export const UNREAD: unique symbol = Symbol("unread");

/** Undefined where nobody sets it, so that the plugin's default holds. */
export type Told = string | undefined | typeof UNREAD;

/** How a plugin reads what is true. */
export type Truth = "Go" | "Felix";

/** Go's flags and configuration files. [strconv.ParseBool] */
const GO_TRUTH = /^(?:1|0|t|f|true|false|True|False|TRUE|FALSE|T|F)$/;
/** Calico's Felix, whatever the case. [felix/config, BoolParam] */
const FELIX_TRUE = ["true", "1", "yes", "y", "t"];
const FELIX_FALSE = ["false", "0", "no", "n", "f"];

/** A text as the setting's rules write it. */
export function valueIn(setting: string, text: unknown, truth: Truth = "Go"): Told {
  if (text === undefined) return undefined;
  if (typeof text === "boolean") return String(text);
  if (typeof text !== "string") return UNREAD;
  const values = settingValues(setting);
  const value = values.includes("true") ? truthOf(text, truth) : text.toLowerCase();
  return value !== undefined && values.includes(value) ? value : UNREAD;
}

function truthOf(text: string, truth: Truth): string | undefined {
  if (truth === "Go") return GO_TRUTH.test(text) ? String(/^[1tT]/.test(text)) : undefined;
  const lower = text.toLowerCase();
  return FELIX_TRUE.includes(lower) ? "true" : FELIX_FALSE.includes(lower) ? "false" : undefined;
}

/** What several places tell together. */
export function agreed(tellings: readonly Told[]): Told {
  const [first] = tellings;
  return tellings.every((one) => one === first) ? first : UNREAD;
}

/** What each DaemonSet's arguments tell; of one that is there twice, the last holds. */
export function flagIn(sets: readonly SeenDaemonSet[], option: string): readonly Told[] {
  const isSwitch = settingValues(option).includes("true");
  return sets.map(({ args }) => {
    // A shell is given several in one.
    const words = args.flatMap((text) => text.split(/\s+/)).map((word) => word.replace(/["']/g, ""));
    return valueIn(option, wordOf(words, option, isSwitch ? "never" : "always"));
  });
}

/** What each DaemonSet's environment tells. */
export function envIn(sets: readonly SeenDaemonSet[], key: string, setting: string, truth?: Truth): readonly Told[] {
  return sets.map(({ env }) => (env.has(key) ? valueIn(setting, env.get(key) ?? null, truth) : undefined));
}

/**
 * The text of an option among words. The word behind one that has no `=` is its value (`always`), is not, as Go's flags have
 * it of switches (`never`), or is where it is a truth (`truth`: k3s writes all values so).
 */
export function wordOf(
  words: readonly string[],
  option: string,
  next: "always" | "never" | "truth",
): string | undefined {
  const isOption = new RegExp(`^--?${option}(?:=|$)`);
  const place = words.findLastIndex((word) => isOption.test(word));
  if (place < 0) return undefined;
  const word = words[place] ?? "";
  if (word.includes("=")) return word.slice(word.indexOf("=") + 1);
  const after = words[place + 1] ?? "";
  return next === "always" || (next === "truth" && GO_TRUTH.test(after)) ? after : "true";
}
