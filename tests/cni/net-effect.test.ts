/** Several facts on one flow: what they come to, and what part each has in it. */
import { describe, expect, it } from "vitest";
import { evaluate, loadState } from "../../bindings/inline.ts";
import type { Flow } from "../../sdk/types.ts";
import { decide, OBJECTS, policy } from "./support.ts";

const AWS_STRICT = {
  name: "aws-vpc-cni",
  settings: { "enable-network-policy": true, NETWORK_POLICY_ENFORCING_MODE: "strict" },
} as const;
const AWS = { name: "aws-vpc-cni", settings: { "enable-network-policy": true } } as const;

type Bearings = Readonly<Record<string, string>>;
const told = (facts: readonly { effect: string; bearing: string; verdicts?: { with: string; without: string } }[]) =>
  Object.fromEntries(
    facts
      .filter(({ bearing }) => bearing !== "agrees")
      .map(({ effect, bearing, verdicts }) => [effect, `${bearing} ${verdicts?.without} to ${verdicts?.with}`]),
  ) as Bearings;

describe("facts on one flow", () => {
  it("are asked of the same pair in the plugin's world, where a node hands the flow on to others too", () => {
    const edge = (name: string, node: string, ip: string): object => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name, labels: { app: name } },
      spec: { nodeName: node, containers: [{ name: "c", ports: [{ containerPort: 80, hostPort: 8080 }] }] },
      status: { podIPs: [{ ip }] },
    });
    const closed = policy({ podSelector: { matchLabels: { app: "closed" } }, policyTypes: ["Ingress"] });
    const pods = [edge("closed", "n1", "10.0.1.1"), edge("open", "n2", "10.0.1.2")];
    const flow: Flow = { from: { node: "n1" }, to: { node: "n1" }, port: 8080 };
    for (const ordered of [pods, pods.toReversed()]) {
      const state = loadState([...OBJECTS, closed, ...ordered], { cni: "flannel-netpol" });
      expect(evaluate(state, flow).enforced?.verdict).toBe("unknown");
    }
  });

  it("that cancel each other are told as that, and the verdict is the policies'", () => {
    // Strict mode closes pods that no policy selects; policies, and so it, do not reach pods without an owner.
    const { verdict, enforced } = decide({
      cni: AWS_STRICT,
      policies: [],
      flow: { from: { node: "n2" }, to: "shop/alone-0", port: 80 },
    });
    expect([verdict, enforced?.verdict]).toEqual(["allow", "allow"]);
    expect(told(enforced?.facts ?? [])).toEqual({
      "owned-pods-only": "offset deny to allow",
      "unselected-closed": "offset allow to deny",
    });
  });

  it("of which each would do both change it", () => {
    const { verdict, enforced } = decide({
      cni: AWS,
      policies: [policy({ podSelector: { matchLabels: { app: "alone" } }, policyTypes: ["Egress"] })],
      flow: { from: "shop/alone-0", to: { node: "n1" }, port: 10250 },
    });
    expect([verdict, enforced?.verdict]).toEqual(["deny", "allow"]);
    expect(told(enforced?.facts ?? [])).toEqual({
      "owned-pods-only": "changes deny to allow",
      "own-node-addresses-open": "changes deny to allow",
    });
  });

  it("where nothing is enforced there is one, whatever else the plugin does", () => {
    const { enforced } = decide({
      cni: { name: "cilium", settings: { "enable-policy": "never" } },
      policies: [
        policy({
          podSelector: { matchLabels: { app: "db" } },
          ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }],
        }),
      ],
      flow: { from: "shop/web-0", to: "shop/db-0", port: 80 },
    });
    expect(enforced?.verdict).toBe("allow");
    expect(enforced?.facts.map(({ topic, bearing }) => [topic, bearing])).toEqual([["enforces", "agrees"]]);
  });

  it("of one plugin come to nothing where another denies all the same", () => {
    const daemonSet = (name: string): object => ({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { namespace: "kube-system", name },
      spec: { selector: {}, template: { spec: { containers: [] } } },
    });
    const deny = policy({ podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"] });
    const state = loadState([...OBJECTS, deny, daemonSet("kube-router"), daemonSet("calico-node")], { cni: "auto" });
    const ping: Flow = { from: "shop/web-0", to: "shop/db-0", protocol: "ICMP" };
    const { verdict, enforced } = evaluate(state, ping);
    expect([verdict, enforced?.cni, enforced?.verdict]).toEqual(["deny", "calico+kube-router", "deny"]);
    expect(told(enforced?.facts ?? [])).toEqual({ "echo-open": "offset deny to allow" });
  });
});
