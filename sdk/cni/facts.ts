/** What is known of a plugin as it is set up: its profile's facts, some replaced by what its settings and version make of them. */
import { profileOf } from "./profiles.ts";
import { settingsOf, versionsOf } from "./settings.ts";
import type { CniChoice, CniEffect, CniFact, CniTopic } from "./types.ts";
import { isBefore } from "./version.ts";

interface Replaced {
  readonly effect: CniEffect;
  readonly finding: string;
}

/** Each fact tells what holds under these settings, and why where they replace it. */
export function factsOf(choice: CniChoice): readonly CniFact[] {
  const replaced = replacedTopics(choice);
  const facts = profileOf(choice.name).facts.map((fact) => withReplaced(fact, replaced.get(fact.topic)));
  const isOff = replaced.get("enforces")?.effect === "not-enforced";
  const off = isOff ? facts.find(({ effect }) => effect === "not-enforced") : undefined;
  if (off === undefined) return facts;
  return facts.flatMap((fact) => (fact === off || fact.topic === "recognition" ? fact : moot(fact, off)));
}

/** What settings and version make of topics. Once switched off, a plugin is not switched on by another setting. */
function replacedTopics({ name, version, settings = {} }: CniChoice): ReadonlyMap<CniTopic, Replaced> {
  const replaced = new Map<CniTopic, Replaced>();
  for (const { bound, version: limit, topic, effect, finding } of versionsOf(name)) {
    if (version === undefined || isBefore(version, limit) !== (bound === "before")) continue;
    replaced.set(topic, { effect, finding: `${finding} (version ${version}, ${bound} ${limit})` });
  }
  for (const { setting, value, topic, effect, finding, since } of settingsOf(name)) {
    const given = settings[setting];
    if (version !== undefined && since !== undefined && isBefore(version, since)) continue;
    if (String(given).toLowerCase() !== value || replaced.get(topic)?.effect === "not-enforced") continue;
    replaced.set(topic, { effect, finding: `${finding} (${setting}=${given})` });
  }
  return replaced;
}

const ABOUT_PODS: readonly CniEffect[] = ["owned-pods-only", "linux-ec2-only"];

/** `detail` belongs to the sentence that is replaced. Whom AWS covers is no matter of its switch. */
function withReplaced(fact: CniFact, replaced: Replaced | undefined): CniFact {
  if (replaced === undefined || ABOUT_PODS.includes(fact.effect)) return fact;
  const { detail: _, ...rest } = fact;
  return { ...rest, ...replaced };
}

/** Where nothing is enforced, nothing else is true of how. */
function moot({ topic }: CniFact, off: CniFact): readonly CniFact[] {
  if (topic === "enforces") return [];
  return [{ ...off, topic, effect: "none", finding: "not applicable: policies are not enforced" }];
}
