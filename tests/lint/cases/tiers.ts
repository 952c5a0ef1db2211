/** Cases of the rules on cluster-wide policies. */
import { adminPolicy, baselineAdminPolicy, clusterPolicy, policy } from "../../docs/objects.ts";
import { type Cases, select } from "./cluster.ts";

const to = (...names: string[]): object[] =>
  names.map((name) => ({ namespaces: select({ "kubernetes.io/metadata.name": name }) }));
const tcp = (number: number): object => ({ tcp: { destinationPort: { number } } });
const rule = (action: string, names: readonly string[], ...protocols: object[]): object => ({
  action,
  to: to(...names),
  ...(protocols.length > 0 && { protocols }),
});
const egress = (...rules: object[]): object => ({ egress: rules });
const shopOnly = { subject: { namespaces: select({ team: "shop" }) } };
const shopByName = { subject: { namespaces: select({ "kubernetes.io/metadata.name": "shop" }) } };
const isolated = policy("shop/all", { podSelector: {}, policyTypes: ["Egress"], egress: [{}] });

const toOps = policy("shop/p", {
  podSelector: select({ app: "web" }),
  policyTypes: ["Egress"],
  egress: [{ to: [{ namespaceSelector: select({ team: "ops" }) }], ports: [{ port: 80 }] }],
});

