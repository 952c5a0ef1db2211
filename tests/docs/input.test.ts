/** The lists in `docs/input.md` are those of the code. */
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../bindings/inline.ts";
import { classify } from "../../sdk/read/kinds.ts";
import { readDocument, section, tableRows } from "./markdown.ts";

const page = readDocument("docs/input.md").text;
const codes = (cell: string | undefined): string[] =>
  [...(cell ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

describe("docs/input.md", () => {
  it("has every limit with its value", () => {
    const rows = tableRows(section(page, "Limits")).map(([name, value]) => [
      codes(name)[0],
      Number(value?.replaceAll(",", "")),
    ]);
    expect(Object.fromEntries(rows)).toEqual({ ...LIMITS });
  });

  it("lists kinds and versions that are read", () => {
    const rows = tableRows(section(page, "Kinds")).filter((cells) => cells.length === 3);
    expect(rows.length).toBe(17);
    for (const [kind, versions] of rows) {
      for (const version of codes(versions))
        expect(classify(version, kind!), `${version} ${kind}`).toMatchObject({ do: "read" });
    }
  });

  it("lists kinds that are named but not modelled", () => {
    const rows = tableRows(section(page, "Kinds")).filter((cells) => cells.length === 2);
    expect(rows.length).toBe(15);
    for (const [groups, kinds] of rows) {
      for (const group of codes(groups)) {
        for (const kind of kinds!.replace("all: ", "").split(", ")) {
          const named = kind === "others" ? "SomethingElse" : kind;
          expect(classify(`${group}/v1`, named), `${group} ${kind}`).toMatchObject({ do: "name" });
        }
      }
    }
    expect(classify("example.com/v1", "OddNetworkPolicy").do).toBe("name");
    expect(classify("projectcalico.org/v3", "StagedNetworkPolicy").do).toBe("skip");
    expect(classify("networking.k8s.io/v1", "Ingress").do).toBe("skip");
  });
});
