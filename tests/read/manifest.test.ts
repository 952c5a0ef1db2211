/** Objects as manifests again. */
import { expect, test } from "vitest";
import { networkPolicyManifest } from "../../sdk/read/manifest.ts";
import { read } from "./support.ts";

test("labels that are asked for by value are `matchLabels`, whatever their names, and everything else `matchExpressions`", () => {
  const podSelector = {
    matchLabels: { constructor: "a", toString: "b", app: "web" },
    matchExpressions: [
      { key: "app", operator: "In", values: ["web"] },
      { key: "hasOwnProperty", operator: "Exists" },
    ],
  };
  const [policy] = read({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "p" },
    spec: { podSelector },
  }).networkPolicies;
  expect(networkPolicyManifest(policy!)).toMatchObject({ spec: { podSelector } });
});
