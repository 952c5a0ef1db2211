/** What is known of a plugin as it is set up: its profile's facts, some replaced by what its settings and version make of them. */
import { profileOf } from "./profiles.ts";
import { settingsOf, versionsOf } from "./settings.ts";
import type { CniChoice, CniEffect, CniFact, CniTopic } from "./types.ts";
import { isBefore } from "./version.ts";

interface Replaced {
  readonly effect: CniEffect;
  readonly finding: string;
  readonly derived?: true | undefined;
}

/** Each fact tells what holds under these settings, and why where they replace it. */
export function factsOf(choice: CniChoice): readonly CniFact[] {
  const replaced = replacedTopics(choice);
  const facts = profileOf(choice.name).facts.map((fact) => withReplaced(fact, replaced.get(fact.topic)));
  const isOff = isSwitchedOff(replaced.get("enforces"));
  const off = isOff ? facts.find(({ effect }) => effect === "not-enforced") : undefined;
  if (off === undefined) return facts;
  return facts.flatMap((fact) => (fact === off || fact.topic === "recognition" ? fact : moot(fact, off)));
}

const isSwitchedOff = (fact: Replaced | undefined): boolean => fact?.effect === "not-enforced" && fact.derived !== true;

/** What settings and version make of topics. Once switched off, a plugin is not switched on by another setting. */
function replacedTopics({ name, version, settings = {}, unread = [] }: CniChoice): ReadonlyMap<CniTopic, Replaced> {
  const replaced = new Map<CniTopic, Replaced>();
  for (const { bound, version: limit, topic, effect, finding, derived } of versionsOf(name)) {
    if (version === undefined || isBefore(version, limit) !== (bound === "before")) continue;
    replaced.set(topic, { effect, finding: `${finding} (version ${version}, ${bound} ${limit})`, derived });
  }
  for (const { setting, value, topic, effect, finding, since, derived } of settingsOf(name)) {
    const given = settings[setting];
    if (version !== undefined && since !== undefined && isBefore(version, since)) continue;
    if (isSwitchedOff(replaced.get(topic))) continue;
    if (String(given).toLowerCase() === value)
      replaced.set(topic, { effect, finding: `${finding} (${setting}=${given})`, derived });
    else if (unread.includes(setting) && effect !== "as-specified")
      replaced.set(topic, { effect, finding: `perhaps ${finding} (${setting} is not known)`, derived: true });
  }
  return replaced;
}

const ABOUT_PODS: readonly CniEffect[] = ["owned-pods-only", "linux-ec2-only"];

/** `detail` belongs to the sentence that is replaced. Whom AWS covers is no matter of its switch. */
function withReplaced(fact: CniFact, replaced: Replaced | undefined): CniFact {
  if (replaced === undefined || ABOUT_PODS.includes(fact.effect)) return fact;
  const { detail: _, ...rest } = fact;
  const { effect, finding, derived } = replaced;
  return { ...rest, effect, finding, ...(derived && { derived }) };
}

/** Where nothing is enforced, nothing else is true of how. */
function moot({ topic }: CniFact, off: CniFact): readonly CniFact[] {
  if (topic === "enforces") return [];
  return [{ ...off, topic, effect: "none", finding: "not applicable: policies are not enforced" }];
}