export const TIERS: Cases = {
  "unreachable-tier-rule": {
    fires: [
      clusterPolicy("first", "Admin", 1, egress(rule("Pass", ["ops", "shop"]))),
      clusterPolicy("second", "Admin", 2, { ...shopOnly, ...egress(rule("Deny", ["ops"], tcp(80))) }),
    ],
    says: /^spec\.egress\[0\] of `ClusterNetworkPolicy first` decides all that it speaks of$/,
    silent: [
      // Narrower before wider.
      [
        clusterPolicy("first", "Admin", 1, { ...shopOnly, ...egress(rule("Accept", ["ops"])) }),
        clusterPolicy("second", "Admin", 2, egress(rule("Deny", ["ops"]))),
      ],
      [clusterPolicy("one", "Admin", 1, egress(rule("Accept", ["ops"], tcp(80)), rule("Deny", ["ops"])))],
      // Other tiers, the other direction, the same priority.
      [
        clusterPolicy("first", "Admin", 1, egress(rule("Pass", ["ops"]))),
        clusterPolicy("second", "Baseline", 2, egress(rule("Deny", ["ops"]))),
      ],
      [
        clusterPolicy("first", "Admin", 1, { ingress: [{ action: "Deny", from: to("ops") }] }),
        clusterPolicy("second", "Admin", 2, egress(rule("Deny", ["ops"]))),
      ],
      [
        clusterPolicy("first", "Admin", 1, egress(rule("Deny", ["ops"]))),
        clusterPolicy("second", "Admin", 1, egress(rule("Deny", ["ops"]))),
      ],
      [
        clusterPolicy("first", "Admin", 1, egress(rule("Deny", ["ops"]))),
        adminPolicy("second", 2, egress({ action: "Deny", to: to("ops") })),
      ],
    ],
  },
  "denied-by-tier": {
    fires: [toOps, clusterPolicy("guard", "Admin", 1, { ...shopOnly, ...egress(rule("Deny", ["ops"])) })],
    says: /^a cluster-wide policy denies `shop\/web` to `ops\/probe` on 80\/TCP before this rule is asked$/,
    silent: [
      [toOps],
      [
        toOps,
        clusterPolicy("guard", "Admin", 1, { ...shopOnly, ...egress(rule("Pass", ["ops"]), rule("Deny", ["ops"])) }),
      ],
      [toOps, clusterPolicy("guard", "Admin", 1, { ...shopOnly, ...egress(rule("Deny", ["ops"], tcp(81))) })],
      [toOps, clusterPolicy("guard", "Baseline", 1, { ...shopOnly, ...egress(rule("Deny", ["ops"])) })],
    ],
  },
  "moot-by-tier": {
    fires: [toOps, clusterPolicy("guard", "Admin", 1, egress({ action: "Accept", to: [{ namespaces: {} }] }))],
    says: /^`ClusterNetworkPolicy guard` accepts every pod before it is asked: for egress it restricts only nodes, host-network pods and what is outside$/,
    silent: [
      [toOps],
      [toOps, clusterPolicy("guard", "Admin", 1, egress(rule("Accept", ["ops"])))],
      [toOps, clusterPolicy("guard", "Baseline", 1, egress({ action: "Accept", to: [{ namespaces: {} }] }))],
      [
        toOps,
        clusterPolicy(
          "guard",
          "Admin",
          1,
          egress(rule("Pass", ["ops"]), { action: "Accept", to: [{ namespaces: {} }] }),
        ),
      ],
      [
        toOps,
        clusterPolicy("guard", "Admin", 1, {
          subject: { namespaces: select({ team: "ops" }) },
          ...egress({ action: "Accept", to: [{ namespaces: {} }] }),
        }),
      ],
      [
        toOps,
        clusterPolicy(
          "guard",
          "Admin",
          1,
          egress({ action: "Accept", to: [{ namespaces: {} }], protocols: [tcp(80)] }),
        ),
      ],
    ],
  },
  "no-rules": {
    fires: [clusterPolicy("guard", "Admin", 1, {})],
    says: /^it has no rules, so it decides nothing$/,
    silent: [[toOps], [clusterPolicy("guard", "Admin", 1, egress(rule("Deny", ["ops"])))]],
  },
  "equal-priorities": {
    fires: [
      clusterPolicy("first", "Admin", 1, egress(rule("Deny", ["ops"]))),
      clusterPolicy("second", "Admin", 1, { ...shopOnly, ...egress(rule("Accept", ["ops"])) }),
    ],
    says: /^it has the priority of `ClusterNetworkPolicy first`, and both select `shop\/(?:web|db)`$/,
    silent: [
      // Nothing meets both.
      [
        clusterPolicy("first", "Admin", 1, egress(rule("Deny", ["ops"], tcp(80)))),
        clusterPolicy("second", "Admin", 1, egress(rule("Accept", ["ops"], tcp(81)), rule("Pass", ["shop"]))),
      ],
      // Of one action the order is no matter.
      [
        clusterPolicy("first", "Admin", 1, egress(rule("Deny", ["ops"]))),
        clusterPolicy("second", "Admin", 1, { ...shopOnly, ...egress(rule("Deny", ["shop"])) }),
      ],
      [
        clusterPolicy("first", "Admin", 1, egress(rule("Deny", ["ops"]))),
        clusterPolicy("second", "Admin", 2, egress(rule("Accept", ["ops"]))),
      ],
      [
        clusterPolicy("first", "Admin", 1, { ...shopOnly, ...egress(rule("Deny", ["ops"])) }),
        clusterPolicy("second", "Admin", 1, {
          subject: { namespaces: select({ team: "ops" }) },
          ...egress(rule("Accept", ["ops"])),
        }),
      ],
      [
        clusterPolicy("first", "Admin", 1, egress(rule("Deny", ["ops"]))),
        clusterPolicy("second", "Baseline", 1, egress(rule("Accept", ["ops"]))),
      ],
    ],
  },
  "idle-baseline": {
    fires: [isolated, baselineAdminPolicy({ ...shopByName, egress: [{ action: "Deny", to: to("ops") }] })],
    says: /^NetworkPolicies isolate all 2 pods that it selects for egress, so its rules decide nothing today$/,
    silent: [
      // Tenants to come are meant too.
      [isolated, baselineAdminPolicy({ ...shopOnly, egress: [{ action: "Deny", to: to("ops") }] })],
      [baselineAdminPolicy({ ...shopByName, egress: [{ action: "Deny", to: to("ops") }] })],
      [isolated, baselineAdminPolicy({ ...shopByName, ingress: [{ action: "Deny", from: to("ops") }] })],
      [
        policy("shop/web", { podSelector: select({ app: "web" }), policyTypes: ["Egress"] }),
        baselineAdminPolicy({ ...shopByName, egress: [{ action: "Deny", to: to("ops") }] }),
      ],
      [
        isolated,
        policy("ops/all", { podSelector: {}, policyTypes: ["Egress"] }),
        baselineAdminPolicy({ egress: [{ action: "Deny", to: to("ops") }] }),
      ],
    ],
  },
};
