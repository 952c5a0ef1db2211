/** What is told of a plugin is what holds under its settings and version. */
import { describe, expect, it } from "vitest";
import { loadState, NetverdictError } from "../../bindings/inline.ts";
import { factsOf } from "../../sdk/cni/facts.ts";
import { cniNames, profileOf } from "../../sdk/cni/profiles.ts";
import { settingsOf, settingValues, versionsOf } from "../../sdk/cni/settings.ts";
import type { CniChoice, CniTopic } from "../../sdk/cni/types.ts";
import { isBefore } from "../../sdk/cni/version.ts";

const found = (choice: CniChoice, topic: CniTopic) => factsOf(choice).find((fact) => fact.topic === topic);

/** Every choice of one setting or one version. */
const CHOICES = cniNames().flatMap((name) => [
  ...settingsOf(name).map((rule) => ({ choice: { name, settings: { [rule.setting]: rule.value } }, rule })),
  ...versionsOf(name).map((rule) => ({
    choice: { name, version: rule.bound === "before" ? olderThan(rule.version) : rule.version },
    rule,
  })),
]);

function olderThan(version: string): string {
  const numbers = version.split(".").map(Number);
  const last = numbers.findLastIndex((number) => number > 0);
  return numbers.map((number, i) => (i < last ? number : i === last ? number - 1 : 99)).join(".");
}

describe("a fact that a setting or a version replaces", () => {
  it.each(CHOICES)("$choice.name $rule.topic: $rule.finding", ({ choice, rule }) => {
    const general = profileOf(choice.name).facts.find(({ topic }) => topic === rule.topic);
    const fact = found(choice, rule.topic);
    expect(fact?.finding).not.toContain(general?.finding);
    expect(fact?.finding.startsWith(rule.finding) || fact?.finding.includes("(version")).toBe(true);
    expect(fact?.finding).toMatch(/\((version .*, (before|since) .*|[\w-]+=[\w.-]+)\)$/);
    expect(fact?.effect).toBe(rule.effect);
    expect(fact?.detail).toBeUndefined();
    expect(fact?.sources).toEqual(general?.sources);
  });

  it("the other values leave as it is", () => {
    for (const { setting } of settingsOf("cilium")) {
      for (const value of settingValues(setting)) {
        if (settingsOf("cilium").some((rule) => rule.setting === setting && rule.value === value)) continue;
        expect(factsOf({ name: "cilium", settings: { [setting]: value } })).toEqual(profileOf("cilium").facts);
      }
    }
  });

  it("settings of later versions leave as it is", () => {
    const settings = { NETWORK_POLICY_ENFORCING_MODE: "strict", "enable-network-policy": true };
    const startup = (version: string) => found({ name: "aws-vpc-cni", version, settings }, "startup")?.effect;
    expect([startup("v1.17.0"), startup("v1.17.1-eksbuild.1")]).toEqual(["none", "unselected-closed"]);
    const nodes = { "policy-cidr-match-mode": "nodes" };
    const block = (version: string) => found({ name: "cilium", version, settings: nodes }, "ip-block")?.effect;
    expect([block("1.14.9"), block("1.15.0")]).toEqual(["block-outside-only", "block-not-on-pods"]);
  });

  it("versions from that one on leave as it is", () => {
    const { facts } = profileOf("calico");
    const others = factsOf({ name: "calico", version: "v3.32.0" }).filter(({ topic }) => topic !== "own-policies");
    expect(others).toEqual(facts.filter(({ topic }) => topic !== "own-policies"));
    expect(found({ name: "calico", version: "v3.22.0" }, "end-port")?.effect).toBe("as-specified");
    expect(isBefore("v3.21.9-0.dev", "3.22.0")).toBe(true);
  });
});

describe("a plugin that enforces nothing", () => {
  const choices: readonly CniChoice[] = CHOICES.filter(
    ({ rule }) => rule.effect === "not-enforced" && rule.derived !== true,
  ).map(({ choice }) => choice);

  it.each(choices)("$name is told to enforce nothing, once, and nothing is told of how: %o", (choice) => {
    const facts = factsOf(choice);
    expect(facts.filter(({ topic }) => topic === "enforces")).toHaveLength(1);
    expect(found(choice, "enforces")?.finding).toMatch(/^no: /);
    for (const { topic, finding, effect } of facts) {
      if (topic === "enforces" || topic === "recognition") continue;
      expect([topic, finding, effect]).toEqual([topic, "not applicable: policies are not enforced", "none"]);
    }
  });

  it("is only perhaps one where that is concluded: nothing else is beside the point", () => {
    const choice: CniChoice = { name: "kindnet", settings: { kindnetd: "before-2024-08" } };
    expect(found(choice, "enforces")).toMatchObject({ effect: "not-enforced", derived: true });
    expect(found(choice, "icmp")).toEqual(profileOf("kindnet").facts.find(({ topic }) => topic === "icmp"));
  });

  it("is not switched on again by another setting", () => {
    const choice: CniChoice = {
      name: "aws-vpc-cni",
      version: "1.13",
      settings: { "enable-network-policy": "true", NETWORK_POLICY_ENFORCING_MODE: "strict" },
    };
    expect(found(choice, "enforces")?.effect).toBe("not-enforced");
    expect(found(choice, "startup")?.effect).toBe("none");
  });
});

describe("a setting's value", () => {
  const issuesOf = (settings: Record<string, string>) => {
    try {
      loadState([], { cni: { name: "cilium", settings } });
      return [];
    } catch (error) {
      if (!(error instanceof NetverdictError)) throw error;
      return error.issues.map(({ code, path, message }) => [code, path?.join("."), message]);
    }
  };

  it("is one that the plugin knows, whatever its case", () => {
    expect(issuesOf({ "enable-policy": "NEVER", "policy-cidr-match-mode": "" })).toEqual([]);
    expect(issuesOf({ "enable-policy": "nevr", "policy-audit-mode": "on" })).toEqual([
      ["invalid-option", "cni.settings.enable-policy", expect.stringContaining("did you mean `never`?")],
      ["invalid-option", "cni.settings.policy-audit-mode", expect.stringContaining("true, false")],
    ]);
  });

  it("of every rule is one that can be given", () => {
    for (const name of cniNames())
      for (const { setting, value } of settingsOf(name)) expect(settingValues(setting)).toContain(value);
  });
});
