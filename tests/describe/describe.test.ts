import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { describe as describePolicy } from "../../bindings/inline.ts";
import { codeOf } from "../docs/objects.ts";
import { CASES } from "./cases.ts";

const outputOf = (name: string): string => readFileSync(new URL(`./outputs/${name}.txt`, import.meta.url), "utf8");

describe("describe prints what kubectl prints", () => {
  it.each(CASES.map((one) => [one.policy.metadata.name, one] as const))("%s", (name, { policy, timeZone }) => {
    const options = timeZone === undefined ? {} : { timeZone };
    expect(describePolicy(policy, options)).toBe(outputOf(name));
  });

  it.each(CASES.map((one) => [one.policy.metadata.name, one] as const))(
    "%s, from YAML",
    (name, { policy, timeZone }) => {
      const options = timeZone === undefined ? {} : { timeZone };
      expect(describePolicy(stringify(policy), options)).toBe(outputOf(name));
    },
  );

  it("each recorded output has its case", () => {
    const recorded = readdirSync(new URL("./outputs/", import.meta.url)).map((file) => file.replace(/\.txt$/, ""));
    expect(recorded.sort()).toEqual(CASES.map(({ policy }) => policy.metadata.name).sort());
  });
});

const MINIMAL = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "a" }, spec: {} };

describe("describe reads what loadState reads", () => {
  it("bytes, a file, and a list of one are the same policy", () => {
    const text = JSON.stringify(MINIMAL);
    const expected = describePolicy(MINIMAL);
    expect(describePolicy(new TextEncoder().encode(text))).toBe(expected);
    expect(describePolicy({ file: "a.yaml", text })).toBe(expected);
    expect(describePolicy({ apiVersion: "v1", kind: "List", items: [MINIMAL] })).toBe(expected);
    expect(describePolicy([MINIMAL])).toBe(expected);
    const { metadata, spec } = MINIMAL;
    const typed = { apiVersion: MINIMAL.apiVersion, kind: "NetworkPolicyList", items: [{ metadata, spec }] };
    expect(describePolicy(typed)).toBe(expected);
  });

  it("a policy that names no namespace is in the default one", () => {
    expect(describePolicy(MINIMAL)).toContain("Namespace:    default\n");
    expect(describePolicy(MINIMAL, { defaultNamespace: "shop" })).toContain("Namespace:    shop\n");
  });

  it("clients' spellings count: `_from`, and a Date as the time", () => {
    const policy = {
      ...MINIMAL,
      metadata: { name: "a", creationTimestamp: new Date("2026-01-02T03:04:05Z") },
      spec: { podSelector: {}, ingress: [{ _from: [{ podSelector: {} }] }] },
    };
    const text = describePolicy(policy);
    expect(text).toContain("Created on:   2026-01-02 03:04:05 +0000 UTC\n");
    expect(text).toContain("    From:\n      PodSelector: <none>\n");
  });

  it.each([
    ["a policy with a problem", { ...MINIMAL, spec: { podSelektor: {} } }, "unknown-field"],
    ["two policies", [MINIMAL, { ...MINIMAL, metadata: { name: "b" } }], "invalid-input"],
    ["another kind", { apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } }, "invalid-input"],
    ["a policy beside something else", [MINIMAL, { apiVersion: "v1", kind: "Secret", metadata: {} }], "invalid-input"],
    ["nothing", "", "invalid-input"],
    [
      "a day that is none",
      { ...MINIMAL, metadata: { name: "a", creationTimestamp: "2026-02-30T00:00:00Z" } },
      "invalid-type",
    ],
    [
      "a time without a zone",
      { ...MINIMAL, metadata: { name: "a", creationTimestamp: "2026-02-03T00:00:00" } },
      "invalid-type",
    ],
    ["a time that is a number", { ...MINIMAL, metadata: { name: "a", creationTimestamp: 1 } }, "invalid-type"],
  ])("%s is refused", (_, input, code) => {
    expect(codeOf(() => describePolicy(input))).toBe(code);
  });

  it.each([
    [{ timeZone: "Mars/Olympus" }],
    [{ timeZone: 1 }],
    [{ timezone: "UTC" }],
    [{ defaultNamespace: "" }],
    [{ defaultNamespace: "Bad" }],
  ])("the option %o is refused", (options) => {
    expect(codeOf(() => describePolicy(MINIMAL, options as object))).toBe("invalid-option");
  });
});
