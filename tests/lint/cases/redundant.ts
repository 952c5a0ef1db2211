/** Cases of the rules on policies and rules that others make superfluous. */
import { pod, policy } from "../../docs/objects.ts";
import { type Cases, peer, select, toDb } from "./cluster.ts";

const named = (name: string, spec: object): object => policy(`shop/${name}`, spec);
const DB = { podSelector: select({ app: "db" }) };
const fromWeb = { from: [{ podSelector: select({ app: "web" }) }], ports: [{ port: 5432 }] };
const everyone = named("everyone", { podSelector: {}, ingress: [{}] });
const deny = named("deny", { podSelector: {}, policyTypes: ["Ingress"] });
const block = (cidr: string, ...except: string[]): object => ({ ipBlock: { cidr, ...(except.length && { except }) } });

export const REDUNDANT: Cases = {
  "empty-egress": {
    fires: [named("a", { podSelector: {}, egress: [] })],
    says: /^an empty `egress` without `policyTypes` isolates nothing for egress, and the policy isolates for ingress$/,
    silent: [
      [named("a", { podSelector: {}, policyTypes: ["Egress"], egress: [] })],
      [named("a", { podSelector: {}, policyTypes: ["Ingress"], egress: [] })],
      [named("a", { podSelector: {}, egress: [{}] })],
      [named("a", { podSelector: {} })],
      [named("a", { podSelector: {}, egress: null })],
    ],
  },
  "allows-anyone": {
    fires: [everyone],
    says: /^it lets anyone reach `shop\/db` and 1 more on every port$/,
    silent: [
      [deny],
      [toDb({ ports: [{ port: 80 }] })],
      [peer({ namespaceSelector: {} })],
      [policy("empty/p", { podSelector: {}, ingress: [{}] })],
    ],
  },
  "redundant-policy": {
    fires: [named("a", { ...DB, ingress: [fromWeb] }), named("b", { ...DB, ingress: [fromWeb] })],
    says: /^it says the same as `NetworkPolicy shop\/a`$/,
    silent: [
      // A default deny isolates what nothing else does, now or when the others go.
      [deny, named("a", { ...DB, ingress: [fromWeb] })],
      [deny, everyone],
      [named("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }), everyone],
      // The wider one isolates in one direction only.
      [everyone, named("a", { ...DB, ingress: [fromWeb], egress: [{}] })],
      // Other labels on the same pods.
      [
        pod("shop/db-2", { labels: { app: "db", tier: "data" } }),
        named("a", { ...DB, ingress: [fromWeb] }),
        named("b", { podSelector: select({ tier: "data" }), ingress: [fromWeb] }),
      ],
      // Rules that have no effect: what is meant by the policy is another thing.
      [everyone, named("a", { ...DB, policyTypes: ["Ingress"], ingress: [fromWeb], egress: [{}] })],
      // Another namespace.
      [policy("ops/b", { podSelector: {}, ingress: [{}] }), named("a", { ...DB, ingress: [fromWeb] })],
      // Other ports, other peers, an exception.
      [
        named("a", { ...DB, ingress: [fromWeb] }),
        named("b", { ...DB, ingress: [{ ...fromWeb, ports: [{ port: 80 }] }] }),
      ],
      [
        named("a", { ...DB, ingress: [{ from: [block("10.0.0.0/8", "10.1.0.0/16")] }] }),
        named("b", { ...DB, ingress: [{ from: [block("10.0.0.0/16"), block("10.1.2.0/24")] }] }),
      ],
    ],
  },
  "redundant-rule": {
    fires: [
      named("a", { ...DB, ingress: [{ ports: [{ port: 8000, endPort: 9000 }] }] }),
      named("b", { ...DB, ingress: [fromWeb, { ports: [{ port: 8080 }] }] }),
    ],
    says: /^spec\.ingress\[0\] of `NetworkPolicy shop\/a` allows all that it does$/,
    silent: [
      [named("b", { ...DB, ingress: [fromWeb, { ports: [{ port: 8080, protocol: "UDP" }] }] })],
      [named("a", { ...DB, ingress: [{ ports: [{ port: 8080 }] }], egress: [{ ports: [{ port: 8080 }] }] })],
      // A name stands for that number on the pods of today; addresses of one family are not everyone.
      [named("a", { ...DB, ingress: [{ ports: [{ port: "sql" }] }, { ports: [{ port: 5432 }] }] })],
      [named("a", { ...DB, ingress: [{ from: [block("0.0.0.0/0")] }, fromWeb] })],
      // What is there twice as a whole is said of the policy.
      [named("a", { ...DB, ingress: [fromWeb] }), named("b", { ...DB, ingress: [fromWeb] })],
    ],
  },
  "redundant-entry": {
    fires: [peer({ namespaceSelector: {} }, { podSelector: select({ app: "web" }) })],
    says: /^entry 1 of this list includes whomever this one, entry 2, does$/,
    silent: [
      [peer({ namespaceSelector: select({ team: "shop" }) }, { podSelector: select({ app: "web" }) })],
      [peer(block("10.0.0.0/8"), block("192.168.0.0/16"))],
      [peer(block("10.0.0.0/8", "10.2.0.0/16"), block("10.2.3.0/24"))],
      [toDb({ ports: [{ port: 80 }, { port: 80, protocol: "UDP" }, { port: "http" }] })],
    ],
  },
};
