import { requirementText } from "../../explain/misses.ts";
import type { Index } from "../../model/model.ts";
import { NAMESPACE_NAME_LABEL } from "../../model/namespaces.ts";
import { subjectPath } from "../../places.ts";
import type { Requirement, Selector } from "../../read/objects.ts";
import type { LintContext } from "../context.ts";
import { labelOf, nearSpelling } from "../labels.ts";
import { compareReferences, compareText } from "../order.ts";
import { isPodsPeer } from "../policies.ts";
import type { LintRule } from "../rule.ts";

export const unknownNamespace: LintRule = {
  id: "unknown-namespace",
  severity: "warning",
  title:
    "a peer, or the subject of a cluster-wide policy, names a namespace that is not there, and one of nearly that name is; or names one by a label that it lacks, or by one that is spelt otherwise",
  help: "mend the name or the label; the one that every namespace has its name in is `kubernetes.io/metadata.name`",
  silent:
    "where no namespace was loaded whose name has the same letters (and its digits in the same order), or one letter more or less (and six at least): the one that is named may belong to another bundle; for other labels that some namespace has, and for those that none has but where they are called `name` or `namespace`, or differ from one in case, hyphens and the like",
  *run(context) {
    const names = context.full.objects.namespaces.map(({ name }) => name).sort(compareText);
    for (const policy of context.policies) {
      for (const said of sayings(context, names, policy.policy.namespace)) {
        yield context.at(policy, subjectPath(policy.policy), said);
      }
    }
    for (const rule of context.rules()) {
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (!isPodsPeer(peer)) continue;
        for (const said of sayings(context, names, peer.namespace)) yield context.atPeer(rule, index, said);
      }
    }
  },
};

/** What is said of a selector of namespaces. */
function sayings(context: LintContext, names: readonly string[], selector: Index | Selector): readonly string[] {
  if (typeof selector === "number") return [];
  return selector.flatMap((requirement) => {
    if (requirement.operator !== "In") return [];
    const isName = requirement.key === NAMESPACE_NAME_LABEL;
    return (isName ? misspelt : otherLabel)(context, names, requirement) ?? [];
  });
}

function misspelt(context: LintContext, names: readonly string[], { values }: Requirement): string | undefined {
  const missing = values.find((one) => !names.includes(one) && context.full.directory.podsIn(one).length === 0);
  const near = names.find((name) => missing !== undefined && isNear(name, missing));
  return near === undefined || values.includes(near)
    ? undefined
    : `there is no namespace \`${missing}\`; there is \`${near}\``;
}

const NAME = /(?:^|[./-])name(?:space)?$/;

/** What is said of a label that no namespace has: some have one of nearly that spelling, or it is for names. */
function otherLabel(context: LintContext, names: readonly string[], requirement: Requirement): string | undefined {
  const { key, values } = requirement;
  const { namespaces } = context.full.objects;
  const [value] = values;
  if (value === undefined || namespaces.some(({ labels }) => values.includes(labelOf(labels, key) ?? "")))
    return undefined;
  const near = nearSpelling(
    [requirement],
    [...namespaces].sort(compareReferences).map(({ labels }) => labels),
  );
  if (near !== undefined) return `no namespace has \`${requirementText(requirement)}\`; there is \`${near}\``;
  if (!NAME.test(key) || !values.every((one) => names.includes(one))) return undefined;
  if (namespaces.some(({ labels }) => Object.hasOwn(labels, key))) return undefined;
  return `no namespace has the label \`${key}\`, and namespace \`${value}\` is there without it`;
}

/** The shortest name of which one letter may be missing: of shorter ones both may well be meant. */
const LEAST_LETTERS = 6;

function isNear(name: string, missing: string): boolean {
  // Numbers are names of their own: `tenant-21` is no slip of the pen for `tenant-12`.
  if (lettersOf(name) === lettersOf(missing)) return digitsOf(name) === digitsOf(missing);
  const [short, long] = name.length < missing.length ? [name, missing] : [missing, name];
  if (long.length !== short.length + 1 || short.length < LEAST_LETTERS) return false;
  return [...long].some((letter, i) => /[a-z]/i.test(letter) && long.slice(0, i) + long.slice(i + 1) === short);
}

const digitsOf = (name: string): string => name.replaceAll(/\D/g, "");

/** Letters and digits in any order: names that differ in hyphens, or by two letters that were swapped, are alike. */
function lettersOf(name: string): string {
  return [...name.replaceAll(/[^a-z0-9]/gi, "").toLowerCase()].sort().join("");
}
