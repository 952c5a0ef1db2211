/** What lint finds does not depend on the order of the objects, nor on how a state came to hold them. */
import { expect, it } from "vitest";
import { lint, loadState, updateState } from "../../bindings/inline.ts";
import type { State } from "../../sdk/state.ts";
import { makeRandom } from "../fuzz/random.ts";
import { EditCase } from "../update/edit-cases.ts";
import { attempt } from "../update/equal-state.ts";

const SEED = Number(process.env.NETVERDICT_FUZZ_SEED ?? 20260301);
const CASES = Number(process.env.NETVERDICT_LINT_CASES ?? 60);
const CALLS = 4;

it(`findings are the same for objects in any order, and after updates as of a fresh load (seed ${SEED})`, {
  timeout: 600_000,
}, () => {
  let found = 0;
  let updates = 0;
  for (let index = 0; index < CASES; index++) {
    const made = new EditCase(SEED, index);
    const random = makeRandom(index);
    const loaded = attempt(() => loadState([...made.objects.values()], made.options));
    if (isRefusal(loaded)) continue;
    const state = loaded as State;
    for (let call = 0; call <= CALLS; call++) {
      const expected = lint(loadState([...made.objects.values()], made.options));
      found += expected.length;
      const where = `case ${index}, call ${call}`;
      expect(lint(state), where).toEqual(expected);
      expect(lint(loadState(random.shuffle([...made.objects.values()]), made.options)), where).toEqual(expected);
      const { call: edits, after } = made.call();
      const updated = attempt(() => updateState(state, { upsert: edits.upsert, remove: edits.remove }));
      if (updated !== state) continue;
      updates++;
      made.accept(after);
    }
  }
  // There was something to be alike.
  expect(found).toBeGreaterThan(CASES * 10);
  expect(updates).toBeGreaterThan(CASES);
});

function isRefusal(loaded: unknown): boolean {
  return typeof loaded === "object" && loaded !== null && "issues" in loaded;
}
