/** Whom a peer matches is asked of the core, whatever addresses the pods have. */
import { expect, it } from "vitest";
import { evaluate, loadState } from "../../bindings/inline.ts";
import { OBJECTS, pod, policy } from "./support.ts";

it("a pod without an address in the pods' ranges is matched by its labels", () => {
  const metrics = { containers: [{ name: "c", ports: [{ name: "metrics", containerPort: 9090 }] }] };
  const objects = [
    ...OBJECTS,
    pod("cache-0", "2001:db8::9", { spec: metrics }),
    policy({
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ podSelector: { matchLabels: { app: "cache" } } }], ports: [{ port: "metrics" }] }],
    }),
  ];
  const state = loadState(objects, { cni: "kube-router", podCIDRs: ["10.0.0.0/16"] });
  // One of the rule's destinations has the name, so it opens no other port.
  const { enforced } = evaluate(state, { from: "shop/web-0", to: "shop/cache-0", port: 80 });
  expect(enforced?.verdict).toBe("deny");
});
