/** The option `cni`: checked, and turned into what enforces. */
import { type Fail, invalidOption } from "../check-options.ts";
import { type Issue, NetverdictError } from "../errors.ts";
import { isRecord, typeName } from "../read/fields.ts";
import { readInput } from "../read/index.ts";
import { didYouMean, nearest } from "../read/nearest.ts";
import type { TextReader } from "../read/text.ts";
import type { LoadInput } from "../types.ts";
import { Enforcement } from "./enforce.ts";
import { Evidence } from "./evidence.ts";
import { cniNames, isCniName } from "./profiles.ts";
import { recognize } from "./recognize.ts";
import { settingNames, settingValues } from "./settings.ts";
import type { CniChoice, CniName } from "./types.ts";
import { versionNumbers } from "./version.ts";

/** What an option asks of a load: to be shown the objects, and then to say what enforces. */
export interface CniLoad {
  /** What it goes by, where it goes by the objects. */
  readonly evidence?: Evidence;
  enforcement(): Enforcement;
}

/** @throws NetverdictError `invalid-option` */
export function chooseCni(cni: CniName | "auto" | CniChoice, defaultNamespace: string): CniLoad {
  if (cni !== "auto") {
    const choice = checkChoice(cni);
    return { enforcement: () => new Enforcement([choice]) };
  }
  const evidence = new Evidence(defaultNamespace);
  return { evidence, enforcement: () => enforcementBy(evidence) };
}

/** What enforces, by what was seen. */
export function enforcementBy(evidence: Evidence): Enforcement {
  return new Enforcement(recognize(evidence));
}

/** The plugins that objects tell of, as they are set up. */
export function recognizeIn(input: LoadInput, readText: TextReader): readonly CniChoice[] {
  const evidence = new Evidence("default");
  readInput(input, {
    defaultNamespace: "default",
    readText,
    watch: (...object) => void evidence.add(...object),
  });
  return recognize(evidence);
}

/** @throws NetverdictError `invalid-option` */
export function checkChoice(cni: unknown): CniChoice {
  const choice = typeof cni === "string" ? { name: cni } : cni;
  if (!isRecord(choice))
    throw invalidOption(["cni"], 'cni must be a name, "auto" or { name, version?, settings?, unread? }');
  const issues: Issue[] = [];
  const fail: Fail = (path, message) => {
    issues.push({ code: "invalid-option", message, path });
  };
  const { name, version, settings = {}, unread = [], ...others } = choice;
  for (const key of Object.keys(others))
    fail(["cni", key], `\`${key}\` is no part of cni: there are name, version, settings, unread`);
  if (typeof name !== "string" || !isCniName(name)) {
    const meant = typeof name === "string" ? nearest(name, cniNames()) : undefined;
    const hint = meant === undefined ? `there are ${[...cniNames(), "auto"].join(", ")}` : `did you mean \`${meant}\`?`;
    throw invalidOption(["cni"], `${quoted(name)} is no CNI plugin with a profile; ${hint}`);
  }
  if (version !== undefined && (typeof version !== "string" || versionNumbers(version) === undefined)) {
    fail(["cni", "version"], `${quoted(version)} is not a version such as 1.16.2`);
  }
  const known = settingNames(name);
  if (!isRecord(settings)) fail(["cni", "settings"], `settings must be an object, not ${typeName(settings)}`);
  else {
    for (const [key, value] of Object.entries(settings)) {
      const path = ["cni", "settings", key];
      const list = known.length === 0 ? "it has none that matter" : `there are ${known.join(", ")}`;
      if (!known.includes(key))
        fail(path, `\`${key}\` is no setting of ${name} that matters here: ${list}${didYouMean(key, known)}`);
      else if (typeof value !== "string" && typeof value !== "boolean")
        fail(path, "a setting must be a string, true or false");
      else if (!settingValues(key).includes(String(value).toLowerCase())) {
        const values = settingValues(key);
        const meant = didYouMean(String(value).toLowerCase(), values);
        fail(path, `\`${value}\` is no value of ${key}: there are ${values.map(quotedIfEmpty).join(", ")}${meant}`);
      }
    }
  }
  const open: readonly unknown[] | undefined = Array.isArray(unread) ? unread : undefined;
  if (open?.every((one) => typeof one === "string" && known.includes(one)) !== true)
    fail(["cni", "unread"], `unread must be a list of settings of ${name}: ${known.join(", ")}`);
  if (issues.length > 0) throw new NetverdictError(issues);
  // What the caller does with the object afterwards is no matter.
  return {
    name,
    ...(version !== undefined && { version: version as string }),
    ...(choice.settings !== undefined && { settings: { ...(settings as NonNullable<CniChoice["settings"]>) } }),
    ...(open !== undefined && open.length > 0 && { unread: [...(open as readonly string[])] }),
  };
}

const quoted = (value: unknown): string => (typeof value === "string" ? `\`${value}\`` : typeName(value));

const quotedIfEmpty = (value: string): string => (value === "" ? '""' : value);
