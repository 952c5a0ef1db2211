/** The same objects as text: JSON or YAML, as a `List` or as documents, in one file or in several. */
import { stringify } from "yaml";
import { loadState } from "../../../bindings/inline.ts";
import type { FileInput } from "../../../sdk/types.ts";
import type { Random } from "../random.ts";
import { askState } from "./ask-state.ts";
import type { Route } from "./route.ts";

export const text: Route = {
  name: "text",
  ask: ({ objects, options, random }, flows) => {
    // Writing and reading takes its time.
    if (!random.chance(objects.length > 100 ? 0.03 : 0.1)) return [];
    const written = random.chance(0.5) ? filesOf(random, objects) : oneText(random, objects);
    return askState(loadState(written, options), objects, flows);
  },
};

function oneText(random: Random, objects: readonly object[]): string {
  switch (random.pick(["json", "list", "yaml", "yaml list"])) {
    case "json":
      return JSON.stringify(listOf(objects));
    case "list":
      return JSON.stringify(objects.length === 1 ? objects[0] : listOf(objects), undefined, 2);
    case "yaml":
      return objects.map((object) => `---\n${stringify(object)}`).join("");
    default:
      return stringify(
        listOf(objects),
        random.pick([{}, { collectionStyle: "flow" }, { defaultStringType: "QUOTE_DOUBLE" }]),
      );
  }
}

function filesOf(random: Random, objects: readonly object[]): FileInput[] {
  const files = random.list(1, 3, (): object[] => []);
  for (const object of objects) random.pick(files).push(object);
  return files.map((some, index) => ({ file: `${index}.yaml`, text: some.length === 0 ? "" : oneText(random, some) }));
}

function listOf(objects: readonly object[]): object {
  return { apiVersion: "v1", kind: "List", items: objects };
}
