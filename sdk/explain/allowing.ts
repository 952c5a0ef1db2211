/** Changes that may let a flow pass: new policies that allow it and nothing else, or more in the rules that are there. */

import type { Manifest } from "../read/manifest.ts";
import type { FullState } from "../state.ts";
import { type Candidate, distinct, listWords, policyWords } from "./candidates.ts";
import { allowPolicy } from "./new-policies.ts";
import { type CandidatePair, endsOf, type PairSide, peerFor } from "./parts.ts";
import { type Edit, edited, extensions } from "./rule-edits.ts";
import { deletion, insertedBefore, tierAgainst, tierPolicy } from "./tier-candidates.ts";

/** What is done where no new policy can come before the one that denies: a rule put before its own, or it is deleted. */
export type Last = "insert" | "delete";

/** One more rule or entry, or a new policy, for each side that needs it. `failing` are the pairs that do not pass. */
export function adding(full: FullState, failing: readonly CandidatePair[], last: Last): Candidate | undefined {
  return together(full, sidesOf(failing), last);
}

/**
 * One more entry in a rule that is near, for each side that has such a rule: the entry that comes nearest, and that of the
 * other list. A side without one gets a new policy.
 */
export function extending(full: FullState, failing: readonly CandidatePair[]): Candidate[] {
  const sides = sidesOf(failing).map((side) => {
    const { facts, direction } = side;
    // A tier that is asked before would deny it all the same.
    const isOrdered = tierAgainst(facts.pair[direction], "allow") !== undefined;
    return { side, edits: isOrdered ? [] : extensions(facts, direction) };
  });
  const most = sides.reduce((count, { edits }) => Math.max(count, edits.length), 0);
  const bare = sides.filter(({ edits }) => edits.length === 0).map(({ side }) => side);
  return Array.from({ length: most }, (_, i) => {
    const edits = new Map<string, Edit>();
    for (const side of sides) {
      const edit = side.edits[Math.min(i, side.edits.length - 1)];
      if (edit !== undefined) edits.set(edit.key, edit);
    }
    return together(full, bare, "insert", [...edits.values()]);
  }).flatMap((candidate) => candidate ?? []);
}

function sidesOf(failing: readonly CandidatePair[]): PairSide[] {
  return failing.flatMap((facts) =>
    (["egress", "ingress"] as const)
      .filter((direction) => facts.pair[direction].verdict !== "allow")
      .map((direction) => ({ facts, direction })),
  );
}

/** All that the sides need beside some edits, but for the parts `left` out; undefined where one of them can't be helped, or nothing is to do. */
function together(
  full: FullState,
  sides: readonly PairSide[],
  last: Last,
  edits: readonly Edit[] = [],
  left: ReadonlySet<string> = new Set(),
): Candidate | undefined {
  const policies: Manifest[] = [];
  const stuck: PairSide[] = [];
  for (const side of sides) {
    const policy = additionFor(full, side);
    if (policy === undefined) stuck.push(side);
    else policies.push(policy);
  }
  const inserted = last === "insert" ? insertedBefore(full, stuck, "Accept") : { words: [], apply: [] };
  // One at a time: without it there may be room for a policy that comes first.
  const [hindered] = last === "delete" ? stuck : [];
  const deleted = hindered && deletion(hindered, "deny");
  if (inserted === undefined || (hindered !== undefined && deleted === undefined)) return undefined;
  // What comes behind a tier that is changed is seen better once it has been.
  const isLater = stuck.length > 0 && edits.length === 0;
  const added = isLater ? [] : distinct(policies).filter((policy) => !left.has(policyWords(policy)));
  const kept = edits.filter(({ key }) => !left.has(key));
  const words = [
    ...(deleted === undefined ? [] : [`delete ${deleted.words}`]),
    ...(kept.length + added.length > 0
      ? [`add ${listWords([...kept.map((edit) => edit.words), ...added.map(policyWords)])}`]
      : []),
    ...(inserted.words.length > 0 ? [`put a rule that accepts it before ${listWords(inserted.words)}`] : []),
  ];
  if (words.length === 0) return undefined;
  return {
    message: `${listWords(words)}${endingOf(sides, kept, added, deleted !== undefined)}`,
    apply: [...edited(full, kept), ...added, ...inserted.apply],
    remove: deleted === undefined ? [] : [deleted.policy],
    parts: [...kept.map(({ key }) => key), ...added.map(policyWords)],
    without: (more) => together(full, sides, last, edits, new Set([...left, ...more])),
  };
}

/** What the parts have in common, where they are of one kind. */
function endingOf(
  sides: readonly PairSide[],
  edits: readonly Edit[],
  added: readonly Manifest[],
  isDeleted: boolean,
): string {
  if (isDeleted) return added.length + edits.length > 0 ? "" : ", which denies this flow";
  if (edits.length > 0 || added.length === 0) return "";
  const unnamed = sides.flatMap(({ facts, direction }) => {
    const { other, address } = endsOf(facts, direction);
    return peerFor(other, address) === undefined ? [`\`${other.display}\``] : [];
  });
  const anyone =
    unnamed.length === 0 ? "" : ` for anyone: the address of ${listWords([...new Set(unnamed)])} is not known`;
  return `, which ${added.length > 1 ? "allow" : "allows"} this flow${anyone}`;
}

function additionFor(full: FullState, { facts, direction }: PairSide): Manifest | undefined {
  const tier = tierAgainst(facts.pair[direction], "allow");
  return tier === undefined ? allowPolicy(full, facts, direction) : tierPolicy(full, facts, direction, "Accept", tier);
}
