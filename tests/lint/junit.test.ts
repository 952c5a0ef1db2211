/** JUnit as the schema that Jenkins and others read it by has it. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { toJUnit } from "../../bindings/inline.ts";
import { LINT_RULES } from "../../sdk/lint/rules/index.ts";
import { ODD_FILE, ODD_REASON, SORTS } from "./findings.ts";

const schema = readFileSync(new URL("jenkins-junit.xsd", import.meta.url), "utf8");
const check = (contents: string) => validateXML({ xml: [{ fileName: "report.xml", contents }], schema: [schema] });

describe("the schema", () => {
  it.each(Object.entries(SORTS))("accepts a report of findings: %s", async (_, findings) => {
    const { valid, errors } = await check(toJUnit(findings));
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
  });

  it.each([
    ["what is no XML", (text: string) => text.replace("&lt;tags", "<tags")],
    ["what is no report", (text: string) => text.replaceAll("testcase", "case")],
  ])("refuses %s: the check is one", async (_, spoilt) => {
    expect((await check(spoilt(toJUnit(SORTS["with odd characters"] ?? [])))).valid).toBe(false);
  });
});

/** An attribute or text as canonical XML writes it, read. [C14N 2.3] */
const undo = (text: string): string =>
  text
    .replace(/&#x([9AD]);/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

describe("a report", () => {
  /** As libxml2 has read it: canonical XML, with attributes in the order of their names. */
  const read = async (sort: string): Promise<string> => {
    const xml = [{ fileName: "report.xml", contents: toJUnit(SORTS[sort] ?? []) }];
    return (await validateXML({ xml, normalization: "c14n" })).normalized;
  };

  it("has a test case for each rule", async () => {
    const text = await read("with places");
    const names = [...text.matchAll(/<testcase classname="netverdict" name="([^":]*): /g)].map(([, name]) => name);
    expect(names).toEqual(LINT_RULES.map(({ id }) => id));
    expect(text).toContain(`tests="${LINT_RULES.length}"`);
  });

  it("counts the rules that failed, with a failure for each finding", async () => {
    const text = await read("with places");
    expect(text).toMatch(/<testsuite errors="0" failures="2" name="netverdict lint" skipped="0" /);
    const failures = [...text.matchAll(/<failure message="([^"]*)" type="(\w+)">/g)];
    expect(failures.map(([, , type]) => type)).toEqual(["error", "warning"]);
    expect(failures[0]?.[1]).toMatch(/^manifests\/p\.yaml:7:\d+: NetworkPolicy shop\/p: its egress rules/);
  });

  it("says of each finding what to do, milder ones too", async () => {
    const [dead, metadata] = (SORTS["with places"] ?? []).map(({ help }) => help);
    const failures = [...(await read("with places")).matchAll(/<failure [^>]*>([^<]*)<\/failure>/g)];
    expect(failures.map(([, text = ""]) => undo(text))).toEqual([dead, metadata]);
    const milder = toJUnit(SORTS["with places"] ?? [], { failOn: "error" });
    expect(milder).toContain(`&#10;  ${metadata}</system-out>`);
  });

  it.each([
    ["error", ["error"], 1],
    ["never", [], 0],
    ["info", ["error", "warning"], 2],
  ] as const)("fails from the severity %s on, and tells what is milder beside it", async (failOn, failing, count) => {
    const contents = toJUnit(SORTS["with places"] ?? [], { failOn });
    expect((await check(contents)).errors).toEqual([]);
    expect(contents).toContain(`failures="${count}"`);
    expect([...contents.matchAll(/<failure type="(\w+)"/g)].map(([, type]) => type)).toEqual(failing);
    const told = [...contents.matchAll(/<system-out>(\w+): manifests\/p\.yaml:/g)].map(([, severity]) => severity);
    expect(told).toEqual(["error", "warning"].filter((severity) => !failing.some((each) => each === severity)));
  });

  it("skips rules whose findings are all suppressed, and says why", async () => {
    const text = await read("suppressed");
    expect(text).toMatch(/<testsuite errors="0" failures="0" name="netverdict lint" skipped="2" /);
    expect(text).toMatch(/<skipped>[^<]*its egress rules [^<]*: later<\/skipped>/);
  });

  it("keeps every character that XML can hold", async () => {
    const message = /<failure message="([^"]*)"/.exec(await read("with odd characters"))?.[1] ?? "";
    const held = ["\u0001", "\u001b", "\ud800"].reduce((text, odd) => text.replaceAll(odd, " "), ODD_REASON);
    expect(undo(message)).toContain(held);
    expect(undo(message).startsWith(`${ODD_FILE}:3:`)).toBe(true);
  });
});
