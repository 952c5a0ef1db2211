import { describe, expect, it } from "vitest";
import { lint, loadState, toGithub, toJUnit, toSarif } from "../../bindings/inline.ts";
import { LINT_RULES } from "../../sdk/lint/rules/index.ts";
import { lintDocument } from "../../tools/lint-document.ts";
import { parse, read } from "../package/sources.ts";

const TEXT = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: "p", namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  egress:
    - {}
`;
const findings = lint(loadState({ file: "a b,c:d.yaml", text: TEXT }));

describe("findings", () => {
  it("have a rule, a place and a position", () => {
    expect(findings).toMatchObject([
      {
        id: "dead-rules",
        severity: "error",
        object: { kind: "NetworkPolicy", namespace: "shop", name: "p" },
        path: ["spec", "egress"],
        source: { line: 11 },
      },
    ]);
  });

  it("as SARIF: every rule described, every result with its rule, level and place", () => {
    const log = JSON.parse(JSON.stringify(toSarif(findings)));
    expect([log.version, log.runs.length]).toEqual(["2.1.0", 1]);
    const [{ tool, results }] = log.runs;
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(LINT_RULES.map(({ id }) => id));
    expect(results).toMatchObject([
      {
        ruleId: "dead-rules",
        level: "error",
        locations: [{ physicalLocation: { artifactLocation: { uri: "a%20b,c:d.yaml" }, region: { startLine: 11 } } }],
      },
    ]);
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe("dead-rules");
  });

  it("as JUnit: a test case for each rule", () => {
    const text = toJUnit(findings);
    expect(text).toContain(`tests="${LINT_RULES.length}" failures="1"`);
    expect(text.match(/<testcase /g)?.length).toBe(LINT_RULES.length);
    expect(text).toMatch(
      /<failure type="error" message="a b,c:d\.yaml:11:\d+: NetworkPolicy shop\/p: its egress rules/,
    );
  });

  it("as workflow commands, with what has a meaning there escaped", () => {
    expect(toGithub(findings)).toMatch(
      /^::error file=a b%2Cc%3Ad\.yaml,line=11,col=\d+,title=dead-rules::NetworkPolicy shop\/p: its egress rules have no effect/,
    );
  });
});

describe("docs/lint.md", () => {
  it("is made from the rules", () => {
    expect(read("docs/lint.md")).toBe(lintDocument());
  });

  it("has rules of one file each, but for two of one subject", () => {
    expect(parse("sdk/lint/rules/index.ts").statements.length).toBeGreaterThan(LINT_RULES.length - 2);
  });
});
