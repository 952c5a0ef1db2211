/** What lint calls superfluous is: taken out, all of it together, no verdict is another. Decided by the engine. */
import { describe, expect, it } from "vitest";
import { type Finding, lint, loadState } from "../../bindings/inline.ts";
import type { PlainObject } from "../reference/objects.ts";
import { type Answer, answers, type Sample, samples } from "./clusters.ts";

const TIMEOUT = { timeout: 300_000 };
const SAMPLES = 300;

type Draft = PlainObject & { metadata: { name: string; namespace?: string }; spec: Record<string, unknown> };

describe("what lint finds superfluous changes no verdict when it is taken out:", () => {
  it("policies, rules and entries that others include", TIMEOUT, () => {
    const found = tryOut(["redundant-policy", "redundant-rule", "redundant-entry"], (before, after) =>
      same(before, after),
    );
    expect(found).toBeGreaterThan(40);
  });

  it("rules of ordered tiers that earlier ones decide all of", TIMEOUT, () => {
    // What is not settled may be so without them: the core takes each match that is not known for itself.
    const found = tryOut(["unreachable-tier-rule"], (before, after) => isUnsettled(before) || same(before, after));
    expect(found).toBeGreaterThan(8);
  });

  it("rules that the other side or a tier forbids, between the pods that were loaded", TIMEOUT, () => {
    const found = tryOut(["half-open", "denied-by-tier"], same, ({ from, to }) => isLoaded(from) && isLoaded(to));
    expect(found).toBeGreaterThan(8);
  });
});

const isLoaded = (end: unknown): boolean =>
  typeof end === "string" || (typeof end === "object" && "pod" in (end ?? {}));
const isUnsettled = (answer: Answer): boolean => "verdict" in answer && answer.verdict === "undetermined";
const same = (before: Answer, after: Answer): boolean =>
  "error" in before || "error" in after
    ? JSON.stringify(before) === JSON.stringify(after)
    : before.verdict === after.verdict;

/** Takes out what rules find in random clusters, and gives how much that was. */
function tryOut(
  ids: readonly string[],
  holds: (before: Answer, after: Answer) => boolean,
  asks: (flow: Sample["flows"][number]) => boolean = () => true,
): number {
  let found = 0;
  for (const sample of samples(SAMPLES, 40)) {
    const { objects, options, seed } = sample;
    const findings = lint(loadState(objects, options)).filter(({ id }) => ids.includes(id));
    if (findings.length === 0) continue;
    found += findings.length;
    const flows = sample.flows.filter(asks);
    const [before, after] = [objects, without(objects, findings, options.defaultNamespace ?? "default")].map((all) =>
      answers(all, { flows, options }),
    );
    flows.forEach((flow, index) => {
      const [one, other] = [before?.[index], after?.[index]];
      if (one === undefined || other === undefined || holds(one, other)) return;
      const said = findings.map(({ object, path, message }) => [object, path, message]);
      expect.fail(`${seed}: ${JSON.stringify({ flow, one, other, said, objects })}`);
    });
  }
  return found;
}

function without(
  objects: readonly PlainObject[],
  findings: readonly Finding[],
  defaultNamespace: string,
): PlainObject[] {
  const drafts = structuredClone(objects) as Draft[];
  // From the last entry to the first, so that places stay.
  for (const { object, path } of findings.toSorted((a, b) => comparePaths(b.path, a.path))) {
    const at = drafts.findIndex(
      ({ kind, metadata }) =>
        kind === object.kind &&
        metadata.name === object.name &&
        (object.namespace === undefined || (metadata.namespace || defaultNamespace) === object.namespace),
    );
    const draft = drafts[at];
    if (draft === undefined) throw new Error(`there is no ${object.kind} ${object.name}`);
    const place = path.at(-1);
    if (typeof place !== "number") {
      drafts.splice(at, 1);
      continue;
    }
    // Whom it isolates must not depend on the rules that are left.
    if (object.kind === "NetworkPolicy" && !(draft.spec.policyTypes as string[] | null | undefined)?.length) {
      const hasEgress = ((draft.spec.egress ?? []) as unknown[]).length > 0;
      draft.spec.policyTypes = hasEgress ? ["Ingress", "Egress"] : ["Ingress"];
    }
    let list: unknown = draft;
    for (const step of path.slice(0, -1)) {
      const record = list as Record<string | number, unknown>;
      list = record[step] ?? record[`_${step}`];
    }
    (list as unknown[]).splice(place, 1);
  }
  return drafts;
}

function comparePaths(a: Finding["path"], b: Finding["path"]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i] ?? -1, b[i] ?? -1];
    if (one === other) continue;
    return typeof one === "number" && typeof other === "number" ? one - other : String(one) < String(other) ? -1 : 1;
  }
  return 0;
}
