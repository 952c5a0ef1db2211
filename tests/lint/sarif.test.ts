/** SARIF as its schema has it, and as GitHub's code scanning reads it. */
import { createRequire } from "node:module";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { lint, loadState, toSarif } from "../../bindings/inline.ts";
import { LINT_RULES } from "../../sdk/lint/rules/index.ts";
import { ODD_FILE, POLICIES, SORTS } from "./findings.ts";
import { inserted } from "./patch.ts";

const require = createRequire(import.meta.url);
/** The schema of SARIF 2.1.0 (rtm.5, which is the standard's), as Microsoft ships it with their matchers. */
const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const Ajv = require("ajv-draft-04");

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
(addFormats as unknown as (ajv: object) => void)(ajv);
const validate = ajv.compile(schema);

// biome-ignore lint/suspicious/noExplicitAny: the log is any JSON
const logOf = (findings: Parameters<typeof toSarif>[0]): any =>
  JSON.parse(JSON.stringify(toSarif(findings, { version: "1.2.3" })));

describe("the schema", () => {
  it.each(Object.entries(SORTS))("accepts a log of findings: %s", (_, findings) => {
    expect(validate(logOf(findings)) ? [] : validate.errors).toEqual([]);
  });

  it("refuses what is wrong: the check is one", () => {
    const log = logOf(SORTS["with places"] ?? []);
    log.runs[0].results[0].level = "info";
    expect(validate(log)).toBe(false);
  });
});

const results = (sort: string) => logOf(SORTS[sort] ?? []).runs[0].results;

describe("a log", () => {
  it("describes every rule, with help, a page and a level", () => {
    const { rules, version } = logOf([]).runs[0].tool.driver;
    expect(version).toBe("1.2.3");
    expect(rules.map(({ id }: { id: string }) => id)).toEqual(LINT_RULES.map(({ id }) => id));
    for (const { id, help, helpUri, shortDescription, fullDescription, defaultConfiguration } of rules) {
      for (const { text } of [help, shortDescription, fullDescription]) expect(text.length).toBeGreaterThan(0);
      for (const { text } of [help, fullDescription]) expect(text).not.toContain("silent never");
      expect(new URL(helpUri).hash).toBe(`#${id}`);
      expect(["error", "warning", "note"]).toContain(defaultConfiguration.level);
    }
  });

  it("names each result's rule by id and by place", () => {
    const { tool, results: all } = logOf(SORTS["with places"] ?? []).runs[0];
    expect(all.length).toBeGreaterThan(1);
    for (const { ruleId, ruleIndex, level } of all) {
      expect(tool.driver.rules[ruleIndex]).toMatchObject({ id: ruleId, defaultConfiguration: { level } });
    }
  });

  it.each([
    ["with places", { uri: "manifests/p.yaml", uriBaseId: "%SRCROOT%" }],
    ["of files by absolute paths", { uri: "file:///srv/a%20b/p.yaml" }],
    ["with odd characters", { uri: ODD_FILE.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" }],
  ])("gives paths as URIs: %s", (sort, expected) => {
    const [{ locations }] = results(sort);
    expect(locations[0].physicalLocation.artifactLocation).toEqual(expected);
    const { uri } = expected;
    // Resolved against a root, it leads to the file again.
    expect(decodeURIComponent(new URL(uri, "file:///root/").pathname)).toBe(
      uri.startsWith("file:") ? "/srv/a b/p.yaml" : `/root/${decodeURIComponent(uri)}`,
    );
  });

  it("leaves `./` out, and makes a drive's path absolute", () => {
    const found = (file: string) => ({ ...(SORTS["with places"] ?? [])[0]!, source: { file, line: 1, column: 1 } });
    const uris = logOf([found("./a/b.yaml"), found("C:\\a b\\c.yaml")]).runs[0].results.map(
      // biome-ignore lint/suspicious/noExplicitAny: the log is any JSON
      (result: any) => result.locations[0].physicalLocation.artifactLocation.uri,
    );
    expect(uris).toEqual(["a/b.yaml", "file:///C%3A/a%20b/c.yaml"]);
  });

  it("says of what has no text only which object it is", () => {
    const [{ locations }] = results("without places");
    expect(locations).toEqual([
      { logicalLocations: [{ fullyQualifiedName: "NetworkPolicy shop/p spec.egress", kind: "object" }] },
    ]);
  });

  it("tells what is suppressed, where, and why", () => {
    const found = results("suppressed").map(({ ruleId, suppressions }: { ruleId: string; suppressions?: object[] }) => [
      ruleId,
      suppressions,
    ]);
    expect(found).toEqual([
      ["dead-rules", [{ kind: "inSource", justification: "later" }]],
      ["metadata-address", [{ kind: "external", justification: "an egress gateway cuts it" }]],
    ]);
  });

  it("keeps its fingerprints when lines move and pods come, and has different ones for different findings", () => {
    const prints = (before: string, more: object[] = []): string[] => {
      const text = `${before}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: 0.0.0.0/0 } }] }]
`;
      const { results: all } = logOf(lint(loadState([{ file: "p.yaml", text }, ...more]))).runs[0];
      return all
        .filter(({ ruleId }: { ruleId: string }) => ruleId === "metadata-address")
        .map(({ partialFingerprints }: { partialFingerprints: object }) => JSON.stringify(partialFingerprints));
    };
    const found = prints("");
    expect(new Set(found).size).toBe(2);
    expect(prints("# more\n# lines\n", [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } }])).toEqual(
      found,
    );
  });

  it("carries fixes as replacements that mend the text", () => {
    const { results: all } = logOf(SORTS["with places"] ?? []).runs[0];
    const fixed = all.filter(({ fixes }: { fixes?: object }) => fixes !== undefined);
    expect(fixed.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(["dead-rules", "metadata-address"]);
    for (const { fixes, ruleId } of fixed) {
      const [{ artifactLocation, replacements }] = fixes[0].artifactChanges;
      expect(artifactLocation.uri).toBe("manifests/p.yaml");
      const [{ deletedRegion: at, insertedContent }] = replacements;
      expect([at.endLine, at.endColumn]).toEqual([at.startLine, at.startColumn]);
      const source = { line: at.startLine, column: at.startColumn };
      const text = inserted(POLICIES, [{ source, text: insertedContent.text }]);
      // Where rules take effect at last, they may be found wanting themselves.
      const names = (found: string): string[] =>
        lint(loadState(found)).flatMap(({ id, object }) => (id === ruleId ? object.name : []));
      expect(names(POLICIES).filter((name) => !names(text).includes(name)).length).toBe(1);
    }
  });
});
