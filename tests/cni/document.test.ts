import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { cniNames, profileOf } from "../../sdk/cni/profiles.ts";
import { cniDocument } from "../../tools/cni-document.ts";

it("docs/cni.md is what the profiles say: `npm run docs:cni` writes it", () => {
  expect(readFileSync(new URL("../../docs/cni.md", import.meta.url), "utf8")).toBe(cniDocument());
});

it("every fact has a source, but for what is unknown", () => {
  const bare = cniNames().flatMap((name) =>
    profileOf(name)
      .facts.filter(({ sources, status }) => sources.length === 0 && status !== "unknown")
      .map(({ topic }) => `${name} ${topic}`),
  );
  expect(bare.filter((one) => !one.endsWith("limits"))).toEqual([]);
});

it("no topic is told twice, but for whom AWS covers, and Azure's limits on Windows", () => {
  const twice = cniNames().flatMap((name) => {
    const topics = profileOf(name).facts.map(({ topic }) => topic);
    return topics.filter((topic, i) => topics.indexOf(topic) !== i).map((topic) => `${name} ${topic}`);
  });
  expect([...new Set(twice)]).toEqual(["aws-vpc-cni enforces", "azure-npm limits"]);
});
