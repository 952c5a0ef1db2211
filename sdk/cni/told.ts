/** What a cluster's objects tell of a setting: its value, nothing, or that it cannot be told. */
import type { Evidence, SeenDaemonSet } from "./evidence.ts";
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

/** What each DaemonSet's arguments tell; of an option that is there twice, the last holds. */
export function flagIn(sets: readonly SeenDaemonSet[], option: string): readonly Told[] {
  const next = settingValues(option).includes("true") ? "never" : "always";
  return sets.map(({ containers }) =>
    united(
      containers.map(({ args }) => {
        // A shell is given several in one.
        const words = args.flatMap((text) => text.split(/\s+/)).map((word) => word.replace(/["']/g, ""));
        const told = valueIn(option, wordOf(words, option, next));
        return told === undefined && words.some(isWholeVariable) ? UNREAD : told;
      }),
    ),
  );
}

/** Whether a word is nothing but what a variable holds, which may be any arguments. */
const isWholeVariable = (word: string): boolean => /^\$(?:\w+|\{\w+\}|\(\w+\))$/.test(word);

/** What each DaemonSet's environment tells. Felix takes variables' names in upper and lower case alike. */
export function envIn(
  sets: readonly SeenDaemonSet[],
  { configMaps }: Pick<Evidence, "configMaps">,
  key: string,
  setting: string,
  truth?: Truth,
): readonly Told[] {
  const isNamed = (name: string): boolean =>
    name === key || (truth === "Felix" && name.toLowerCase() === key.toLowerCase());
  return sets.map(({ namespace, containers }) =>
    united(
      containers.map(({ env, envFrom }) => {
        const own = [...env].find(([name]) => isNamed(name));
        if (own !== undefined) return valueIn(setting, own[1] ?? null, truth);
        for (const { configMap, prefix, optional } of envFrom) {
          const maps = configMaps.filter(({ name, ...map }) => name === configMap && map.namespace === namespace);
          if (maps.length === 0 && !optional) return UNREAD;
          const told = agreed(
            maps.map(({ data }) => {
              const found = Object.keys(data).find((name) => isNamed(prefix + name));
              return found === undefined ? undefined : valueIn(setting, data[found], truth);
            }),
          );
          if (told !== undefined) return told;
        }
        return undefined;
      }),
    ),
  );
}

/** What the containers of one pod tell, of which one has the setting. */
const united = (tellings: readonly Told[]): Told => agreed(tellings.filter((told) => told !== undefined));

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
